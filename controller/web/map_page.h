// The page at /map: draws /map/coverage.geojson on a canvas, and asks again each half minute. Refuses everything from
// elsewhere: no tiles, no fonts, no libraries, so it works in a data centre without a way out. Names are drawn as text.
#pragma once

#include <string_view>

namespace karkara {

[[nodiscard]] std::string_view map_page();

}  // namespace karkara
