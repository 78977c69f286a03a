// The text of our own nftables table: which uplink a flow of the village uses, NAT, the clamp of TCP's segment size,
// and the counters that passive evidence is made of. A pure function; agent/io/nft_table loads it as one transaction.
#pragma once

#include <string>
#include <string_view>

#include "agent/uplink/route_plan.h"

namespace karkara {

[[nodiscard]] std::string nft_ruleset(const TrafficPlan& plan);

// Names of the counters: packets that flows sent over the uplink of this slot, and answers that came back to them.
// ICMP errors and the agent's own echoes are in neither. What is near (PlannedUplink::near) proves nothing: of that
// only names that are asked for count as sent, and their answers as named.
[[nodiscard]] std::string sent_counter(std::uint32_t slot);
[[nodiscard]] std::string answered_counter(std::uint32_t slot);
[[nodiscard]] std::string named_counter(std::uint32_t slot);

}  // namespace karkara
