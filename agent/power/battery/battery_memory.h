// What the estimate of a battery must remember over a restart, as one line of text with a check sum. Refuses a damaged
// line whole: half a memory would be believed too much. Called by PowerFeature.
#pragma once

#include <string>
#include <string_view>

#include "agent/power/battery/battery_estimator.h"
#include "common/result.h"

namespace karkara {

// At most 800 bytes, without a line end.
[[nodiscard]] std::string to_text(const BatteryMemory& memory);

// DataLoss: not a whole line of ours. InvalidArgument: of a form that is not known here, or with a number that no
// battery has.
[[nodiscard]] Result<BatteryMemory> battery_memory_from(std::string_view text);

}  // namespace karkara
