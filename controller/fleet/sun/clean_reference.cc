#include "controller/fleet/sun/clean_reference.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <vector>

#include "controller/fleet/sun/median.h"

namespace karkara {
namespace {

constexpr std::size_t kAgree = 5;         // clear days; one or two wild ones among them change nothing
constexpr std::size_t kAgreeWithin = 16;  // days
constexpr std::size_t kFewestAgree = 3;
constexpr float kLowest = -1.5F;  // 22 % is left
constexpr float kHighest = 0.1F;

struct Day {
  std::size_t age;
  double level;
};

}  // namespace

CleanReference::CleanReference(const ArrayDays& days, std::int64_t today) {
  below_.fill(std::numeric_limits<float>::quiet_NaN());
  std::vector<Day> known;
  known.reserve(days.tenth_watts().size());
  for (std::size_t age = 0; age < ArrayDays::kDays; ++age) {
    if (const auto level = days.level(today - 1 - static_cast<std::int64_t>(age))) {
      known.push_back({age, std::log(level->value())});
    }
  }
  known_ = known.size();
  bool found = false;
  for (std::size_t first = 0; first < known.size(); ++first) {
    std::array<double, kAgree> levels{};
    std::size_t count = 0;
    while (count < kAgree && first + count < known.size() &&
           known[first + count].age - known[first].age < kAgreeWithin) {
      levels[count] = known[first + count].level;
      ++count;
    }
    if (count < kFewestAgree && known.size() >= kFewestAgree) {
      continue;
    }
    const double level = median_of(std::span{levels}.first(count));
    if (!found || level > reference_) {
      found = true;
      reference_ = level;
      age_ = known[first + count / 2].age;
    }
  }
  for (const Day& day : known) {
    below_[day.age] = std::clamp(static_cast<float>(day.level - reference_), kLowest, kHighest);
  }
}

Watts CleanReference::clean() const {
  return Watts{std::exp(reference_)};
}

}  // namespace karkara
