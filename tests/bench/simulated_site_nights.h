// What truly becomes of a night: lived on a copy of the site in one stage. Refuses to forecast. Called by the bench and
// by the simulator's test.
#pragma once

#include <vector>

#include "tests/bench/simulated_site.h"

namespace karkara {

// Of a site at sunset, until its sun carries the load again: ten minutes in a row, three hours behind sunrise at most.
[[nodiscard]] bool survives_night(SimulatedSite site, unsigned stage);

// Ten percent more or less load would have turned it.
[[nodiscard]] bool is_close_night(const SimulatedSite& site, unsigned stage);

// For each step whether the site was dark, with one stage all year; the oracle holds the deepest.
[[nodiscard]] std::vector<bool> dark_steps(SimulatedSite site, unsigned stage);

}  // namespace karkara
