// The medians of a load profile made whole: hours and stages that were never seen borrow, and a deeper stage takes no
// more than a shallower one. Refuses to invent: nothing in, nothing out. Used by LoadProfile.
#pragma once

#include <array>

#include "agent/power/sun/load_profile.h"

namespace karkara {

using StageLoads = std::array<std::array<double, LoadProfile::kHours>, LoadProfile::kStages>;

// In watts; absent when nothing at all was seen.
[[nodiscard]] std::optional<StageLoads> stage_loads(const LoadProfile::Cells& cells,
                                                    const LoadProfile::Unplaced& unplaced);

}  // namespace karkara
