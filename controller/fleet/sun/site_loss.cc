#include "controller/fleet/sun/site_loss.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "controller/fleet/sun/median.h"

namespace karkara {
namespace {

constexpr std::size_t kNow = 5;  // newest days that the present loss is the median of
constexpr std::size_t kNowWithin = 12;
constexpr std::size_t kFewest = 3;
constexpr double kFastestDust = 0.01;  // a day, of one site: beyond what settles everywhere
constexpr double kLittleHaze = 0.06;

// Of a loss that is dust: it is there on all days, and was for some time.
constexpr double kKept = 0.4;
constexpr std::size_t kKeptDays = 4;
constexpr std::size_t kKeptSpan = 5;

constexpr double kLeastNoise = 0.006;
constexpr double kMedianNoise = 1.25;    // against that of a mean
constexpr double kReferenceNoise = 0.7;  // of a day's: the best of several medians of five
constexpr double kSeason = 0.00035;      // a day: the sun's path over a tilt that the agent does not know
constexpr double kUnevenHaze = 0.2;      // of the haze between a site and its neighbours

struct Group {
  double loss = 0;
  double theirs = 0;
  double sky = 0;
  double age = 0;
  std::size_t count = 0;
};

double median_in(std::span<const ComparedDay> days, double ComparedDay::*what) {
  std::array<double, kNow> values{};
  for (std::size_t i = 0; i < days.size(); ++i) {
    values[i] = days[i].*what;
  }
  return median_of(std::span{values}.first(days.size()));
}

Group group(std::span<const ComparedDay> days) {
  std::size_t count = 0;
  double ages = 0;
  while (count < kNow && count < days.size() && days[count].age - days[0].age < kNowWithin) {
    ages += static_cast<double>(days[count].age);
    ++count;
  }
  if (count == 0) {
    return {};
  }
  const auto newest = days.first(count);
  return {median_in(newest, &ComparedDay::loss), median_in(newest, &ComparedDay::theirs),
          median_in(newest, &ComparedDay::sky), ages / static_cast<double>(count), count};
}

double noise_of(std::span<const ComparedDay> days) {
  constexpr std::size_t kMostDays = 24;
  std::vector<double> steps;
  for (std::size_t i = 0; i + 1 < days.size() && i < kMostDays; ++i) {
    steps.push_back(std::abs(days[i].loss - days[i + 1].loss));
  }
  return steps.empty() ? kLeastNoise : std::max(kLeastNoise, 1.4826 / std::sqrt(2) * median_of(steps));
}

// Two days far below those before them: the panels were wiped, or washed by a rain that fell only here.
bool was_cleaned(std::span<const ComparedDay> days, const Group& now, double noise) {
  constexpr double kLittle = 0.35;
  return now.count == kNow && now.loss > 3 * noise && std::max(days[0].loss, days[1].loss) < kLittle * now.loss;
}

// The newest day has it, and nearly every one since the oldest that counts.
bool is_kept(std::span<const ComparedDay> days, double loss) {
  if (days[0].loss < kKept * loss) {
    return false;
  }
  std::size_t kept = 0;
  std::size_t odd = 0;
  std::size_t oldest = days[0].age;
  for (const ComparedDay& day : days) {
    if (day.loss >= kKept * loss) {
      ++kept;
      oldest = day.age;
    } else if (++odd > 1) {
      break;
    }
  }
  return kept >= kKeptDays && oldest - days[0].age >= kKeptSpan;
}

double squared(double value) {
  return value * value;
}

double smooth(std::span<const ComparedDay> days, std::size_t at) {
  const bool inside = at > 0 && at + 1 < days.size();
  return inside ? median_in(days.subspan(at - 1, 3), &ComparedDay::loss) : days[at].loss;
}

}  // namespace

std::vector<ComparedDay> compared_days(const SunTrack& track, double lasting) {
  std::vector<ComparedDay> days;
  days.reserve(SunTrack::kDays);
  for (std::size_t age = 0; age < SunTrack::kDays; ++age) {
    const auto theirs = -static_cast<double>(track.common[age]);
    const double loss = -static_cast<double>(track.own[age]) - theirs;
    if (!std::isnan(loss)) {
      days.push_back({age, loss, theirs, std::max(0.0, theirs - lasting)});
    }
  }
  return days;
}

std::vector<ComparedDay> clearer_days(std::vector<ComparedDay> days) {
  std::erase_if(days, [](const ComparedDay& day) { return day.sky > kLittleHaze; });
  return days;
}

std::optional<SiteLoss> site_loss(std::span<const ComparedDay> days, const SunTrack& track, std::size_t reference_age) {
  Group now = group(days);
  if (now.count < kFewest || days[0].age >= SunTrack::kLately) {
    return std::nullopt;
  }
  const double theirs = now.theirs;
  const double noise = noise_of(days);
  const Group before = group(days.subspan(now.count));
  double pace = 0;
  if (was_cleaned(days, now, noise)) {
    now.loss = (days[0].loss + days[1].loss) / 2;
    now.age = static_cast<double>(days[0].age);
    now.count = 2;
  } else if (before.count >= kFewest) {
    pace = std::clamp((now.loss - before.loss) / (before.age - now.age), 0.0, kFastestDust);
  }
  const double lag = now.age - static_cast<double>(days[0].age);
  const double voices = std::max<double>(1, track.voices[days[0].age]);
  const double variance =
      squared(kMedianNoise * noise) / static_cast<double>(now.count) + squared(kReferenceNoise * noise) +
      squared(pace > 0 ? noise * lag / kNow : 0) + squared(kSeason * static_cast<double>(reference_age)) +
      squared(kMedianNoise * static_cast<double>(track.spread[days[0].age])) / voices + squared(kUnevenHaze * now.sky);
  const double loss = std::max(0.0, now.loss + pace * lag);
  return SiteLoss{loss, std::sqrt(variance), theirs, is_kept(days, loss)};
}

Beginning beginning_of(double loss, std::span<const ComparedDay> days) {
  constexpr double kLittle = 0.2;
  constexpr double kMostOfIt = 0.7;
  constexpr std::size_t kAtOnce = 3;
  std::size_t first = 0;
  while (first + 1 < days.size() && smooth(days, first + 1) >= kLittle * loss) {
    ++first;
  }
  Beginning found{days[first].age};
  const bool seen_before = first + 1 < days.size();
  for (std::size_t i = first + 1; seen_before && i-- > 0 && days[first].age - days[i].age < kAtOnce;) {
    found.at_once = found.at_once || smooth(days, i) >= kMostOfIt * loss;
  }
  return found;
}

}  // namespace karkara
