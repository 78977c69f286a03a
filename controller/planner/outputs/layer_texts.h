// Layers written as GeoJSON (RFC 7946), KML 2.2 and CSV (RFC 4180). The same layers give the same bytes. Refuses files:
// the text is returned.
#pragma once

#include <string>
#include <vector>

#include "controller/planner/outputs/layers.h"
#include "controller/planner/outputs/text.h"

namespace karkara::planner {

// One collection; each feature has a "layer" besides its columns. `about`: the plan's marks, hash and bound.
[[nodiscard]] std::string to_geojson(const std::vector<Layer>& layers, const Plan& about);
[[nodiscard]] std::string to_kml(const std::vector<Layer>& layers, const Plan& about, Language language);
// With latitude and longitude of the first place as its last columns.
[[nodiscard]] std::string to_csv(const Layer& layer);

}  // namespace karkara::planner
