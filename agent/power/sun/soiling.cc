#include "agent/power/sun/soiling.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <vector>

namespace karkara {
namespace {

// Niamey: 15 % in 23 days without rain, 0.7 % a day (10.4236/sgre.2017.812025).
constexpr double kLeastLoss = 0.0015;  // a day; below is noise and season
constexpr double kDirty = 0.85;
constexpr double kCleanAgain = 0.92;
constexpr double kJump = 1.03;             // over every level of the days before
constexpr std::size_t kJumpLooksBack = 8;  // days; haze that lifts gives what was there before it
constexpr std::size_t kPairDays = 6;       // within which two clear days must agree on a jump
constexpr std::size_t kLevelOf = 3;        // newest clear days
constexpr std::size_t kLevelDays = 15;
constexpr double kBestFades = 0.0003;  // a day: panels age, and the sun's path over an unknown tilt changes
constexpr std::array<std::size_t, 4> kWindows = {40, 27, 18, 12};  // days that a loss must last, the longest first
constexpr std::size_t kFewestInHalf = 4;
constexpr double kHalfKeeps = 0.25;   // of the whole's slope; a spell of haze has one flat half
constexpr std::size_t kHazeDays = 8;  // a spell lasts less: dust took half of what is lost before that

double median_of(std::vector<double>& values) {
  const auto middle = values.begin() + static_cast<std::ptrdiff_t>(values.size() / 2);
  std::nth_element(values.begin(), middle, values.end());
  if (values.size() % 2 == 1) {
    return *middle;
  }
  return (*middle + *std::max_element(values.begin(), middle)) / 2;
}

}  // namespace

struct Soiling::Points {
  std::vector<double> ages{};
  std::vector<double> levels{};

  // Theil and Sen's slope: the median of all pairs', in watts a day lost.
  [[nodiscard]] double loss() const {
    std::vector<double> slopes;
    slopes.reserve(ages.size() * ages.size() / 2);
    for (std::size_t i = 0; i < ages.size(); ++i) {
      for (std::size_t j = i + 1; j < ages.size(); ++j) {
        slopes.push_back((levels[j] - levels[i]) / (ages[j] - ages[i]));
      }
    }
    return slopes.empty() ? 0 : median_of(slopes);
  }
  [[nodiscard]] bool is_straight() const;
};

namespace {

double sum_of_distances(std::vector<double> values) {
  const double middle = values.empty() ? 0 : median_of(values);
  double sum = 0;
  for (const double value : values) {
    sum += std::abs(value - middle);
  }
  return sum;
}

}  // namespace

// A straight line lies nearer to the points than the best step between two levels does.
bool Soiling::Points::is_straight() const {
  std::vector<double> flattened = levels;
  const double slope = loss();
  for (std::size_t i = 0; i < levels.size(); ++i) {
    flattened[i] -= slope * ages[i];
  }
  const double off_line = sum_of_distances(flattened);
  for (auto cut = levels.begin() + 1; cut < levels.end() - 1; ++cut) {
    if (sum_of_distances({levels.begin(), cut}) + sum_of_distances({cut, levels.end()}) < off_line) {
      return false;
    }
  }
  return true;
}

Soiling::Points Soiling::points(std::size_t youngest, std::size_t oldest) const {
  Points found;
  for (std::size_t age = youngest; age <= oldest && age < kDays; ++age) {
    const LogCode level = memory_.levels.days_before(age);
    if (level.known() && memory_.levels.newest() - static_cast<std::int64_t>(age) >= memory_.clean_since) {
      found.ages.push_back(static_cast<double>(age));
      found.levels.push_back(level.value());
    }
  }
  return found;
}

// The median of the clear days up to that age.
std::optional<double> Soiling::level_at(std::size_t age) const {
  Points recent = points(age, age + kLevelDays);
  if (recent.levels.empty()) {
    return std::nullopt;
  }
  recent.levels.resize(std::min(recent.levels.size(), kLevelOf));
  return median_of(recent.levels);
}

// Two clear days in a row lie above every level that the days before had.
bool Soiling::jumped_up() const {
  const Points pair = points(0, kPairDays);
  if (pair.ages.size() < 2) {
    return false;
  }
  const auto before = static_cast<std::size_t>(pair.ages[1]) + 1;
  double highest = 0;
  for (std::size_t age = before; age < before + kJumpLooksBack; ++age) {
    highest = std::max(highest, level_at(age).value_or(0));
  }
  return highest > 0 && std::min(pair.levels[0], pair.levels[1]) > kJump * highest;
}

// As a part of the best level a day; explained: what it sums up to over the days in which it was seen.
std::optional<double> Soiling::steady_loss(double& explained) const {
  for (const std::size_t window : kWindows) {
    const Points young = points(0, window / 2 - 1);
    const Points old = points(window / 2, window - 1);
    if (young.ages.size() < kFewestInHalf || old.ages.size() < kFewestInHalf) {
      continue;
    }
    const Points all = points(0, window - 1);
    const double loss = all.loss();
    const double part = loss / memory_.best;
    if (part >= kLeastLoss && young.loss() > kHalfKeeps * loss && old.loss() > kHalfKeeps * loss && all.is_straight()) {
      explained = part * (all.ages.back() - all.ages.front());
      return part;
    }
  }
  return std::nullopt;
}

void Soiling::see_clear_day(std::int64_t day, Watts level) {
  const std::int64_t before = memory_.levels.newest();
  if (before != DailyCodes<kDays>::kNoDay && day < before) {
    memory_.clean_since += day - 1 - before;  // the days that are kept move with the clock
  }
  memory_.levels.set(day, level.value());
  memory_.clean_since = std::max(memory_.clean_since, day - static_cast<std::int64_t>(kDays));
  if (before != DailyCodes<kDays>::kNoDay && day > before) {
    memory_.best *= 1 - kBestFades * static_cast<double>(std::min<std::int64_t>(day - before, kDays));
  }
  if (jumped_up()) {
    memory_.clean_since = day - static_cast<std::int64_t>(points(0, kPairDays).ages[1]);
    memory_.wants_cleaning = false;
  }
  if (const auto now = level_at(0); now && points(0, kLevelDays).ages.size() >= kLevelOf) {
    memory_.best = std::max(memory_.best, *now);
  }
  renew_state();
}

void Soiling::renew_state() {
  state_ = {};
  const auto now = level_at(0);
  if (!now || memory_.best <= 0) {
    return;
  }
  state_.clean_peak = Watts{memory_.best};
  state_.ratio = std::min(1.0, *now / memory_.best);
  double explained = 0;
  state_.loss_per_day = steady_loss(explained);
  const double lost_before = 1 - level_at(kHazeDays).value_or(memory_.best) / memory_.best;
  if (*state_.ratio < kDirty && explained > (1 - kDirty) / 2 && lost_before > (1 - *state_.ratio) / 2) {
    memory_.wants_cleaning = true;
  } else if (*state_.ratio > kCleanAgain) {
    memory_.wants_cleaning = false;
  }
  state_.wants_cleaning = memory_.wants_cleaning;
}

std::optional<Watts> Soiling::level() const {
  const auto now = level_at(0);
  return now ? std::optional{Watts{*now}} : std::nullopt;
}

void Soiling::restore(const Memory& memory) {
  memory_ = memory;
  renew_state();
}

}  // namespace karkara
