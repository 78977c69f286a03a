#include "agent/power/battery/step_guard.h"

#include <cmath>

namespace karkara {

std::optional<double> StepGuard::see(std::optional<double> value, const Plausible& plausible) {
  if (!value || !std::isfinite(*value) || *value < plausible.least || *value > plausible.most) {
    return std::nullopt;
  }
  const auto near = [&](const std::optional<double>& other) {
    return other && std::abs(*value - *other) <= plausible.step;
  };
  if (last_ && !near(last_) && !near(waiting_)) {
    waiting_ = value;
    return std::nullopt;
  }
  last_ = value;
  waiting_.reset();
  return value;
}

}  // namespace karkara
