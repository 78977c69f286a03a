// Puts what the kernel tells about traffic control, object by object, together to what stands there and to counters.
// Refuses to look below roots that are not ours. Called by TrafficRequests, whose socket it uses.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "agent/io/traffic_conversation.h"

namespace karkara {

// As TrafficRequests::dump and TrafficRequests::counts.
[[nodiscard]] Result<SeenTraffic> dump_traffic(TrafficConversation& kernel);
[[nodiscard]] Result<std::vector<ShaperCount>> count_traffic(TrafficConversation& kernel,
                                                             std::span<const std::uint32_t> links);
// Whether another program's ingress is in the only place for a clsact.
[[nodiscard]] Result<bool> has_ingress(TrafficConversation& kernel, std::uint32_t link);
// Nothing: no such link, or one that is down and never was up.
[[nodiscard]] Result<std::optional<SeenRoot>> root_of(TrafficConversation& kernel, std::uint32_t link);

}  // namespace karkara
