// Which of the village's IPv6 addresses clients should prefer: those within a prefix that an uplink's operator gave,
// while that uplink carries traffic. Refuses addresses outside of the configured prefixes, IPv4, and to give up what an
// operator deprecated. A pure function, called by UplinkFeature with each plan.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/address_preference.h"
#include "agent/facts/kernel.h"

namespace karkara {

struct DelegatedPrefix {
  IpPrefix prefix;
  std::optional<bool> carries{};  // nothing: not decided yet, so that what is there stays
};

// Addresses on the links of these names; of several prefixes the longest decides, and of equal ones any that carries.
[[nodiscard]] std::vector<AddressPreference> lan_preferences(const KernelSnapshot& kernel,
                                                             const std::vector<std::string>& lan_interfaces,
                                                             const std::vector<DelegatedPrefix>& prefixes);

}  // namespace karkara
