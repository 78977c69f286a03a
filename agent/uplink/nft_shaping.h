// The part of our nftables table that tells the shaper's trees which class a packet belongs to: the flow's mark keeps
// the class, and each way through the router turns it into the priority that names a leaf. Refuses to know what the
// trees look like beyond their numbers (agent/facts/traffic_control.h): a number without a class falls to the tree's
// default. Called by nft_plan.
#pragma once

#include <cstdint>
#include <string>

#include "agent/uplink/route_plan.h"

namespace karkara {

// All of these are empty while nothing is shaped.
[[nodiscard]] std::string nft_shaping_chains(const TrafficPlan& plan);
// In the chain of a class: its number into the flow's mark.
[[nodiscard]] std::string nft_remember_class(const TrafficPlan& plan, std::size_t index);
// In the chain of what leaves by this uplink.
[[nodiscard]] std::string nft_shape_upload(const TrafficPlan& plan, const PlannedUplink& uplink);
[[nodiscard]] std::string nft_shape_tunnel(const TrafficPlan& plan);
// In the chain of what is forwarded.
[[nodiscard]] std::string nft_shape_downloads(const TrafficPlan& plan);

}  // namespace karkara
