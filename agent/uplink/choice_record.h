// One decision of the choice as a record, and the decision made again from it: each record tells everything that its
// decision rested on, so that any part of a log replays by itself. Pure. Written by the uplink feature, played back by
// karkara-agent --replay.
#pragma once

#include <vector>

#include "agent/uplink/choice.h"
#include "agent/uplink/decision_log.h"

namespace karkara {

[[nodiscard]] DecisionRecord record_decision(const std::vector<Candidate>& candidates, const UplinkChoice& before,
                                             const UplinkChoice& after, Instant at);

// From the time and the "in." fields; InvalidArgument names a field that is missing or cannot be read.
[[nodiscard]] Result<DecisionRecord> decide_again(const DecisionRecord& given);

}  // namespace karkara
