// The functions of portable_math.h on two numbers at once, with the same bits a lane: what ITM asks for two distances,
// or for both ends of a path, costs as one. Two doubles fit every 64-bit machine's registers, so nothing is chosen at
// run time. Outside their domain (logarithms of what is not above 0) they give NaN. Only ITM's sources include this.
#pragma once

#include <bit>
#include <cmath>
#include <cstdint>
#include <limits>
#include <numbers>

#include "controller/planner/propagation/portable_math.h"

namespace karkara::portable {

using Two = double __attribute__((vector_size(16)));
using TwoBits = std::int64_t __attribute__((vector_size(16)));

inline Two both(double x) {
  return Two{x, x};
}
inline Two least(Two a, Two b) {
  return a < b ? a : b;
}
inline Two greatest(Two a, Two b) {
  return a > b ? a : b;
}

inline Two sqrt(Two x) {
  return Two{std::sqrt(x[0]), std::sqrt(x[1])};
}

// Steps as in exp(double); |x| is taken as at most 708.
inline Two exp(Two x) {
  constexpr double kRound = 6755399441055744.0;
  x = least(greatest(x, both(-708.0)), both(708.0));
  const Two shifted = x * std::numbers::log2e + kRound;
  const Two k = shifted - kRound;
  const Two high = x - k * 6.93147180369123816490e-01;
  const Two low = k * 1.90821492927058770002e-10;
  const Two r = high - low;
  const Two t = r * r;
  const Two c =
      r -
      t * (1.66666666666666019037e-01 +
           t * (-2.77777777770155933842e-03 +
                t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const Two y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  // The low bits of `shifted` are k.
  return y * reinterpret_cast<Two>((reinterpret_cast<TwoBits>(shifted) + 1023) << 52);
}

// Steps as in log10(double), of numbers that are not subnormal.
inline Two log10(Two x) {
  constexpr double kRound = 6755399441055744.0;
  constexpr std::int64_t kRoot = 0x3fe6a09e667f3bcdLL;  // the bits of sqrt(1/2)
  const TwoBits bits = reinterpret_cast<TwoBits>(x) + (0x3ff0000000000000LL - kRoot);
  const TwoBits exponent = (bits >> 52) - 1023;
  const Two k = reinterpret_cast<Two>(exponent + std::bit_cast<std::int64_t>(kRound)) - kRound;
  const Two m = reinterpret_cast<Two>((bits & 0x000fffffffffffffLL) + kRoot);
  const Two f = m - 1.0;
  const Two s = f / (2.0 + f);
  const Two z = s * s;
  const Two w = z * z;
  const Two even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const Two odd = z * (6.666666666666735130e-01 +
                       w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const Two half_square = 0.5 * f * f;
  const Two log_of_mantissa = f - (half_square - s * (half_square + even + odd));
  const Two value =
      k * 3.01029995663611771306e-01 + (k * 3.69423907715893078616e-13 + log_of_mantissa * std::numbers::log10e);
  return x > 0 ? value : both(std::numeric_limits<double>::quiet_NaN());
}

inline Two db(Two ratio) {
  return 10.0 * log10(ratio);
}

inline Two cbrt(Two x) {
  const auto guess = [](double one) {
    return std::bit_cast<double>(std::bit_cast<std::uint64_t>(one) / 3 + 0x2a9f7893782da1ceULL);
  };
  Two y{guess(x[0]), guess(x[1])};
  const Two per_x = 1.0 / x;
  for (int step = 0; step < 2; ++step) {
    const Two e = 1.0 - y * y * y * per_x;
    y += y * e * (1.0 / 3 + e * (2.0 / 9 + e * (14.0 / 81)));
  }
  return x > 0 ? y : both(std::numeric_limits<double>::quiet_NaN());
}

inline Two sin_small(Two x) {
  const Two z = x * x;
  Two sum = both(detail::kSine[9]);
  for (std::size_t i = 9; i-- > 0;) {
    sum = detail::kSine[i] + z * sum;
  }
  return x + x * z * sum;
}
inline Two cos_small(Two x) {
  return sin_small(std::numbers::pi / 2 - x);
}

}  // namespace karkara::portable
