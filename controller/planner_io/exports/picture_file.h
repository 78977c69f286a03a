// A drawn map as a PNG. Refuses other formats. Called by exports; the report takes the bytes.
#pragma once

#include <string>

#include "common/result.h"
#include "controller/planner/outputs/map_canvas.h"

namespace karkara::planner {

[[nodiscard]] Result<std::string> png_bytes(const MapCanvas& canvas);

}  // namespace karkara::planner
