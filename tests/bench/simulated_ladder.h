// The agent's own shedding ladder as the policy of a simulated year, with the stages that docs/power-simulation.md
// publishes. Called by the bench.
#pragma once

#include "tests/bench/simulated_site_year.h"

namespace karkara {

// Each call is another year: what the ladder remembers over restarts is the year's own.
[[nodiscard]] PolicyMaker shedding_ladder();

}  // namespace karkara
