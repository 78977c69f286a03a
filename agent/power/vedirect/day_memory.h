// DayMemory as text, for the state on disk: a line for what is known of the charger, one for the dates, one a day. At
// most 4 kB. Refuses text that is damaged in any part, and numbers that no charger tells.
#pragma once

#include <string>
#include <string_view>

#include "agent/power/vedirect/day_book.h"
#include "common/result.h"

namespace karkara::vedirect {

[[nodiscard]] std::string to_text(const DayMemory& memory);
[[nodiscard]] Result<DayMemory> day_memory_from(std::string_view text);  // DataLoss, with the reason

}  // namespace karkara::vedirect
