// The part of our nftables table that keeps guests apart: neighbours that borrow reach our own uplinks and nothing
// else, are counted each by itself, and nobody else on the masts' network gets through. Refuses to know who they are:
// the neighbour feature admits them. All of it is empty without such a network. Called by nft_plan.
#pragma once

#include <string>

#include "agent/uplink/route_plan.h"

namespace karkara {

[[nodiscard]] std::string nft_guest_counters(const TrafficPlan& plan);
// In prerouting, before what comes from an uplink: the masts' interface may be one.
[[nodiscard]] std::string nft_guest_arrivals(const TrafficPlan& plan);
// In forward, before all else.
[[nodiscard]] std::string nft_guest_limits(const TrafficPlan& plan);
// The whole chain of what comes to the router itself.
[[nodiscard]] std::string nft_guest_input(const TrafficPlan& plan);
// In the chain of what leaves: hellos are no traffic that somebody should answer.
[[nodiscard]] std::string nft_guest_departures(const TrafficPlan& plan);
// In the chain of translations.
[[nodiscard]] std::string nft_guest_nat(const TrafficPlan& plan);

}  // namespace karkara
