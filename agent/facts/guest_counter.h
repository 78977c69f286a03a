// What the counters of a guest's bytes are called in our nftables table. Shared by the plan that makes them and the
// feature that reads them.
#pragma once

#include <algorithm>
#include <string>

#include "agent/facts/ip.h"

namespace karkara {

inline constexpr const char* kGuestUp = "guestup";  // from the guest
inline constexpr const char* kGuestDown = "guestdown";

[[nodiscard]] inline std::string guest_counter(const IpAddress& guest, bool up) {
  std::string name = (up ? kGuestUp : kGuestDown) + guest.text();
  std::ranges::replace(name, '.', '_');
  return name;
}

}  // namespace karkara
