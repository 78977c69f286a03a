// The cover problem of a list of settlements by distance alone: each may be a site, all cost the same. Refuses terrain.
// Shared by `karkara-plan cover` and its bench.
#pragma once

#include <vector>

#include "controller/planner/cover/cover_problem.h"
#include "controller/planner/people/settlement_import.h"

namespace karkara::planner {

[[nodiscard]] CoverProblem cover_within(const std::vector<Settlement>& settlements, Metres radius, Executor& executor);

}  // namespace karkara::planner
