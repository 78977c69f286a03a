// How well each pair of the access table is served: its margin by the mast's height, and the rate that it carries. Only
// where capacity is asked: it walks the table's ground once more. Refuses to choose. Called when a plan's model is
// made.
#pragma once

#include <vector>

#include "controller/planner/link/access_table.h"

namespace karkara::planner {

// Of each pair, of each height, in dB: the greatest margin of all antennas up to there; below its least height, and
// where it cannot be told, far below 0. Pair i has numbers i * heights and up. Cancelled, it lacks them.
[[nodiscard]] std::vector<double> access_margins(const TerrainView& terrain, const AccessPlaces& places,
                                                 const AccessTable& table, const AccessModel& model, Executor& executor,
                                                 const Watch& watch = {});

// Downwards, of the whole channel, at that margin.
[[nodiscard]] BitsPerSecond rate_with(const RadioProfile& profile, const LinkBudget& budget, Db margin);

}  // namespace karkara::planner
