#include "agent/power/missed_days.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

namespace karkara {
namespace {

constexpr double kWattHours = 1000;  // a kilowatt-hour

template <class Tag>
Value told(const std::optional<Quantity<Tag>>& quantity, double over = 1) {
  return quantity ? Value{quantity->value() / over} : Value{Absent::NotAvailable};
}

Value told(const std::optional<std::chrono::minutes>& phase) {
  return phase ? Value{static_cast<double>(std::chrono::seconds{*phase}.count())} : Value{Absent::NotAvailable};
}

std::string iso_date(std::int64_t days) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{days}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::vector<Sample> samples_of(const std::string& charger, const ChargerDay& day) {
  return {{SeriesId::DayYield, charger, told(day.yield, kWattHours)},
          {SeriesId::DayPanelPowerMost, charger, told(day.panel_most)},
          {SeriesId::DayBatteryVoltageMost, charger, told(day.battery_most)},
          {SeriesId::DayBatteryVoltageLeast, charger, told(day.battery_least)},
          {SeriesId::DayBulk, charger, told(day.bulk)},
          {SeriesId::DayAbsorption, charger, told(day.absorption)},
          {SeriesId::DayFloat, charger, told(day.floating)},
          {SeriesId::DayError, charger, day.errors.empty() ? 0.0 : day.errors.front()},
          {SeriesId::DayLoad, charger, told(day.load, kWattHours)}};
}

}  // namespace

std::vector<PastSample> samples_of(const DeviceId& charger, const std::vector<ChargerDay>& days, Duration utc_offset) {
  std::vector<PastSample> past;
  for (const ChargerDay& day : days) {
    if (day.date) {
      const auto noon = std::chrono::days{*day.date} + std::chrono::hours{12};
      past.push_back({WallTime{noon - std::chrono::duration_cast<std::chrono::microseconds>(utc_offset)},
                      samples_of(charger.text(), day)});
    }
  }
  std::ranges::sort(past, {}, &PastSample::at);
  return past;
}

std::string sentence_of(const std::vector<ChargerDay>& days) {
  WattHours yield{};
  std::int64_t dated = 0;
  std::optional<std::int64_t> first;
  std::optional<std::int64_t> last;
  for (const ChargerDay& day : days) {
    yield = yield + day.yield.value_or(WattHours{});
    if (day.date) {
      ++dated;
      first = std::min(*day.date, first.value_or(*day.date));
      last = std::max(*day.date, last.value_or(*day.date));
    }
  }
  std::string text = days.size() == 1 ? "1 day" : fmt::format("{} days", days.size());
  if (dated == 1) {
    text += " of " + iso_date(*first);
  } else if (dated > 1) {
    text += fmt::format(" from {} to {}", iso_date(*first), iso_date(*last));
  }
  if (const auto undated = static_cast<std::int64_t>(days.size()) - dated; undated > 0) {
    text += fmt::format(", {} of them without a date", undated);
  }
  return text + fmt::format(", with {:.2f} kWh", yield.value() / kWattHours);
}

}  // namespace karkara
