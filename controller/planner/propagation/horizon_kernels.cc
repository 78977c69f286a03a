#include "controller/planner/propagation/horizon_kernels.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <cstring>
#include <limits>

#include "controller/planner/propagation/lanes.h"

namespace karkara::propagation {
namespace {

// Divisions cost more than the rest of a sight, and there is one for each whole number only.
constexpr std::size_t kTabled = 1024;

constexpr std::array<double, kTabled> ascending_steps() {
  std::array<double, kTabled> inverse{};
  for (std::size_t k = 0; k < kTabled; ++k) {
    inverse[k] = 1.0 / static_cast<double>(k + 1);
  }
  return inverse;
}
constexpr std::array<double, kTabled> descending_steps() {
  std::array<double, kTabled> inverse{};
  for (std::size_t k = 0; k < kTabled; ++k) {
    inverse[k] = 1.0 / static_cast<double>(kTabled - k);
  }
  return inverse;
}
constexpr std::array<double, kTabled> kAscending = ascending_steps();
constexpr std::array<double, kTabled> kDescending = descending_steps();

[[gnu::always_inline]] inline double steps_to(const Ruler& ruler, std::size_t i) {
  return ruler.away + ruler.direction * (static_cast<double>(i) - 1);
}
[[gnu::always_inline]] inline double inverse_of(const Ruler& ruler, std::size_t i) {
  return ruler.inverse != nullptr ? ruler.inverse[i - 1] : 1.0 / steps_to(ruler, i);
}

[[gnu::always_inline]] inline void take_one(const HorizonQuestion& ask, std::size_t i, Peak& found) {
  const double slope = (ask.heights[i] - ask.eye) * inverse_of(ask.ruler, i) - steps_to(ask.ruler, i) * ask.bend;
  if (slope > found.value || (slope == found.value && i < found.at)) {
    found = {slope, i};
  }
}

// Samples from `first` up to before `end`.
[[gnu::always_inline]] inline void scan(const HorizonQuestion& ask, std::size_t first, std::size_t end, Peak& found) {
  std::size_t i = first;
  if (i + kLanes <= end) {
    Peaks best;
    Lanes steps;
    count_up(steps, steps_to(ask.ruler, i), ask.ruler.direction);
    Lanes at;
    count_up(at, static_cast<double>(i), 1);
    for (; i + kLanes <= end; i += kLanes) {
      Lanes z;
      read(z, ask.heights + i);
      Lanes inverse;
      if (ask.ruler.inverse != nullptr) {
        read(inverse, ask.ruler.inverse + (i - 1));
      } else {
        inverse = 1.0 / steps;
      }
      best.take((z - ask.eye) * inverse - steps * ask.bend, at);
      steps += 8 * ask.ruler.direction;
      at += 8.0;
    }
    found.take(best);
  }
  for (; i < end; ++i) {
    take_one(ask, i, found);
  }
}

[[gnu::always_inline]] inline Horizon whole(const HorizonQuestion& ask) {
  Peak found;
  scan(ask, 1, ask.count - 1, found);
  return {found.value, found.at};
}

using Bytes = std::int8_t __attribute__((vector_size(8)));

// Of eight blocks from `first` on, seen from the last sample: no sample of one has a steeper slope.
[[gnu::always_inline]] inline void most_of(const HorizonQuestion& ask, const double* greatest, std::size_t first,
                                           Lanes& most) {
  Lanes far;
  count_up(far, steps_to(ask.ruler, 0) - static_cast<double>(first * kHorizonBlock),
           -static_cast<double>(kHorizonBlock));
  Lanes near = far - (static_cast<double>(kHorizonBlock) - 1);
  near = near > 1.0 ? near : Lanes{} + 1.0;
  far = far > 1.0 ? far : Lanes{} + 1.0;
  Lanes rise;
  read(rise, greatest + first);
  rise -= ask.eye;
  most = rise / (rise > 0.0 ? near : far) - (ask.bend > 0 ? near : far) * ask.bend;
  most += (most > 0.0 ? most : -most) * 1e-12 + 1e-12;  // more than any rounding
}

[[gnu::always_inline]] inline Horizon in_blocks(const HorizonQuestion& ask, const double* greatest, std::size_t hint) {
  Peak found;
  const std::size_t end = ask.count - 1;
  if (hint > 0 && hint < end) {
    take_one(ask, hint, found);
  }
  const std::size_t blocks = (end + kHorizonBlock - 1) / kHorizonBlock;
  for (std::size_t eight = 0; eight < blocks; eight += kLanes) {
    Lanes most;
    most_of(ask, greatest, eight, most);
    std::uint64_t marks = 0;
    write(reinterpret_cast<std::int8_t*>(&marks), __builtin_convertvector(most >= found.value, Bytes));
    std::array<std::uint8_t, kLanes> open;
    std::memcpy(open.data(), &marks, sizeof marks);
    for (std::size_t block = std::min(blocks - eight, kLanes); marks != 0 && block-- > 0;) {  // the nearest first
      if (open[block] != 0 && most[block] >= found.value) {
        const std::size_t begin = (eight + block) * kHorizonBlock;
        scan(ask, std::max<std::size_t>(begin, 1), std::min(begin + kHorizonBlock, end), found);
      }
    }
  }
  return {found.value, found.at};
}

Horizon whole_plain(const HorizonQuestion& ask) {
  return whole(ask);
}
Horizon in_blocks_plain(const HorizonQuestion& ask, const double* greatest, std::size_t hint) {
  return in_blocks(ask, greatest, hint);
}
constexpr HorizonKernels kPlain{"plain", whole_plain, in_blocks_plain};

#if defined(__x86_64__)
[[gnu::target("avx2")]] Horizon whole_avx2(const HorizonQuestion& ask) {
  return whole(ask);
}
[[gnu::target("avx2")]] Horizon in_blocks_avx2(const HorizonQuestion& ask, const double* greatest, std::size_t hint) {
  return in_blocks(ask, greatest, hint);
}
[[gnu::target("avx512f")]] Horizon whole_avx512(const HorizonQuestion& ask) {
  return whole(ask);
}
[[gnu::target("avx512f")]] Horizon in_blocks_avx512(const HorizonQuestion& ask, const double* greatest,
                                                    std::size_t hint) {
  return in_blocks(ask, greatest, hint);
}
constexpr HorizonKernels kAvx2{"avx2", whole_avx2, in_blocks_avx2};
constexpr HorizonKernels kAvx512{"avx512", whole_avx512, in_blocks_avx512};
#endif

const HorizonKernels kernels = horizon_kernels().back();

}  // namespace

std::vector<HorizonKernels> horizon_kernels() {
#if defined(__x86_64__)
  return usable(kPlain, kAvx2, kAvx512);
#else
  return {kPlain};
#endif
}

Ruler ruler_from_first(std::size_t count) {
  return {1, 1, count <= kTabled ? kAscending.data() : nullptr};
}

Ruler ruler_from_last(std::size_t count) {
  // Sample 1 is count - 2 steps from the last.
  return {static_cast<double>(count) - 2, -1, count <= kTabled ? kDescending.data() + (kTabled + 2 - count) : nullptr};
}

Horizon horizon_from_first(std::span<const double> heights, double eye, double bend) {
  return kernels.whole({heights.data(), heights.size(), eye, bend, ruler_from_first(heights.size())});
}

Horizon horizon_from_last(std::span<const double> heights, double eye, double bend) {
  return kernels.whole({heights.data(), heights.size(), eye, bend, ruler_from_last(heights.size())});
}

void RadialHorizons::assign(std::span<const double> heights, double first_eye) {
  heights_ = heights;
  first_eye_ = first_eye;
  likely_.clear();
  seen_ = 1;
  greatest_.assign((heights.size() / kHorizonBlock / kLanes + 1) * kLanes, -std::numeric_limits<double>::infinity());
  for (std::size_t i = 0; i < heights.size(); ++i) {
    greatest_[i / kHorizonBlock] = std::max(greatest_[i / kHorizonBlock], heights[i]);
  }
  last_hint_ = 0;
}

// A sample's slope moves by its steps when the bend moves by one, so between bend_ - slack_ and bend_ + slack_ only
// those can lead that are near enough to the leader at bend_.
void RadialHorizons::keep_likely() {
  const auto slope_of = [&](const Candidate& one) { return one.rise - static_cast<double>(one.at) * bend_; };
  const auto lead = std::max_element(likely_.begin(), likely_.end(),
                                     [&](const Candidate& a, const Candidate& b) { return slope_of(a) < slope_of(b); });
  const double least = slope_of(*lead) - static_cast<double>(lead->at) * slack_ - 1e-9;
  std::erase_if(likely_,
                [&](const Candidate& one) { return slope_of(one) + static_cast<double>(one.at) * slack_ < least; });
}

void RadialHorizons::add_candidates(std::size_t end) {
  const Ruler ruler = ruler_from_first(std::min(end, kTabled));
  for (; seen_ < end; ++seen_) {
    const double inverse = seen_ <= kTabled ? ruler.inverse[seen_ - 1] : 1.0 / static_cast<double>(seen_);
    likely_.push_back({(heights_[seen_] - first_eye_) * inverse, seen_});
  }
}

Horizon RadialHorizons::from_first(std::size_t count, double bend) {
  constexpr double kSlack = 0.02;
  constexpr std::size_t kCrowded = 8;
  if (likely_.empty() || std::abs(bend - bend_) > slack_) {
    likely_.clear();
    seen_ = 1;
    bend_ = bend;
    slack_ = kSlack * std::abs(bend);
  }
  add_candidates(count - 1);
  if (likely_.size() > kCrowded) {
    keep_likely();
  }
  Horizon found{-std::numeric_limits<double>::infinity(), 0};
  for (const Candidate& one : likely_) {
    const double slope = one.rise - static_cast<double>(one.at) * bend;
    if (slope > found.slope) {
      found = {slope, one.at};
    }
  }
  return found;
}

Horizon RadialHorizons::from_last(std::size_t count, double eye, double bend) {
  const Horizon found =
      kernels.in_blocks({heights_.data(), count, eye, bend, ruler_from_last(count)}, greatest_.data(), last_hint_);
  last_hint_ = found.at;
  return found;
}

}  // namespace karkara::propagation
