// The deciles of at most 256 numbers, the costliest step of ITM's terrain irregularity: exact, by counting in bins, or
// where a neighbouring path's deciles are known by looking around them. Refuses nothing; ranks that do not exist give
// equal deciles. Called by the ITM geometry.
#pragma once

#include <array>
#include <cstddef>
#include <optional>
#include <span>

#include "controller/planner/propagation/decile_kernels.h"

namespace karkara::propagation {

struct Deciles {  // the rank-th least and the rank-th greatest; rank counts from 1
  double low = 0;
  double high = 0;
};

// Of the first `count` values, all within `range`.
Deciles deciles(const std::array<double, kMostValues>& values, std::size_t count, const Range& range, std::size_t rank);

// Where deciles are looked for: around those of a neighbouring path, as far as leaves some values to rank and misses
// seldom. How far is learnt from path to path; what is found does not depend on it.
struct DecileGuess {
  Deciles near;
  double around = 0.02;  // of their difference
};

// The same numbers of values above a line, where both lie near the guess, which is brought up to date; else nothing,
// and the question is open.
std::optional<Deciles> deciles_near(std::span<const double> values, const Slant& line, DecileGuess& guess,
                                    std::size_t rank, Neighbours& scratch);

}  // namespace karkara::propagation
