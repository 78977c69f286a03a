// Prices as planners write them in configs/costs. Tells everything that is wrong with a file, with its place, and
// refuses the file then. Called by karkara-plan; what prices mean is controller/planner/plan/cost_book's.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"
#include "controller/planner/plan/cost_book.h"

namespace karkara::planner {

[[nodiscard]] Result<CostBook> parse_costs(std::string_view file, std::string_view text);
[[nodiscard]] Result<CostBook> read_costs(const std::string& path);

}  // namespace karkara::planner
