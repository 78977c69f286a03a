// The steepest sight over a path's heights, from either end: over a lone path by looking at each sample, along a radial
// by passing over stretches that cannot hold it. Both give the same bits, with every instruction set: each sample's
// slope is one subtraction, one product with 1 / steps and one more subtraction. They refuse nothing: callers have
// checked the heights. Called by the ITM geometry only.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

namespace karkara::propagation {

struct Horizon {
  double slope;    // metres a step; bent by the Earth
  std::size_t at;  // index of the sample
};

// The steepest sight from sample 0 (or from the last) at the height `eye` to a sample between both ends: the greatest
// (z - eye) / j - j * bend, j steps away. The sample nearest to the first wins a tie.
Horizon horizon_from_first(std::span<const double> heights, double eye, double bend);
Horizon horizon_from_last(std::span<const double> heights, double eye, double bend);

// Of a radial, whose parts from the first sample on are asked about one after the other, all from the same height at
// the first. Keeps a view of the heights.
class RadialHorizons {
 public:
  void assign(std::span<const double> heights, double first_eye);

  // Of the first `count` heights, more each time.
  Horizon from_first(std::size_t count, double bend);
  Horizon from_last(std::size_t count, double eye, double bend);

 private:
  struct Candidate {
    double rise;  // (z - eye) / j
    std::size_t at;
  };
  void add_candidates(std::size_t end);
  void keep_likely();

  std::span<const double> heights_;
  double first_eye_ = 0;
  // From the first sample: those whose slope is the greatest at some bend near `bend_`, of the samples before `seen_`.
  std::vector<Candidate> likely_;
  double bend_ = 0;
  double slack_ = 0;
  std::size_t seen_ = 1;
  // From the last sample: the greatest height of each block, and where the answer was.
  std::vector<double> greatest_;
  std::size_t last_hint_ = 0;
};

// How far samples lie from the eye: sample i away + direction * (i - 1) steps.
struct Ruler {
  double away;
  double direction;
  const double* inverse;  // at i - 1: one over that; none for paths longer than the table
};

// Of the samples 1 .. count - 2.
struct HorizonQuestion {
  const double* heights;
  std::size_t count;
  double eye;
  double bend;
  Ruler ruler;
};

inline constexpr std::size_t kHorizonBlock = 64;  // samples

// One instruction set's loops, for the test that all give the same bits.
struct HorizonKernels {
  const char* name;
  Horizon (*whole)(const HorizonQuestion& question);
  // `greatest` of each block of kHorizonBlock heights, counted from sample 0, with room up to a multiple of eight
  // blocks; `hint` is looked at first. From the last sample only.
  Horizon (*in_blocks)(const HorizonQuestion& question, const double* greatest, std::size_t hint);
};
std::vector<HorizonKernels> horizon_kernels();  // those that this processor can run, the widest last

Ruler ruler_from_first(std::size_t count);
Ruler ruler_from_last(std::size_t count);

}  // namespace karkara::propagation
