// Region, department and commune of each row of a plan, out of the CSV that `karkara-plan export` writes of its sites
// or settlements. Refuses a table of another plan: ids and their number must agree. Called when a plan comes.
#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace karkara::planner {

using AreaNames = std::array<std::string, 3>;  // region, department, commune; empty: unknown

// One a row. `ids` are those of the plan, in its order.
[[nodiscard]] Result<std::vector<AreaNames>> parse_divisions(std::string_view csv,
                                                             const std::vector<std::string_view>& ids);

}  // namespace karkara::planner
