// The sockets to the kernel that Wi-Fi and batman-adv are set up through, and the numbers of their families, looked up
// anew each time: modules come and go. Refuses to load modules that nobody configured. Used by WifiLook and WifiSteps,
// from the worker's thread only.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/netlink_request.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class WifiKernel {
 public:
  [[nodiscard]] Status open();  // ok when it is open already
  [[nodiscard]] NetlinkConversation& routes() { return *routes_; }
  [[nodiscard]] NetlinkConversation& generic() { return *generic_; }
  // NotFound: the kernel has no Wi-Fi, no batman-adv (now).
  [[nodiscard]] Result<std::uint16_t> wifi();
  [[nodiscard]] Result<std::uint16_t> batman();

  // A change, acknowledged; the kernel's reason with 'what' in front.
  [[nodiscard]] Status change_wifi(NetlinkBytes request, const std::string& what);
  [[nodiscard]] Status change_link(NetlinkBytes request, const std::string& what);

 private:
  [[nodiscard]] Result<std::uint16_t> family(const char* name, const char* what);

  std::optional<NetlinkConversation> routes_;
  std::optional<NetlinkConversation> generic_;
};

// 0: there is none of this name now.
[[nodiscard]] std::uint32_t index_of(const std::string& interface);
[[nodiscard]] bool is_up(const std::string& interface);

}  // namespace karkara
