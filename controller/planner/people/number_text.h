// Numbers as people write them in lists: decimal points and commas, thousands, degrees with minutes and seconds.
// Refuses what has two readings. Called by imports.
#pragma once

#include <optional>
#include <string_view>

namespace karkara::planner {

struct Angle {
  double degrees = 0;
  bool had_minutes = false;  // written as 13°39'36" or 13 39.6
};

// "13.66", "13,66", "-2.1", "13°39'36\"N", "13 39 36 N", "N13 39.6", "2d18m17sE". West and south are negative.
[[nodiscard]] std::optional<Angle> parse_angle(std::string_view text);

// "1234", "1 234", "1,234", "1234.5", "-3".
[[nodiscard]] std::optional<double> parse_number(std::string_view text);

}  // namespace karkara::planner
