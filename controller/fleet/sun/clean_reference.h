// One site's clear days as logarithms below its own clean level, which is the best that several days agree on. Refuses
// the size of the array: only ratios to the site's own best count, so a wrong rating in the configuration moves
// nothing. Called by the comparison of the sun.
#pragma once

#include <array>
#include <optional>

#include "controller/fleet/sun/array_days.h"

namespace karkara {

class CleanReference {
 public:
  // today: the day that is not over. Ages count from the day before it.
  CleanReference(const ArrayDays& days, std::int64_t today);

  [[nodiscard]] std::size_t known_days() const { return known_; }
  [[nodiscard]] Watts clean() const;                      // meaningless without known_days()
  [[nodiscard]] std::size_t age() const { return age_; }  // of the days that were clean
  // At most 0 but for noise, held within what the sky can do; NaN where there is none.
  [[nodiscard]] float below(std::size_t age) const { return below_[age]; }

 private:
  std::array<float, ArrayDays::kDays> below_{};
  std::size_t known_ = 0;
  double reference_ = 0;
  std::size_t age_ = 0;
};

}  // namespace karkara
