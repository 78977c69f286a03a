// A plan with its state of now as GeoJSON (RFC 7946), small enough for a browser: sites and settlements as points with
// few properties. Refuses more than a bound of each: the smallest settlements are left out and counted, sites beyond it
// too. Called by controller/planning for the map page and the NOC.
#pragma once

#include <string>
#include <vector>

#include "controller/planner/live/live_coverage.h"

namespace karkara::planner {

inline constexpr std::size_t kMostOnMap = 30'000;

// `standing`: of each of the plan's sites the id of the fleet's, or empty.
[[nodiscard]] std::string coverage_geojson(const LiveCoverage& coverage, const std::vector<std::string>& standing,
                                           std::size_t most = kMostOnMap);

}  // namespace karkara::planner
