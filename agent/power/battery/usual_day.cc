#include "agent/power/battery/usual_day.h"

#include <algorithm>
#include <cmath>

#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

constexpr double kEnough = 0.3;     // of an hour, to tell its mean
constexpr double kDoubtedDays = 3;  // so many days that say nothing come first

}  // namespace

double UsualDay::hours_at(Instant at) const {
  return hours_of(at - beginning_);
}

const UsualDay::Hour& UsualDay::hour_at(double hours) const {
  const double of_day = hours - kHoursOfDay * std::floor(hours / kHoursOfDay);
  return hours_[std::min(static_cast<std::size_t>(of_day), kHours - 1)];
}

void UsualDay::see(Amps mean, Duration lasted, Instant now) {
  const double span = hours_of(lasted);
  const double hour = std::floor(hours_at(now) - span / 2);
  if (hour != open_hour_) {
    close_hour();
    open_hour_ = hour;
  }
  open_amp_hours_ += mean.value() * span;
  open_hours_ += span;
}

void UsualDay::close_hour() {
  if (open_hours_ >= kEnough) {
    const double of_day = open_hour_ - kHoursOfDay * std::floor(open_hour_ / kHoursOfDay);
    Hour& hour = hours_[std::min(static_cast<std::size_t>(of_day), kHours - 1)];
    hour.days = std::min(kMostDays, hour.days + 1);
    hour.amps += (open_amp_hours_ / open_hours_ - hour.amps) / hour.days;
  }
  open_amp_hours_ = 0;
  open_hours_ = 0;
}

UsualDay::Expected UsualDay::between(Instant from, Instant to) const {
  const double first = hours_at(from);
  const double last = std::min(hours_at(to), first + kHoursOfDay);  // a day is as the next
  double amp_hours = 0;
  double size = 0;
  double known = 0;
  for (double at = first; at < last;) {
    const double next = std::min(last, std::floor(at) + 1);
    const Hour& hour = hour_at(at);
    const double trust = hour.days / (hour.days + kDoubtedDays);
    amp_hours += hour.amps * trust * (next - at);
    size += std::abs(hour.amps) * trust * (next - at);
    known += trust * (next - at);
    at = next;
  }
  if (known <= 0) {
    return {};
  }
  return {Amps{amp_hours / known}, Amps{size / known}, known / (last - first)};
}

std::optional<UsualDay::Kept> UsualDay::kept(Instant now) const {
  const double begin = hours_at(now);
  const double part = begin - std::floor(begin);
  Kept kept;
  kept.days = kMostDays;
  for (std::size_t i = 0; i < kHours; ++i) {
    const Hour& hour = hour_at(begin + static_cast<double>(i));
    const Hour& next = hour_at(begin + static_cast<double>(i) + 1);
    kept.days = std::min(kept.days, hour.days);
    kept.amps[i] = Amps{hour.amps + part * (next.amps - hour.amps)};
  }
  return kept.days > 0 ? std::optional{kept} : std::nullopt;
}

void UsualDay::restore(const Kept& kept, Instant kept_at) {
  *this = UsualDay{};
  beginning_ = kept_at;
  for (std::size_t i = 0; i < kHours; ++i) {
    hours_[i] = {kept.amps[i].value(), std::clamp(kept.days, 0.0, kMostDays)};
  }
}

}  // namespace karkara
