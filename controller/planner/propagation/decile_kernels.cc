#include "controller/planner/propagation/decile_kernels.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <cstring>
#include <limits>

#if defined(__x86_64__)
#include <immintrin.h>
#endif

#include "controller/planner/propagation/lanes.h"

namespace karkara::propagation {
namespace {

using Bytes = std::int8_t __attribute__((vector_size(8)));

// Below the high stretch's end and not in the low stretch: in the high one.
[[gnu::always_inline]] inline void keep(double value, const Stretch& low, Neighbours& into) {
  const bool is_low = value < low.to;
  into.low[into.lows] = value;
  into.high[into.highs] = value;
  into.lows += is_low ? 1 : 0;
  into.highs += is_low ? 0 : 1;
}

[[gnu::always_inline]] inline void keep_marked(const Lanes& values, const Mask& marked, const Stretch& low,
                                               Neighbours& into) {
  std::uint64_t word = 0;
  write(reinterpret_cast<std::int8_t*>(&word), __builtin_convertvector(marked, Bytes));
  if (word == 0) {
    return;
  }
  std::array<double, kLanes> each;
  write(each.data(), values);
  std::array<std::uint8_t, kLanes> marks;
  std::memcpy(marks.data(), &word, sizeof word);
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    if (marks[lane] != 0) {
      keep(each[lane], low, into);
    }
  }
}

[[gnu::always_inline]] inline void neighbours_behind(std::span<const double> values, std::size_t i, const Slant& line,
                                                     const Stretch& low, const Stretch& high, Neighbours& into) {
  for (; i < values.size(); ++i) {
    const double left = values[i] - (line.first + static_cast<double>(i) * line.slope);
    into.below += left < low.from ? 1 : 0;
    into.above += left >= high.to ? 1 : 0;
    if ((left >= low.from && left < low.to) || (left >= high.from && left < high.to)) {
      keep(left, low, into);
    }
  }
}

[[gnu::always_inline]] inline void neighbours(std::span<const double> values, const Slant& line, const Stretch& low,
                                              const Stretch& high, Neighbours& into) {
  into.lows = into.highs = 0;
  Mask below = {};
  Mask above = {};
  Lanes index;
  count_up(index, 0, 1);
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    Lanes left;
    read(left, values.data() + i);
    left -= line.first + index * line.slope;
    below -= left < low.from;
    above -= left >= high.to;
    keep_marked(left, ((left >= low.from) & (left < low.to)) | ((left >= high.from) & (left < high.to)), low, into);
    index += 8.0;
  }
  into.below = into.above = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    into.below += static_cast<std::size_t>(below[lane]);
    into.above += static_cast<std::size_t>(above[lane]);
  }
  neighbours_behind(values, i, line, low, high, into);
}

// Each lane counts how many values are less than its own, and how many are not greater: no branch depends on a value.
[[gnu::always_inline]] inline double rank_by_counts(double* values, std::size_t count, std::size_t rank) {
  constexpr std::size_t kVectors = kMostRanked / kLanes;
  const std::size_t vectors = (count + kLanes - 1) / kLanes;
  for (std::size_t i = count; i < vectors * kLanes; ++i) {
    values[i] = std::numeric_limits<double>::infinity();
  }
  std::array<Lanes, kVectors> own;
  std::array<Mask, kVectors> less{};
  std::array<Mask, kVectors> not_greater{};
  for (std::size_t v = 0; v < vectors; ++v) {
    read(own[v], values + v * kLanes);
    for (std::size_t i = 0; i < count; ++i) {
      less[v] -= values[i] < own[v];
      not_greater[v] -= values[i] <= own[v];
    }
  }
  const auto wanted = static_cast<std::int64_t>(rank);
  Lanes found = {};
  for (std::size_t v = 0; v < vectors; ++v) {
    found = ((less[v] < wanted) & (not_greater[v] >= wanted)) != 0 ? own[v] : found;
  }
  // Those lanes that found it hold the same value; the others hold 0.
  const Lanes none = {};
  double value = 0;
  for (std::size_t lane = 0; lane < kLanes; ++lane) {
    value = found[lane] != none[lane] ? found[lane] : value;
  }
  return value;
}
double ranked_plain(double* values, std::size_t count, std::size_t rank) {
  return rank_by_counts(values, count, rank);
}

void neighbours_plain(std::span<const double> values, const Slant& line, const Stretch& low, const Stretch& high,
                      Neighbours& into) {
  neighbours(values, line, low, high, into);
}

constexpr DecileKernels kPlain{"plain", neighbours_plain, ranked_plain};

#if defined(__x86_64__)
[[gnu::target("avx2")]] void neighbours_avx2(std::span<const double> values, const Slant& line, const Stretch& low,
                                             const Stretch& high, Neighbours& into) {
  neighbours(values, line, low, high, into);
}
[[gnu::target("avx2")]] double ranked_avx2(double* values, std::size_t count, std::size_t rank) {
  return rank_by_counts(values, count, rank);
}
[[gnu::target("avx512f"), gnu::always_inline]] inline std::size_t sum_of(const __m512i& counts) {
  std::array<std::size_t, kLanes> each;
  std::memcpy(each.data(), &counts, sizeof each);
  std::size_t sum = 0;
  for (const std::size_t one : each) {
    sum += one;
  }
  return sum;
}

// As rank_by_counts, the counts in masked additions.
[[gnu::target("avx512f")]] double ranked_avx512(double* values, std::size_t count, std::size_t rank) {
  const __m512i one = _mm512_set1_epi64(1);
  const __m512i wanted = _mm512_set1_epi64(static_cast<std::int64_t>(rank));
  for (std::size_t first = 0; first < count; first += kLanes) {
    const std::size_t some = std::min(count - first, kLanes);
    const auto there = static_cast<__mmask8>((1U << some) - 1);
    const __m512d own = _mm512_maskz_loadu_pd(there, values + first);
    __m512i less = _mm512_setzero_si512();
    __m512i not_greater = _mm512_setzero_si512();
    for (std::size_t i = 0; i < count; ++i) {
      const __m512d other = _mm512_set1_pd(values[i]);
      less = _mm512_mask_add_epi64(less, _mm512_cmp_pd_mask(other, own, _CMP_LT_OQ), less, one);
      not_greater = _mm512_mask_add_epi64(not_greater, _mm512_cmp_pd_mask(other, own, _CMP_LE_OQ), not_greater, one);
    }
    const auto found = static_cast<__mmask8>(there & _mm512_cmp_epi64_mask(less, wanted, _MM_CMPINT_LT) &
                                             _mm512_cmp_epi64_mask(not_greater, wanted, _MM_CMPINT_NLT));
    if (found != 0) {
      return values[first + static_cast<std::size_t>(__builtin_ctz(found))];
    }
  }
  return 0;
}

[[gnu::target("avx512f,popcnt")]] void neighbours_avx512(std::span<const double> values, const Slant& line,
                                                         const Stretch& low, const Stretch& high, Neighbours& into) {
  const __m512d low_from = _mm512_set1_pd(low.from);
  const __m512d low_to = _mm512_set1_pd(low.to);
  const __m512d high_from = _mm512_set1_pd(high.from);
  const __m512d high_to = _mm512_set1_pd(high.to);
  const __m512i one = _mm512_set1_epi64(1);
  __m512i below = _mm512_setzero_si512();
  __m512i above = _mm512_setzero_si512();
  std::size_t lows = 0;
  std::size_t highs = 0;
  Lanes index;
  count_up(index, 0, 1);
  std::size_t i = 0;
  for (; i + kLanes <= values.size(); i += kLanes) {
    Lanes left;
    read(left, values.data() + i);
    left -= line.first + index * line.slope;
    const __mmask8 under = _mm512_cmp_pd_mask(left, low_from, _CMP_LT_OQ);
    const __mmask8 over = _mm512_cmp_pd_mask(left, high_to, _CMP_GE_OQ);
    const __mmask8 in_low = _mm512_mask_cmp_pd_mask(static_cast<__mmask8>(~under), left, low_to, _CMP_LT_OQ);
    const __mmask8 in_high = _mm512_mask_cmp_pd_mask(static_cast<__mmask8>(~over), left, high_from, _CMP_GE_OQ);
    below = _mm512_mask_add_epi64(below, under, below, one);
    above = _mm512_mask_add_epi64(above, over, above, one);
    _mm512_storeu_pd(into.low.data() + lows, _mm512_maskz_compress_pd(in_low, left));
    _mm512_storeu_pd(into.high.data() + highs, _mm512_maskz_compress_pd(in_high, left));
    lows += static_cast<std::size_t>(__builtin_popcount(in_low));
    highs += static_cast<std::size_t>(__builtin_popcount(in_high));
    index += 8.0;
  }
  into.lows = lows;
  into.highs = highs;
  into.below = sum_of(below);
  into.above = sum_of(above);
  neighbours_behind(values, i, line, low, high, into);
}
constexpr DecileKernels kAvx2{"avx2", neighbours_avx2, ranked_avx2};
constexpr DecileKernels kAvx512{"avx512", neighbours_avx512, ranked_avx512};
#endif

const DecileKernels kernels = decile_kernels().back();

}  // namespace

std::vector<DecileKernels> decile_kernels() {
#if defined(__x86_64__)
  return usable(kPlain, kAvx2, kAvx512);
#else
  return {kPlain};
#endif
}

double ranked(double* values, std::size_t count, std::size_t rank) {
  return kernels.ranked(values, count, rank);
}

void find_neighbours(std::span<const double> values, const Slant& line, const Stretch& low, const Stretch& high,
                     Neighbours& into) {
  kernels.neighbours(values, line, low, high, into);
}

}  // namespace karkara::propagation
