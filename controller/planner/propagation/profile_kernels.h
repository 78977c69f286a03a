// The loops over a path's heights that cost most of a prediction: sums of the straight-line fit, samples between the
// heights, spread of the residuals. Each is compiled for several instruction sets and chosen at run
// time; the answers are the same to the bit, because each of eight lanes does the same IEEE operations in the same
// order whatever the width of a register. They refuse nothing: callers have checked the heights. Called by the ITM
// geometry only.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace karkara::propagation {

// Whether each height is a number from `least` to `greatest`.
bool all_within(std::span<const double> heights, double least, double greatest);

struct FitSums {
  double sum = 0;
  double moment = 0;  // of index times value
};

// Sums of (z - base) and k (z - base), k = 0, 1, 2, ...
FitSums fit_sums(std::span<const double> heights, double base);

// Heights above `base` at `count` places start, start + stride, ... (in steps, within the profile), between the
// samples; their sums about the first of them.
struct Resampling {
  double base;
  double start;
  double stride;
  std::size_t count;
};
FitSums resample(std::span<const double> heights, const Resampling& how, double* into);

// What is left of `values` above the line first + k * slope, written in place; the least and the greatest of it.
struct Range {
  double least;
  double greatest;
};
struct Slant {  // a line: first + k * slope
  double first;
  double slope;
};
Range subtract_line(std::span<double> values, const Slant& line);

// One instruction set's loops, for the test that all give the same bits.
struct ProfileKernels {
  const char* name;
  FitSums (*sums)(const double* heights, std::size_t count, double base);
  Range (*residuals)(double* values, std::size_t count, const Slant& line);
  bool (*within)(const double* heights, std::size_t count, double least, double greatest);
  FitSums (*resample)(const double* heights, std::size_t count, const Resampling& how, double* into);
  void (*bins)(const double* values, std::size_t count, double least, double scale, std::int32_t* into);
};
std::vector<ProfileKernels> profile_kernels();  // those that this processor can run, the widest last

// Each value's bin: (value - least) * scale, truncated. Both arrays have room up to a multiple of eight.
void bin_numbers(std::span<const double> values, double least, double scale, std::int32_t* into);

}  // namespace karkara::propagation
