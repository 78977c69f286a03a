// A whole file as one text, bounded. Refuses to look into it. Called by the readers of plans, radios and prices.
#pragma once

#include <string>

#include "common/result.h"

namespace karkara::planner {

// The whole text of a file of at most 256 MiB; the error names it.
[[nodiscard]] Result<std::string> read_text(const std::string& path);

}  // namespace karkara::planner
