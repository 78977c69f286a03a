// Published cases of the propagation models, read from ../shared/geo/validation where that is, and how far ours are
// off. Tests hold the limits, the bench prints the figures.
#pragma once

#include <optional>
#include <string>
#include <vector>

namespace karkara::published {

struct Outcome {
  int cases = 0;
  int profiles = 0;
  double worst = 0;        // dB, or the unit told
  std::string worst_case;  // its place
  int refused = 0;

  void add(double error, const std::string& where);
};

bool are_here();  // the folder with the cases

using Rows = std::vector<std::vector<std::string>>;
Rows rows_of(const std::string& file);  // comma-separated; of the validation folder

Outcome itm();
Outcome p1812();
Outcome p526();
Outcome p838();  // relative to the last digit printed: 0.5 is a perfect match
Outcome p676();

}  // namespace karkara::published
