// What checks of lists keep, as files that read back as the same list without doubts: CSV for places, GeoJSON for
// polygons. Refuses to write them. Called by the checks.
#pragma once

#include <string>
#include <vector>

#include "controller/planner/existing/mast_import.h"
#include "controller/planner/existing/operator_coverage.h"
#include "controller/planner/measure/measurement_import.h"
#include "controller/planner/people/borders.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner/roadmap/regions.h"

namespace karkara::planner {

// With columns for region, department and commune where `regions` is not nullptr.
[[nodiscard]] std::string settlements_csv(const std::vector<Settlement>& settlements, const Regions* regions);
[[nodiscard]] std::string masts_csv(const std::vector<Mast>& masts);
[[nodiscard]] std::string measurements_csv(const std::vector<Measurement>& samples);

[[nodiscard]] std::string borders_geojson(const Borders& borders);
// Areas as polygons, towers as points with their reach.
[[nodiscard]] std::string operators_geojson(const OperatorCoverage& coverage);

// Rings of an area, in any order, as a MultiPolygon's coordinates: by the even-odd rule, those inside others are holes,
// those inside holes are islands.
[[nodiscard]] std::string multipolygon_json(const std::vector<std::vector<Place>>& rings);

}  // namespace karkara::planner
