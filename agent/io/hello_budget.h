// So many a second and no more, with some saved up. Refuses to own a clock. Used by the hello sessions for whatever
// strangers can make them do.
#pragma once

#include <algorithm>
#include <optional>

#include "common/time.h"

namespace karkara {

class HelloBudget {
 public:
  constexpr HelloBudget(double a_second, double most) : a_second_{a_second}, most_{most}, saved_{most} {}

  // False: there is nothing left.
  [[nodiscard]] bool take(Instant now) {
    if (at_) {
      saved_ = std::min(most_, saved_ + a_second_ * std::chrono::duration<double>(now - *at_).count());
    }
    at_ = now;
    const bool left = saved_ >= 1;
    saved_ -= left ? 1 : 0;
    return left;
  }

 private:
  double a_second_;
  double most_;
  double saved_;
  std::optional<Instant> at_{};
};

}  // namespace karkara
