// A calibration that somebody asked for, put into the radio it was measured of. Refuses files of other radios. Called
// by the jobs run, link and raster of karkara-plan.
#pragma once

#include <string>

#include "common/result.h"
#include "controller/planner/link/radio_profile.h"

namespace karkara::planner {

// Nothing for an empty path.
[[nodiscard]] Status calibrate_with(const std::string& path, RadioProfile& radio);

}  // namespace karkara::planner
