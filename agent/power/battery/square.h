// A standard deviation as the variance that adds up. Called by ChargeFilter.
#pragma once

namespace karkara {

[[nodiscard]] constexpr double square(double value) {
  return value * value;
}

}  // namespace karkara
