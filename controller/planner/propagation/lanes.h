// Eight numbers side by side, for the loops over a path's samples. GCC and clang lower them to whatever registers the
// function they are inlined into may use, and each lane does the same IEEE operations whatever those are: one text
// gives the same bits with SSE2, AVX2 and AVX-512. Only the *_kernels.cc files include this.
#pragma once

#include <cstddef>
#include <cstdint>
#include <limits>
#include <vector>

namespace karkara::propagation {

using Lanes = double __attribute__((vector_size(64)));
using Ints = std::int32_t __attribute__((vector_size(32)));
using Mask = std::int64_t __attribute__((vector_size(64)));
inline constexpr std::size_t kLanes = 8;

// From and to anywhere in an array. By reference: a function that returns such a vector would have another ABI for each
// instruction set.
[[gnu::always_inline]] inline void read(Lanes& lanes, const double* from) {
  __builtin_memcpy(&lanes, from, sizeof lanes);
}
template <class Vector, class Number>
[[gnu::always_inline]] inline void write(Number* into, const Vector& lanes) {
  static_assert(sizeof(Vector) == kLanes * sizeof(Number));
  __builtin_memcpy(into, &lanes, sizeof lanes);
}

[[gnu::always_inline]] inline void count_up(Lanes& lanes, double first, double step) {
  for (std::size_t i = 0; i < kLanes; ++i) {
    lanes[i] = first + static_cast<double>(i) * step;
  }
}

// The greatest of what was seen so far in each lane, and where.
struct Peaks {
  Lanes value = Lanes{} - std::numeric_limits<double>::infinity();
  Lanes at = {};

  // `or_equal`: the last of equals stays, not the first.
  [[gnu::always_inline]] void take(const Lanes& seen, const Lanes& where, bool or_equal = false) {
    const Mask better = or_equal ? seen >= value : seen > value;
    value = better ? seen : value;
    at = better ? where : at;
  }
};

struct Peak {
  double value = -std::numeric_limits<double>::infinity();
  std::size_t at = 0;

  [[gnu::always_inline]] void take(double seen, std::size_t where, bool or_equal = false) {
    if (seen > value || (or_equal && seen == value)) {
      *this = {seen, where};
    }
  }
  [[gnu::always_inline]] void take(const Peaks& peaks, bool last = false) {
    for (std::size_t lane = 0; lane < kLanes; ++lane) {
      const auto where = static_cast<std::size_t>(peaks.at[lane]);
      if (peaks.value[lane] > value || (peaks.value[lane] == value && (last ? where > at : where < at))) {
        *this = {peaks.value[lane], where};
      }
    }
  }
};

#if defined(__x86_64__)
// Of the same kernels for SSE2, AVX2 and AVX-512 those that this processor runs, the fastest last.
template <class Kernels>
std::vector<Kernels> usable(const Kernels& plain, const Kernels& avx2, const Kernels& avx512) {
  std::vector<Kernels> all{plain};
  __builtin_cpu_init();
  if (__builtin_cpu_supports("avx2") != 0) {
    all.push_back(avx2);
  }
  if (__builtin_cpu_supports("avx512f") != 0) {
    all.push_back(avx512);
  }
  return all;
}
#endif

}  // namespace karkara::propagation
