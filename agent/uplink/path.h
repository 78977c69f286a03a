// How traffic would leave over an uplink, found in a kernel dump. Pure; refuses to guess a next hop.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/ip.h"
#include "agent/facts/kernel.h"
#include "agent/facts/uplink_advice.h"
#include "agent/uplink/settings.h"

namespace karkara {

// Source address and next hop of one family.
struct FamilyPath {
  std::optional<IpAddress> source;
  std::optional<IpAddress> gateway;
  bool no_gateway_needed = false;  // point to point: the other end takes everything
  [[nodiscard]] bool usable() const { return source && (gateway || no_gateway_needed); }
  friend bool operator==(const FamilyPath&, const FamilyPath&) = default;
};

struct UplinkPath {
  std::uint32_t link = 0;  // interface index, 0: no such interface
  bool carrier = false;
  std::uint32_t mtu = 0;  // of the interface
  FamilyPath v4{};
  FamilyPath v6{};  // goes along when it is there
  // What echoes use and decides: IPv4, unless there is IPv6 alone.
  [[nodiscard]] const FamilyPath& way() const { return v6.usable() && !v4.usable() ? v6 : v4; }
  [[nodiscard]] bool usable() const { return carrier && way().usable(); }
  [[nodiscard]] bool lacks_v4() const { return usable() && !v4.usable(); }
  friend bool operator==(const UplinkPath&, const UplinkPath&) = default;
};

// advice: what a modem's bearer says of interface and addresses; may be null.
[[nodiscard]] UplinkPath find_path(const KernelSnapshot& kernel, const UplinkSettings& settings,
                                   const UplinkAdvice* advice);

}  // namespace karkara
