// A noisy number made steady: the median of five against outliers, then a mean over minutes against noise. Refuses to
// answer before three samples, and starts anew behind a gap. Used by ShedLadder.
#pragma once

#include <algorithm>
#include <array>
#include <cmath>
#include <cstddef>
#include <optional>

#include "agent/power/shed/held.h"

namespace karkara {

class SteadyNumber {
 public:
  void see(std::optional<double> value, Instant now) {
    if (seen_ > 0 && (now < last_ || now - last_ > kUnseenGap)) {
      forget();
    }
    if (!value || !std::isfinite(*value)) {
      return;
    }
    recent_[seen_ % kSamples] = *value;
    ++seen_;
    const std::chrono::duration<double> passed = now - last_;
    last_ = now;
    if (seen_ < kLeastSamples) {
      return;
    }
    const double middle = median();
    mean_ = mean_ ? *mean_ + (middle - *mean_) * -std::expm1(-passed.count() / kSeconds) : middle;
  }
  // Absent when nothing was seen for as long as a gap.
  [[nodiscard]] std::optional<double> at(Instant now) const { return now - last_ > kUnseenGap ? std::nullopt : mean_; }
  void forget() { *this = SteadyNumber{}; }

 private:
  static constexpr std::size_t kSamples = 5;
  static constexpr std::size_t kLeastSamples = 3;
  static constexpr double kSeconds = 180;

  [[nodiscard]] double median() const {
    auto sorted = recent_;
    const auto count = static_cast<std::ptrdiff_t>(std::min(seen_, kSamples));
    std::sort(sorted.begin(), sorted.begin() + count);
    return sorted[static_cast<std::size_t>(count / 2)];
  }

  std::array<double, kSamples> recent_{};
  std::size_t seen_ = 0;
  Instant last_;
  std::optional<double> mean_;
};

}  // namespace karkara
