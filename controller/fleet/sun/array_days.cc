#include "controller/fleet/sun/array_days.h"

#include <algorithm>
#include <cmath>
#include <utility>

namespace karkara {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;
constexpr double kSecondsADegree = 240;
constexpr Degrees kZoneOfNiger{15};
constexpr std::int64_t kNearMidnight = 2 * 3600;  // zones differ by less from the sun
constexpr double kLeastWatts = 1;
constexpr double kMostWatts = 100'000;  // no mast has more

std::int64_t solar_seconds(WallTime at, std::optional<Degrees> longitude) {
  const double east = std::clamp(longitude.value_or(kZoneOfNiger).value(), -180.0, 180.0);
  return at.seconds() + static_cast<std::int64_t>(east * kSecondsADegree);
}

std::int64_t floor_day(std::int64_t seconds) {
  return seconds / kDaySeconds - (seconds % kDaySeconds < 0 ? 1 : 0);
}

}  // namespace

std::int64_t solar_day(WallTime at, std::optional<Degrees> longitude) {
  return floor_day(solar_seconds(at, longitude));
}

unsigned solar_minute(WallTime at, std::optional<Degrees> longitude) {
  constexpr std::int64_t kSecondsAMinute = 60;
  const std::int64_t seconds = solar_seconds(at, longitude);
  return static_cast<unsigned>((seconds - floor_day(seconds) * kDaySeconds) / kSecondsAMinute);
}

std::optional<std::int64_t> day_before(WallTime measured, std::optional<Degrees> longitude) {
  const std::int64_t seconds = solar_seconds(measured, longitude);
  const std::int64_t day = floor_day(seconds);
  const std::int64_t of_day = seconds - day * kDaySeconds;
  return of_day < kNearMidnight || of_day > kDaySeconds - kNearMidnight ? std::nullopt : std::optional{day - 1};
}

// A controller whose own clock was ahead has kept days that are still to come.
void ArrayDays::forget_from(std::int64_t day) {
  if (newest_ == kNoDay || newest_ < day) {
    return;
  }
  const auto gone = std::min(static_cast<std::size_t>(newest_ - day) + 1, tenth_watts_.size());
  tenth_watts_.erase(tenth_watts_.begin(), tenth_watts_.begin() + static_cast<std::ptrdiff_t>(gone));
  newest_ = tenth_watts_.empty() ? kNoDay : day - 1;
}

bool ArrayDays::take(std::int64_t day, Watts level, std::int64_t today) {
  const bool believed = level.value() >= kLeastWatts && level.value() <= kMostWatts;  // false for NaN
  if (!believed || day < 0 || day >= today || day < today - static_cast<std::int64_t>(kDays)) {
    return false;
  }
  forget_from(today);
  if (newest_ == kNoDay || day - newest_ >= static_cast<std::int64_t>(kDays)) {
    tenth_watts_.clear();
    newest_ = day;
  }
  if (day > newest_) {
    tenth_watts_.insert(tenth_watts_.begin(), static_cast<std::size_t>(day - newest_), 0U);
    newest_ = day;
  }
  const auto age = static_cast<std::size_t>(newest_ - day);
  if (age >= kDays) {
    return false;
  }
  tenth_watts_.resize(std::min(std::max(tenth_watts_.size(), age + 1), kDays));
  const auto told = static_cast<std::uint32_t>(std::lround(level.value() * 10));
  return std::exchange(tenth_watts_[age], told) != told;
}

void ArrayDays::restore(std::int64_t newest, const std::vector<std::uint32_t>& tenth_watts) {
  *this = {};
  if (newest < 0 || tenth_watts.empty()) {
    return;
  }
  newest_ = newest;
  tenth_watts_ = tenth_watts;
  tenth_watts_.resize(std::min(tenth_watts_.size(), kDays));
  for (std::uint32_t& level : tenth_watts_) {
    level = level <= kMostWatts * 10 ? level : 0;
  }
}

std::optional<Watts> ArrayDays::level(std::int64_t day) const {
  if (newest_ == kNoDay || day > newest_ || newest_ - day >= static_cast<std::int64_t>(tenth_watts_.size())) {
    return std::nullopt;
  }
  const std::uint32_t told = tenth_watts_[static_cast<std::size_t>(newest_ - day)];
  return told > 0 ? std::optional{Watts{told / 10.0}} : std::nullopt;
}

}  // namespace karkara
