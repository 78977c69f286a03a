#include "agent/power/battery/resistance.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "agent/power/battery/chemistry_traits.h"

namespace karkara {
namespace {

// Longer between two samples, and it is no longer the resistance alone.
constexpr Duration kStepTime = std::chrono::seconds{90};
constexpr double kLeastStep = 1;              // amperes ...
constexpr double kLeastStepOfCapacity = .01;  // ... or so much of the capacity
constexpr double kLeastOfUsual = 0.15;
constexpr double kMostOfUsual = 12;
constexpr std::size_t kEnough = 5;

}  // namespace

void Resistance::see(Volts battery, Amps net, const BatterySettings& settings, Instant now) {
  const std::optional<Seen> before = std::exchange(last_, Seen{battery, net, now});
  if (!before || now - before->at > kStepTime || net.value() > 0 || before->net.value() > 0) {
    return;
  }
  const double step = (net - before->net).value();
  if (std::abs(step) < std::max(kLeastStep, kLeastStepOfCapacity * settings.capacity.value())) {
    return;
  }
  const double ohms = (battery - before->battery).value() / step;
  const double usual = usual_ohms(settings);
  if (ohms >= kLeastOfUsual * usual && ohms <= kMostOfUsual * usual) {
    steps_[count_ % kSteps] = ohms;
    ++count_;
  }
}

std::optional<double> Resistance::ohms() const {
  if (count_ < kEnough) {
    return kept_;
  }
  std::array<double, kSteps> sorted = steps_;
  const auto end = sorted.begin() + static_cast<std::ptrdiff_t>(std::min(count_, kSteps));
  const auto middle = sorted.begin() + (end - sorted.begin()) / 2;
  std::nth_element(sorted.begin(), middle, end);
  return *middle;
}

}  // namespace karkara
