// Elementary functions that give the same bits on every processor, small enough to be inlined into hot loops.
// glibc picks variants by processor (with and without fused multiply-add) whose last bits differ, so plans made on two
// machines would differ; these use only operations that IEEE 754 fixes. They refuse nothing: outside their range they
// give infinities and NaN as libm does. Called by the propagation models. Accuracy: about 1 unit in the last place.
#pragma once

#include <array>
#include <bit>
#include <cmath>
#include <cstddef>
#include <cstdint>
#include <limits>
#include <numbers>

namespace karkara::portable {

// The reduction is that of every libm: e^x = 2^k e^r, |r| <= ln(2)/2; the core is the usual Remez approximation of
// r coth(r/2) in r^2.
inline double exp(double x) {
  if (!(x < 709.0)) {
    return x > 0 ? std::numeric_limits<double>::infinity() : x;  // NaN stays NaN
  }
  if (x < -708.0) {
    return 0;
  }
  constexpr double kRound = 6755399441055744.0;  // 1.5 * 2^52: adding it rounds to the nearest integer
  const double shifted = x * std::numbers::log2e + kRound;
  const double k = shifted - kRound;
  const double high = x - k * 6.93147180369123816490e-01;
  const double low = k * 1.90821492927058770002e-10;
  const double r = high - low;
  const double t = r * r;
  const double c =
      r -
      t * (1.66666666666666019037e-01 +
           t * (-2.77777777770155933842e-03 +
                t * (6.61375632143793436117e-05 + t * (-1.65339022054652515390e-06 + t * 4.13813679705723846039e-08))));
  const double y = 1.0 - ((low - (r * c) / (2.0 - c)) - high);
  return y * std::bit_cast<double>((static_cast<std::int64_t>(k) + 1023) << 52);
}

namespace detail {

struct Split {
  double exponent;  // k
  double log_of_mantissa;
};

// x = 2^k (1 + f) with sqrt(1/2) <= 1 + f < sqrt(2); log(1 + f) from the series of atanh(f / (2 + f)).
inline Split split_log(double x) {
  std::int64_t scale = 0;
  if (x < std::numeric_limits<double>::min()) {
    x *= 0x1p54;
    scale = -54;
  }
  auto bits = std::bit_cast<std::uint64_t>(x);
  bits += 0x3ff0000000000000ULL - 0x3fe6a09e667f3bcdULL;
  const auto k = static_cast<std::int64_t>(bits >> 52) - 1023;
  const double m = std::bit_cast<double>((bits & 0x000fffffffffffffULL) + 0x3fe6a09e667f3bcdULL);
  const double f = m - 1.0;
  const double s = f / (2.0 + f);
  const double z = s * s;
  const double w = z * z;
  const double even = w * (3.999999999940941908e-01 + w * (2.222219843214978396e-01 + w * 1.531383769920937332e-01));
  const double odd =
      z * (6.666666666666735130e-01 +
           w * (2.857142874366239149e-01 + w * (1.818357216161805012e-01 + w * 1.479819860511658591e-01)));
  const double half_square = 0.5 * f * f;
  return {static_cast<double>(k + scale), f - (half_square - s * (half_square + even + odd))};
}

inline bool outside_log(double x) {
  return !(x > 0) || x == std::numeric_limits<double>::infinity();
}
inline double log_outside(double x) {
  return x == 0 ? -std::numeric_limits<double>::infinity() : x < 0 ? std::numeric_limits<double>::quiet_NaN() : x;
}

// Of the sine's series, from the cube on.
inline constexpr std::array<double, 10> kSine{-0.16666666666666666,   0.008333333333333333,   -0.0001984126984126984,
                                              2.7557319223985893e-06, -2.505210838544172e-08, 1.6059043836821613e-10,
                                              -7.647163731819816e-13, 2.8114572543455206e-15, -8.22063524662433e-18,
                                              1.9572941063391263e-20};

}  // namespace detail

inline double log(double x) {
  if (detail::outside_log(x)) {
    return detail::log_outside(x);
  }
  const detail::Split split = detail::split_log(x);
  return split.exponent * 6.93147180369123816490e-01 +
         (split.exponent * 1.90821492927058770002e-10 + split.log_of_mantissa);
}

inline double log10(double x) {
  if (detail::outside_log(x)) {
    return detail::log_outside(x);
  }
  const detail::Split split = detail::split_log(x);
  return split.exponent * 3.01029995663611771306e-01 +
         (split.exponent * 3.69423907715893078616e-13 + split.log_of_mantissa * std::numbers::log10e);
}

inline double db(double ratio) {
  return 10.0 * log10(ratio);
}

inline double pow(double base, double exponent) {
  return base == 0 ? (exponent > 0 ? 0.0 : std::numeric_limits<double>::infinity()) : exp(exponent * log(base));
}

inline double pow10(double exponent) {
  return exp(exponent * std::numbers::ln10);
}

// Of positive numbers.
inline double cbrt(double x) {
  if (detail::outside_log(x)) {
    return x < 0 ? std::numeric_limits<double>::quiet_NaN() : x;
  }
  // The guess from the bits is some percent off; each step, of fourth order, leaves the fourth power of that.
  double y = std::bit_cast<double>(std::bit_cast<std::uint64_t>(x) / 3 + 0x2a9f7893782da1ceULL);
  const double per_x = 1.0 / x;
  for (int step = 0; step < 2; ++step) {
    const double e = 1.0 - y * y * y * per_x;
    y += y * e * (1.0 / 3 + e * (2.0 / 9 + e * (14.0 / 81)));
  }
  return y;
}

// For |x| <= pi/2 and a little beyond: the series, whose first term left out is below 1e-17 there.
inline double sin_small(double x) {
  const double z = x * x;
  double sum = detail::kSine[9];
  for (std::size_t i = 9; i-- > 0;) {
    sum = detail::kSine[i] + z * sum;
  }
  return x + x * z * sum;
}

inline double cos_small(double x) {  // for 0 <= x <= pi
  return sin_small(std::numbers::pi / 2 - x);
}

inline double tanh(double x) {
  if (std::abs(x) < 1e-5) {
    return x;
  }
  const double e = exp(-2.0 * std::abs(x));
  const double value = (1.0 - e) / (1.0 + e);
  return x < 0 ? -value : value;
}

inline double square(double x) {
  return x * x;
}

}  // namespace karkara::portable
