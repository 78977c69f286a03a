#include "controller/planner/propagation/profile_kernels.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <vector>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "controller/planner/propagation/lanes.h"

namespace karkara::propagation {
namespace {

// In the order of the lanes, so that every processor adds the same way.
[[gnu::always_inline]] inline FitSums joined(const Lanes& sum, const Lanes& moment) {
  FitSums all;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    all.sum += sum[lane];
    all.moment += moment[lane];
  }
  return all;
}

[[gnu::always_inline]] inline FitSums sums(const double* heights, std::size_t count, double base) {
  Lanes sum = {};
  Lanes moment = {};
  Lanes index;
  count_up(index, 0, 1);
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes above;
    read(above, heights + i);
    above -= base;
    sum += above;
    moment += above * index;
    index += 8.0;
  }
  FitSums all = joined(sum, moment);
  for (; i < count; ++i) {
    all.sum += heights[i] - base;
    all.moment += (heights[i] - base) * static_cast<double>(i);
  }
  return all;
}

[[gnu::always_inline]] inline Range residuals(double* values, std::size_t count, const Slant& line) {
  Lanes least = Lanes{} + std::numeric_limits<double>::infinity();
  Lanes greatest = -least;
  Lanes index;
  count_up(index, 0, 1);
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes left;
    read(left, values + i);
    left -= line.first + index * line.slope;
    write(values + i, left);
    least = left < least ? left : least;
    greatest = left > greatest ? left : greatest;
    index += 8.0;
  }
  Range range{std::numeric_limits<double>::infinity(), -std::numeric_limits<double>::infinity()};
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    range.least = std::min(range.least, least[lane]);
    range.greatest = std::max(range.greatest, greatest[lane]);
  }
  for (; i < count; ++i) {
    values[i] -= line.first + static_cast<double>(i) * line.slope;
    range.least = std::min(range.least, values[i]);
    range.greatest = std::max(range.greatest, values[i]);
  }
  return range;
}

[[gnu::always_inline]] inline bool within(const double* heights, std::size_t count, double least, double greatest) {
  Mask inside = Mask{} - 1;
  std::size_t i = 0;
  for (; i + kLanes <= count; i += kLanes) {
    Lanes z;
    read(z, heights + i);
    inside &= (z >= least) & (z <= greatest);
  }
  bool all = true;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    all = all && inside[lane] != 0;
  }
  for (; i < count; ++i) {
    all = all && heights[i] >= least && heights[i] <= greatest;
  }
  return all;
}

inline void resample_one(const double* heights, std::size_t count, const Resampling& how, std::size_t j, double* into) {
  const double place = how.start + static_cast<double>(j) * how.stride;
  const std::size_t k = std::min(static_cast<std::size_t>(place), count - 2);
  const double before = heights[k];
  into[j] = (before - how.base) + (heights[k + 1] - before) * (place - static_cast<double>(k));
}

// The bins' numbers; the places up to a multiple of eight are written too.
[[gnu::always_inline]] inline void bins(const double* values, std::size_t count, double least, double scale,
                                        std::int32_t* into) {
  for (std::size_t i = 0; i < count; i += kLanes) {
    Lanes value;
    read(value, values + i);
    write(into + i, __builtin_convertvector((value - least) * scale, Ints));
  }
}

FitSums sums_plain(const double* z, std::size_t n, double base) {
  return sums(z, n, base);
}
Range residuals_plain(double* z, std::size_t n, const Slant& line) {
  return residuals(z, n, line);
}
bool within_plain(const double* z, std::size_t n, double least, double greatest) {
  return within(z, n, least, greatest);
}
void bins_plain(const double* z, std::size_t n, double least, double scale, std::int32_t* into) {
  bins(z, n, least, scale, into);
}
FitSums resample_plain(const double* z, std::size_t n, const Resampling& how, double* into) {
  for (std::size_t j = 0; j < how.count; ++j) {
    resample_one(z, n, how, j, into);
  }
  return sums(into, how.count, into[0]);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] FitSums sums_avx2(const double* z, std::size_t n, double base) {
  return sums(z, n, base);
}
[[gnu::target("avx2")]] Range residuals_avx2(double* z, std::size_t n, const Slant& line) {
  return residuals(z, n, line);
}
[[gnu::target("avx2")]] bool within_avx2(const double* z, std::size_t n, double least, double greatest) {
  return within(z, n, least, greatest);
}
[[gnu::target("avx2")]] void bins_avx2(const double* z, std::size_t n, double least, double scale, std::int32_t* into) {
  bins(z, n, least, scale, into);
}
[[gnu::target("avx512f")]] FitSums sums_avx512(const double* z, std::size_t n, double base) {
  return sums(z, n, base);
}
[[gnu::target("avx512f")]] Range residuals_avx512(double* z, std::size_t n, const Slant& line) {
  return residuals(z, n, line);
}
[[gnu::target("avx512f")]] bool within_avx512(const double* z, std::size_t n, double least, double greatest) {
  return within(z, n, least, greatest);
}
[[gnu::target("avx512f")]] void bins_avx512(const double* z, std::size_t n, double least, double scale,
                                            std::int32_t* into) {
  bins(z, n, least, scale, into);
}
// Eight places lie within sixteen samples: two loads and a permutation take the place of eight gathers. The samples
// behind the profile's end are masked away.
[[gnu::target("avx512f"), gnu::always_inline]] inline __m512d read_until(const double* z, std::size_t at,
                                                                         std::size_t n) {
  const std::size_t left = at < n ? n - at : 0;
  return _mm512_maskz_loadu_pd(static_cast<__mmask8>(left >= kLanes ? 0xff : (1U << left) - 1), z + at);
}

[[gnu::target("avx512f")]] FitSums resample_avx512(const double* z, std::size_t n, const Resampling& how,
                                                   double* into) {
  constexpr double kWidest = 1.8;
  if (!(how.stride < kWidest)) {
    return resample_plain(z, n, how, into);
  }
  resample_one(z, n, how, 0, into);
  const double first = into[0];
  Lanes sum = {};
  Lanes moment = {};
  Lanes index;
  count_up(index, 0, 1);
  const Ints most = Ints{} + (static_cast<std::int32_t>(n) - 2);
  std::size_t j = 0;
  for (; j + kLanes <= how.count; j += kLanes) {
    const Lanes places = how.start + index * how.stride;
    Ints at = __builtin_convertvector(places, Ints);
    at = at < most ? at : most;
    const auto k = static_cast<std::size_t>(at[0]);
    const auto lanes = reinterpret_cast<__m512i>(__builtin_convertvector(at - at[0], Mask));
    Lanes before;
    Lanes behind;
    if (k + 17 <= n) {
      before = _mm512_permutex2var_pd(_mm512_loadu_pd(z + k), lanes, _mm512_loadu_pd(z + k + 8));
      behind = _mm512_permutex2var_pd(_mm512_loadu_pd(z + k + 1), lanes, _mm512_loadu_pd(z + k + 9));
    } else {
      before = _mm512_permutex2var_pd(read_until(z, k, n), lanes, read_until(z, k + 8, n));
      behind = _mm512_permutex2var_pd(read_until(z, k + 1, n), lanes, read_until(z, k + 9, n));
    }
    const Lanes between = (before - how.base) + (behind - before) * (places - __builtin_convertvector(at, Lanes));
    write(into + j, between);
    const Lanes above = between - first;
    sum += above;
    moment += above * index;
    index += 8.0;
  }
  FitSums all = joined(sum, moment);
  for (; j < how.count; ++j) {
    resample_one(z, n, how, j, into);
    all.sum += into[j] - first;
    all.moment += (into[j] - first) * static_cast<double>(j);
  }
  return all;
}

#endif

constexpr ProfileKernels kPlain{"plain", sums_plain, residuals_plain, within_plain, resample_plain, bins_plain};
#if defined(__x86_64__)
constexpr ProfileKernels kAvx2{"avx2", sums_avx2, residuals_avx2, within_avx2, resample_plain, bins_avx2};
constexpr ProfileKernels kAvx512{"avx512", sums_avx512, residuals_avx512, within_avx512, resample_avx512, bins_avx512};
#endif

const ProfileKernels kernels = profile_kernels().back();

}  // namespace

std::vector<ProfileKernels> profile_kernels() {
#if defined(__x86_64__)
  return usable(kPlain, kAvx2, kAvx512);
#else
  return {kPlain};
#endif
}

bool all_within(std::span<const double> heights, double least, double greatest) {
  return kernels.within(heights.data(), heights.size(), least, greatest);
}

FitSums fit_sums(std::span<const double> heights, double base) {
  return kernels.sums(heights.data(), heights.size(), base);
}

Range subtract_line(std::span<double> values, const Slant& line) {
  return kernels.residuals(values.data(), values.size(), line);
}

FitSums resample(std::span<const double> heights, const Resampling& how, double* into) {
  return kernels.resample(heights.data(), heights.size(), how, into);
}

void bin_numbers(std::span<const double> values, double least, double scale, std::int32_t* into) {
  kernels.bins(values.data(), values.size(), least, scale, into);
}

}  // namespace karkara::propagation
