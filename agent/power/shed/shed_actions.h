// What a stage of the ladder does at one moment, with its hours and duty cycles: what other features are told, and the
// state that each relay should have. Refuses to remember: the same moment gives the same answer. Called by PowerFeature
// with each stage and at `next_change`.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/shedding.h"
#include "agent/power/shed/settings.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

struct ShedWish {
  Shedding shedding{};
  std::map<DeviceId, bool> relays{};     // every configured one; true is on
  Instant next_change = Instant::max();  // behind `now`, while the stage stays
  bool hours_unknown = false;            // a stage's hours are not kept, because the time is not known
};

// utc_offset: of local time. wall: absent while the time is unknown; then a stage with hours acts all the time. Duty
// cycles count from the router's start, and need no time.
[[nodiscard]] ShedWish shed_wish(const SheddingSettings& settings, unsigned stage, std::string_view reason, Instant now,
                                 std::optional<WallTime> wall, Duration utc_offset);

// "class 'public' off", "uplink 'vsat' 15 of every 60 minutes": what people read of a stage, its own actions only.
[[nodiscard]] std::vector<std::string> describe(const ShedStage& stage);

}  // namespace karkara
