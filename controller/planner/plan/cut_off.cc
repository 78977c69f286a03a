#include "controller/planner/plan/cut_off.h"

#include <algorithm>
#include <numeric>

namespace karkara::planner {
namespace {

// More than any mast serves; sums over a country's masts and all that hangs on them hold it.
constexpr std::int64_t kMostOfAMast = 1'000'000'000;

}  // namespace

CutOff::CutOff(std::vector<std::uint32_t> parent, const std::vector<std::int64_t>& people, std::int64_t most)
    : parent_{std::move(parent)},
      depth_(parent_.size()),
      tree_(parent_.size()),
      branch_people_(parent_.size()),
      all_cut_(parent_.size()),
      most_{std::min(most, kMostOfAMast - 1)} {
  for (std::uint32_t mast = 0; mast < parent_.size(); ++mast) {
    std::vector<std::uint32_t> way;
    for (std::uint32_t at = mast; at != kOutside && depth_[at] == 0; at = parent_[at]) {
      way.push_back(at);
    }
    for (; !way.empty(); way.pop_back()) {
      const std::uint32_t at = way.back();
      depth_[at] = depth(parent_[at]) + 1;
      tree_[at] = parent_[at] == kOutside ? at : tree_[parent_[at]];
      order_.push_back(at);
    }
  }
  for (auto next = order_.rbegin(); next != order_.rend(); ++next) {
    const std::uint32_t at = *next;
    branch_people_[at] += std::clamp<std::int64_t>(people[at], 0, kMostOfAMast);
    if (parent_[at] != kOutside) {
      branch_people_[parent_[at]] += branch_people_[at];
      all_cut_[parent_[at]] += branch_people_[at];
    }
  }
  clear();
}

void CutOff::clear() {
  joined_.resize(parent_.size());
  std::iota(joined_.begin(), joined_.end(), 0U);
  people_ = branch_people_;
  in_touch_.assign(parent_.size(), 0);
  cut_ = all_cut_;
  excess_ = 0;
  for (std::uint32_t mast = 0; mast < parent_.size(); ++mast) {
    excess_ += excess_at(mast);
  }
}

std::int64_t CutOff::excess_at(std::uint32_t mast) const {
  return std::max<std::int64_t>(0, cut_[mast] - most_);
}

std::uint32_t CutOff::set_of(std::uint32_t top) const {
  while (joined_[top] != top) {
    top = joined_[top];
  }
  return top;
}

template <class Tell>
void CutOff::climb(std::uint32_t a, std::uint32_t b, Tell tell) const {
  std::uint32_t top_a = kOutside;  // of the branch that was left last
  std::uint32_t top_b = kOutside;
  while (a != b) {
    std::uint32_t& at = depth(a) >= depth(b) ? a : b;
    std::uint32_t& top = &at == &a ? top_a : top_b;
    if (top != kOutside) {
      tell(top, false);
    }
    top = at;
    at = parent_[at];
  }
  // Nothing outside falls; and a link to the fallen mast is no help.
  if (a != kOutside && top_a != kOutside && top_b != kOutside) {
    tell(top_a, true);
    tell(top_b, true);
  }
}

std::int64_t CutOff::gain_in_touch(std::uint32_t top) const {
  const std::uint32_t set = set_of(top);
  return in_touch_[set] == 0 ? std::min(excess_at(parent_[top]), people_[set]) : 0;
}

std::int64_t CutOff::gain(std::uint32_t a, std::uint32_t b) const {
  std::int64_t gain = 0;
  std::uint32_t met = kOutside;
  climb(a, b, [&](std::uint32_t top, bool meets) {
    if (!meets) {
      gain += gain_in_touch(top);
    } else if (met == kOutside) {
      met = top;
    } else if (in_touch_[set_of(met)] != in_touch_[set_of(top)]) {
      gain += gain_in_touch(met) + gain_in_touch(top);  // one of them is
    }
  });
  return gain;
}

std::vector<std::int64_t> CutOff::gains_alone() const {
  std::vector<std::int64_t> gains(parent_.size(), 0);
  for (const std::uint32_t mast : order_) {
    gains[mast] = parent_[mast] == kOutside ? 0 : gains[parent_[mast]] + gain_in_touch(mast);
  }
  return gains;
}

void CutOff::link(std::uint32_t a, std::uint32_t b) {
  std::uint32_t met = kOutside;
  climb(a, b, [&](std::uint32_t top, bool meets) {
    if (!meets) {
      keep_in_touch(top);
    } else if (met == kOutside) {
      met = top;
    } else {
      join(met, top);
    }
  });
}

void CutOff::keep_in_touch(std::uint32_t top) {
  const std::uint32_t set = set_of(top);
  if (in_touch_[set] == 0) {
    in_touch_[set] = 1;
    const std::uint32_t on = parent_[top];
    excess_ -= excess_at(on);
    cut_[on] -= people_[set];
    excess_ += excess_at(on);
  }
}

void CutOff::join(std::uint32_t top, std::uint32_t other) {
  const std::uint32_t a = set_of(top);
  const std::uint32_t b = set_of(other);
  if (a == b) {
    return;
  }
  if (in_touch_[a] != in_touch_[b]) {
    keep_in_touch(a);
    keep_in_touch(b);
  }
  const std::uint32_t kept = std::min(a, b);
  joined_[std::max(a, b)] = kept;
  people_[kept] = people_[a] + people_[b];
}

}  // namespace karkara::planner
