// The loops that find the deciles of values above a line where they are nearly known: how many values lie outside two
// stretches, which lie in them, and the one of a rank. Compiled for several instruction sets and chosen at run time,
// with the same answers to the bit. They refuse nothing. Called by spread.cc only.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <vector>

#include "controller/planner/propagation/profile_kernels.h"

namespace karkara::propagation {

// Of values above a line: how many lie below one stretch of heights and above another, and which lie in them.
struct Stretch {
  double from;
  double to;  // not included
};
inline constexpr std::size_t kMostValues = 256;
struct Neighbours {
  std::size_t below = 0;  // the low stretch
  std::size_t above = 0;  // the high stretch
  std::size_t lows = 0;
  std::size_t highs = 0;
  std::array<double, kMostValues + 8> low;  // what stands behind the last is anything
  std::array<double, kMostValues + 8> high;
};
// The rank-th least of few values, counted from 1. There is room behind the last up to a multiple of eight.
inline constexpr std::size_t kMostRanked = 32;
double ranked(double* values, std::size_t count, std::size_t rank);
void find_neighbours(std::span<const double> values, const Slant& line, const Stretch& low, const Stretch& high,
                     Neighbours& into);

// One instruction set's loops, for the test that all give the same bits.
struct DecileKernels {
  const char* name;
  void (*neighbours)(std::span<const double> values, const Slant& line, const Stretch& low, const Stretch& high,
                     Neighbours& into);
  double (*ranked)(double* values, std::size_t count, std::size_t rank);
};
std::vector<DecileKernels> decile_kernels();  // those that this processor can run, the widest last

}  // namespace karkara::propagation
