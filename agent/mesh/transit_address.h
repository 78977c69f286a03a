// The address of a site on the masts' own network, made from its id: FNV-1a of "ID/SALT" over the network's hosts, with
// the first and the last left out. Refuses to remember: the salt is one more for each neighbour that had the same.
#pragma once

#include <optional>

#include "agent/facts/ip.h"
#include "common/ids.h"

namespace karkara {

inline constexpr unsigned kMostSalts = 64;

// Nothing unless the network is IPv4 and has at least two hosts.
[[nodiscard]] std::optional<IpAddress> transit_address(const IpPrefix& network, const SiteId& site, unsigned salt);
// Whether it is one that the site may come to.
[[nodiscard]] bool is_of(const IpPrefix& network, const SiteId& site, const IpAddress& address);
[[nodiscard]] bool is_in(const IpPrefix& network, const IpAddress& address);

}  // namespace karkara
