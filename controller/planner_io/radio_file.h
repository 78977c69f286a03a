// Radio profiles as engineers write them in configs/radios. Tells everything that is wrong with a file, with its place,
// and refuses the file then. Called by karkara-plan; what a profile means is controller/planner/link's.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "controller/planner/link/radio_profile.h"

namespace karkara::planner {

[[nodiscard]] Result<RadioProfile> parse_radio(std::string_view file, std::string_view text);
[[nodiscard]] Result<RadioProfile> read_radio(const std::string& path);

}  // namespace karkara::planner
