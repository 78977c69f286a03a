// The router's radios in the kernel: all of them with their interfaces (nl80211, sysfs), their power, and links up and
// down. Refuses to decide, and to load a module that is not there. Called by Radios.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/facts/radio.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class Nl80211Radios {
 public:
  // NotFound: this kernel has no Wi-Fi (now).
  static Result<Nl80211Radios> open();

  // `on` is the link's own state; `by` is left to who knows hostapd.
  [[nodiscard]] Result<std::vector<RadioSeen>> look();
  [[nodiscard]] Status set_power(std::uint32_t wiphy, std::optional<Dbm> most);
  [[nodiscard]] Status set_link(const RadioInterface& interface, bool up);

 private:
  Nl80211Radios(NetlinkConversation routes, NetlinkConversation generic, std::uint16_t family);

  NetlinkConversation routes_;
  NetlinkConversation generic_;
  std::uint16_t family_;
};

}  // namespace karkara
