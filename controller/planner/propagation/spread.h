// The inter-decile range of at most 256 numbers, the costliest step of ITM's terrain irregularity: exact, by counting
// in bins. Refuses nothing; ranks that do not exist give 0. Called by the ITM geometry.
#pragma once

#include <array>
#include <cstddef>

#include "controller/planner/propagation/profile_kernels.h"

namespace karkara::propagation {

inline constexpr std::size_t kMostValues = 256;

// The rank-th greatest less the rank-th least of the first `count` values, all within `range`. rank counts from 1.
double spread(const std::array<double, kMostValues>& values, std::size_t count, const Range& range, std::size_t rank);

}  // namespace karkara::propagation
