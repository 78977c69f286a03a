#include "agent/power/vedirect/day_dates.h"

#include "agent/power/vedirect/day_glance.h"

namespace karkara::vedirect {
namespace {

using std::chrono::hours;
using std::chrono::microseconds;

// The sun of no season rises outside of these in the countries that this is for.
constexpr hours kNoSunYet{4};
constexpr hours kSunIsUp{9};
constexpr unsigned kHalfTheCount = kDayNumbers / 2;

std::chrono::microseconds local(WallTime wall, Duration utc_offset) {
  return wall.since_epoch() + std::chrono::duration_cast<microseconds>(utc_offset);
}

// Of the day under way; none in the hours in which it may or may not have begun.
std::optional<std::int64_t> date_by_clock(WallTime wall, Duration utc_offset) {
  const auto now = local(wall, utc_offset);
  const auto midnight = std::chrono::floor<std::chrono::days>(now);
  if (now - midnight >= kSunIsUp) {
    return midnight.count();
  }
  return now - midnight < kNoSunYet ? std::optional{midnight.count() - 1} : std::nullopt;
}

}  // namespace

unsigned days_between(std::uint16_t from, std::uint16_t to) {
  return (to + kDayNumbers - from % kDayNumbers) % kDayNumbers;
}

bool DayDates::learn(std::uint16_t number, std::optional<Instant> began, const KnownTime& at, Duration utc_offset) {
  if (!at.wall || (last_ && last_->number == number)) {
    return false;
  }
  std::optional<std::int64_t> date = date_by_clock(*at.wall, utc_offset);
  if (began && *began <= at.now) {
    const WallTime beginning = *at.wall + -std::chrono::duration_cast<microseconds>(at.now - *began);
    date = std::chrono::floor<std::chrono::days>(local(beginning, utc_offset)).count();
  }
  if (!date) {
    return false;
  }
  if (last_ && *date - last_->date != days_between(last_->number, number)) {
    before_ = last_;
  }
  last_ = DatedDay{number, *date};
  return true;
}

std::optional<std::int64_t> DayDates::date_of(std::uint16_t number) const {
  if (!last_) {
    return std::nullopt;
  }
  const unsigned age = days_between(number, last_->number);
  if (age > kHalfTheCount) {
    return std::nullopt;  // after the last that is known
  }
  if (before_ && days_between(before_->number, last_->number) <= kHalfTheCount) {
    if (const unsigned since = days_between(before_->number, number); since > 0 && since <= kHalfTheCount && age > 0) {
      return std::nullopt;
    }
    if (age > 0) {
      return before_->date - static_cast<std::int64_t>(days_between(number, before_->number));
    }
  }
  return last_->date - static_cast<std::int64_t>(age);
}

void DayDates::restore(std::optional<DatedDay> before, std::optional<DatedDay> last) {
  before_ = before;
  last_ = last;
}

}  // namespace karkara::vedirect
