// Medians that one wild value cannot move. Refuses an empty set. Used within controller/fleet/sun.
#pragma once

#include <algorithm>
#include <span>

namespace karkara {

// Reorders its argument.
[[nodiscard]] inline double median_of(std::span<double> values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  return values.size() % 2 == 1 ? *middle : (*middle + *std::max_element(values.begin(), middle)) / 2;
}

struct Weighted {
  float value = 0;
  float weight = 0;
};

// Sorts its argument: by insertion, which is quickest for a dozen.
[[nodiscard]] inline float weighted_median(std::span<Weighted> values) {
  float half = 0;
  for (std::size_t i = 0; i < values.size(); ++i) {
    const Weighted one = values[i];
    half += one.weight / 2;
    std::size_t at = i;
    for (; at > 0 && values[at - 1].value > one.value; --at) {
      values[at] = values[at - 1];
    }
    values[at] = one;
  }
  float below = 0;
  for (std::size_t i = 0; i + 1 < values.size(); ++i) {
    below += values[i].weight;
    if (below >= half) {
      return below > half ? values[i].value : (values[i].value + values[i + 1].value) / 2;
    }
  }
  return values.back().value;
}

}  // namespace karkara
