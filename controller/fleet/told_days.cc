#include "controller/fleet/told_days.h"

#include <algorithm>
#include <cmath>

#include "controller/fleet/sun/array_days.h"

namespace karkara {
namespace {

constexpr unsigned kMinutesADay = 24 * 60;
constexpr std::uint16_t kEvening = 16 * 60;   // later the sun adds next to nothing
constexpr unsigned kMostYieldOfDay = 20'000;  // 0.01 kWh; no mast has more
constexpr double kMostTotal = 1e8;            // 0.01 kWh

struct Meaning {
  SeriesId series;
  DayNumber number;
  double times;  // the series' value in the number's unit
};
constexpr Meaning kMeanings[] = {
    {SeriesId::DayYield, DayNumber::Yield, 100},
    {SeriesId::DayLoad, DayNumber::Load, 100},
    {SeriesId::DayPanelPowerMost, DayNumber::PanelMost, 1},
    {SeriesId::DayBatteryVoltageMost, DayNumber::BatteryMost, 100},
    {SeriesId::DayBatteryVoltageLeast, DayNumber::BatteryLeast, 100},
    {SeriesId::DayBulk, DayNumber::Bulk, 1.0 / 60},
    {SeriesId::DayAbsorption, DayNumber::Absorption, 1.0 / 60},
    {SeriesId::DayFloat, DayNumber::Float, 1.0 / 60},
    {SeriesId::DayError, DayNumber::Error, 1},
};

const Meaning* meaning_of(std::uint16_t series) {
  const auto* found = std::ranges::find_if(
      kMeanings, [&](const Meaning& one) { return static_cast<std::uint16_t>(one.series) == series; });
  return found != std::end(kMeanings) ? found : nullptr;
}

std::optional<std::uint16_t> as_told(double value, double times) {
  const double number = std::round(value * times);
  return number >= 0 && number < ToldDay::kNone ? std::optional{static_cast<std::uint16_t>(number)} : std::nullopt;
}

}  // namespace

bool is_of_missed_day(SeriesId series) {
  return meaning_of(static_cast<std::uint16_t>(series)) != nullptr;
}

ToldDay* ToldDays::find_or_add(const std::string& charger, std::int32_t day) {
  if (!chargers_.contains(charger) && chargers_.size() >= kMostChargers) {
    return nullptr;
  }
  Days& days = chargers_[charger];
  const auto at = std::ranges::find_if(days, [&](const ToldDay& one) { return one.day <= day; });
  if (at != days.end() && at->day == day) {
    return &*at;
  }
  ToldDay fresh;
  fresh.day = day;
  return &*days.insert(at, fresh);
}

bool ToldDays::take(const SiteSample& sample, WallTime now, std::optional<Degrees> longitude) {
  const Meaning* meaning = meaning_of(sample.key.series);
  const bool is_total = sample.key.series == static_cast<std::uint16_t>(SeriesId::YieldTotal);
  const double* value = std::get_if<double>(&sample.value);
  if ((meaning == nullptr && !is_total) || value == nullptr || !std::isfinite(*value)) {
    return false;
  }
  const std::int64_t today = solar_day(now, longitude);
  const std::int64_t day = solar_day(sample.measured, longitude);
  if (day < 0 || day > today || day <= today - static_cast<std::int64_t>(kDays)) {
    return false;
  }
  const auto number = meaning != nullptr ? as_told(*value, meaning->times) : std::nullopt;
  const double total = std::round(*value * 100);
  if (meaning != nullptr ? !number : !(total >= 0 && total <= kMostTotal)) {
    return false;
  }
  ToldDay* told = find_or_add(sample.key.instance, static_cast<std::int32_t>(day));
  if (told == nullptr) {
    return false;
  }
  const ToldDay before = *told;
  if (meaning != nullptr) {
    told->missed = true;
    told->numbers[static_cast<std::size_t>(meaning->number)] = *number;
  } else if (const auto minute = solar_minute(sample.measured, longitude);
             told->total == ToldDay::kNoTotal || minute >= told->total_minute) {
    told->total = static_cast<std::uint32_t>(total);
    told->total_minute = static_cast<std::uint16_t>(std::min(minute, kMinutesADay - 1));
  }
  const bool is_new = *told != before;
  std::erase_if(chargers_[sample.key.instance], [&](const ToldDay& one) {
    return one.day > today || one.day <= today - static_cast<std::int64_t>(kDays);
  });
  return is_new;
}

void ToldDays::restore(const std::string& charger, ToldDay day) {
  if (day.day < 0 || day.total_minute >= kMinutesADay) {
    return;
  }
  if (ToldDay* kept = find_or_add(charger, day.day)) {
    *kept = day;
  }
  if (Days& days = chargers_[charger]; days.size() > kDays) {
    days.resize(kDays);
  }
}

std::optional<unsigned> yield_of(const ToldDays::Days& days, std::size_t at) {
  const ToldDay& day = days[at];
  if (const auto told = day.number(DayNumber::Yield)) {
    return told;
  }
  if (at + 1 >= days.size() || days[at + 1].day != day.day - 1) {
    return std::nullopt;
  }
  const ToldDay& before = days[at + 1];
  const bool both = day.total != ToldDay::kNoTotal && before.total != ToldDay::kNoTotal &&
                    day.total_minute >= kEvening && before.total_minute >= kEvening && day.total >= before.total;
  const unsigned gained = both ? day.total - before.total : kMostYieldOfDay + 1;
  return gained <= kMostYieldOfDay ? std::optional{gained} : std::nullopt;
}

}  // namespace karkara
