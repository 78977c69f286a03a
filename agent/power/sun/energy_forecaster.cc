#include "agent/power/sun/energy_forecaster.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"
#include "agent/power/sun/sample_power.h"

namespace karkara {
namespace {

using std::chrono::duration_cast;
using std::chrono::microseconds;
using std::chrono::minutes;

constexpr Duration kGap = minutes{10};  // beyond, nothing is known of the time between two samples
constexpr microseconds kClockJump = minutes{2};
constexpr double kQuietCharge = 0.03;  // of the load: the battery feeds it alone
constexpr double kLeastSunHours = 1;   // of full sun, for a day to count
constexpr double kSmallPanel = 20;     // watts; below, the charger's own needs distort its efficiency
constexpr double kConversionHours = 10;
constexpr double kLeastConversion = 0.8;
constexpr double kNoLoad = 0.5;          // watts
constexpr double kNearDisconnect = 0.2;  // volts of a block; the last sample before may be a minute old
constexpr Duration kCarriesFor = minutes{10};

}  // namespace

EnergyForecaster::EnergyForecaster(const SunSettings& sun, const BatterySettings& battery)
    : sun_{sun}, battery_{battery} {}

// What was learned of panels and of a battery is nothing to others. What was forgotten, in words.
std::string EnergyForecaster::forget_others(std::optional<Watts> array_rated, const BatterySettings& battery) {
  std::string forgotten;
  // One that is told for the first time is no other array.
  if (array_rated && sun_.array_rated && *array_rated != *sun_.array_rated) {
    soiling_.restore({});
    last_clear_.reset();
    guessed_level_ = 0;
    forgotten = "it knew another array";
  }
  if (battery.capacity != battery_.capacity || battery.chemistry != battery_.chemistry ||
      battery.nominal != battery_.nominal) {
    usable_.restore({});
    forgotten += forgotten.empty() ? "it knew another battery" : " and another battery";
  }
  return forgotten;
}

std::string EnergyForecaster::reconfigure(const SunSettings& sun, const BatterySettings& battery) {
  std::string forgotten = forget_others(sun.array_rated, battery);
  if (sun.latitude != sun_.latitude || sun.longitude != sun_.longitude || sun.utc_offset != sun_.utc_offset) {
    drop_open();
    clear_ = {};
  }
  sun_ = sun;
  battery_ = battery;
  return forgotten;
}

Place EnergyForecaster::place() const {
  return {sun_.latitude, sun_.longitude};
}

void EnergyForecaster::drop_open() {
  today_ = {};
  morning_ = {};
  load_.drop_open_hour();
}

// Since the sample before; nothing over a gap. Forgets what a jump of the wall time makes doubtful.
Duration EnergyForecaster::elapsed(Instant now, std::optional<WallTime> wall) {
  const auto before = std::exchange(last_, Seen{now, wall});
  if (!before || now < before->at || now - before->at > kGap) {
    usable_.end_discharge();
    return {};
  }
  if (before->wall && wall) {
    const auto drift = (*wall - *before->wall) - duration_cast<microseconds>(now - before->at);
    if (drift > kClockJump || drift < -kClockJump) {
      drop_open();
    }
  }
  return now - before->at;
}

bool EnergyForecaster::is_cut(const EnergySample& sample, Watts load) {
  if (load.value() > kNoLoad) {
    const auto block = sample.battery_voltage;
    near_disconnect_ =
        block && block->value() / blocks_of(battery_) < disconnect_of(battery_).value() + kNearDisconnect;
    return false;
  }
  return near_disconnect_;
}

void EnergyForecaster::see(const EnergySample& sample, const BatteryState& battery, unsigned stage, Instant now,
                           std::optional<WallTime> told) {
  const auto wall = told && is_plausible(*told) ? told : std::nullopt;
  const Duration lasted = elapsed(now, wall);
  auto load = load_power(sample, battery_);
  if (load && is_cut(sample, *load)) {
    load.reset();
  }
  const auto charge = charge_power(sample, battery_, conversion_);
  if (load && lasted > Duration{0}) {
    load_.see(*load, stage, lasted, wall ? std::optional{local_hour(*wall, sun_.utc_offset)} : std::nullopt);
  }
  learn_conversion(sample, lasted);
  if (wall) {
    see_day(sample, load, *wall);
  }
  const bool dark =
      charge ? load && charge->value() <= kQuietCharge * load->value() : wall && clear_.sine_of_elevation(*wall) < 0;
  if (dark && load && lasted > Duration{0}) {
    usable_.see_discharge(*load, sample, battery, lasted, battery_);
  } else if (!dark) {
    usable_.end_discharge();
  }
}

void EnergyForecaster::learn_conversion(const EnergySample& sample, Duration lasted) {
  if (!sample.panel_power || !sample.charge_current || !sample.battery_voltage ||
      !(sample.panel_power->value() > kSmallPanel)) {
    return;
  }
  const double part = *sample.battery_voltage * *sample.charge_current / *sample.panel_power;
  if (std::isfinite(part)) {
    conversion_ +=
        (std::clamp(part, kLeastConversion, 1.0) - conversion_) * std::min(1.0, hours_of(lasted) / kConversionHours);
  }
}

void EnergyForecaster::see_day(const EnergySample& sample, std::optional<Watts> load, WallTime wall) {
  if (const std::int64_t day = local_day(wall, sun_.utc_offset); day != clear_.day()) {
    finish_day();
    start_day(day);
  }
  const auto panel = panel_power(sample, battery_, conversion_);
  if (const double share = clear_.share(wall); panel && share > 0) {
    const auto of_day =
        wall.since_epoch() + duration_cast<microseconds>(sun_.utc_offset) - std::chrono::days{clear_.day()};
    today_.see({static_cast<unsigned>(duration_cast<minutes>(of_day).count()), *panel, is_limited(sample), share,
                clear_.sine_of_elevation(wall)});
  }
  if (const auto charge = charge_power(sample, battery_, conversion_); charge && load) {
    see_morning(*charge, *load, wall);
  }
}

void EnergyForecaster::see_morning(Watts from_sun, Watts load, WallTime wall) {
  if (morning_.told || wall < clear_.light().sunrise || wall > clear_.light().sunset) {
    return;
  }
  if (from_sun < load) {
    morning_.on_battery = true;
    morning_.carried_since.reset();
    return;
  }
  if (!morning_.carried_since) {
    morning_.carried_since = wall;
  }
  if (morning_.on_battery && wall - *morning_.carried_since >= kCarriesFor) {
    const std::chrono::duration<double, std::ratio<60>> delay = *morning_.carried_since - clear_.light().sunrise;
    mornings_.push(delay.count());
    morning_.told = true;
  }
}

void EnergyForecaster::start_day(std::int64_t day) {
  clear_ = ClearDay{place(), day, sun_.utc_offset};
  today_ = {};
  morning_ = {};
}

void EnergyForecaster::finish_day() {
  if (clear_.day() < 0) {
    return;
  }
  // Thick haze is no clear sky to learn from, but the neighbours see the same.
  if (const auto seen = today_.clear_level(std::nullopt)) {
    last_clear_ = {clear_.day(), *seen};
  }
  if (const auto clear = today_.clear_level(soiling_.level())) {
    soiling_.see_clear_day(clear_.day(), *clear);
  } else if (const auto best = today_.best_seen()) {
    guessed_level_ = std::max(guessed_level_, best->value());
  }
  if (const auto now = level()) {
    const auto seen = today_.clearness(*now, clearness_.of_a_day().mean);
    if (seen && seen->watched >= kLeastSunHours) {
      clearness_.see_day(clear_.day(), seen->index);
    }
  }
}

void EnergyForecaster::see_missed_day(std::int64_t day, WattHours yield, bool held_back) {
  const Daylight light = daylight(place(), day, sun_.utc_offset);
  const WattHours clear = sun_of(day, light.sunrise, light.sunset, 1);
  if (clear > WattHours{}) {
    const double index = yield / clear;
    clearness_.fill_day(day, held_back ? std::max(index, clearness_.of_a_day().mean) : index);
  }
}

std::optional<Watts> EnergyForecaster::level() const {
  constexpr double kPerformance = 0.75;  // of the rating, at 1000 W/m2 on a hot roof
  if (const auto learned = soiling_.level()) {
    return learned;
  }
  if (sun_.array_rated) {
    return *sun_.array_rated * kPerformance;
  }
  return guessed_level_ > 0 ? std::optional{Watts{guessed_level_}} : std::nullopt;
}

ArrayState EnergyForecaster::array() const {
  return soiling_.state();
}

std::optional<Watts> EnergyForecaster::clear_level_yesterday(WallTime wall) const {
  const std::int64_t yesterday = local_day(wall, sun_.utc_offset) - 1;
  if (last_clear_ && last_clear_->day == yesterday) {
    return last_clear_->level;
  }
  const auto& kept = soiling_.memory().levels;  // over a restart
  return kept.newest() == yesterday && kept.days_before(0).known() ? std::optional{Watts{kept.days_before(0).value()}}
                                                                   : std::nullopt;
}

std::string EnergyForecaster::memory() const {
  const ForecastMemory::Of of{sun_.array_rated.value_or(Watts{}).value(), battery_.capacity.value(),
                              battery_.nominal.value(), battery_.chemistry == Chemistry::LithiumIronPhosphate ? 1 : 0};
  return ForecastMemory{soiling_.memory(), clearness_.days(), guessed_level_, conversion_,
                        mornings_,         usable_.memory(),  load_.memory(), of}
      .encode();
}

Result<std::string> EnergyForecaster::restore(std::string_view memory) {
  const auto read = ForecastMemory::decode(memory);
  if (!read) {
    return read.error();
  }
  drop_open();
  clear_ = {};
  last_clear_.reset();
  soiling_.restore(read->soiling);
  clearness_.restore(read->clearness);
  guessed_level_ = read->guessed_level;
  conversion_ = read->conversion;
  mornings_ = read->mornings;
  usable_.restore(read->usable);
  load_.restore(read->load);
  return read->of ? forget_others_than(*read->of) : std::string{};
}

// What was written is rounded: what is as near as that to the configured value is that value.
std::string EnergyForecaster::forget_others_than(const ForecastMemory::Of& of) {
  constexpr double kRounding = 1e-4;
  const auto or_same = [](double was, double is) { return std::abs(was - is) <= kRounding * is ? is : was; };
  BatterySettings battery = battery_;
  battery.capacity = AmpHours{or_same(of.capacity, battery_.capacity.value())};
  battery.nominal = Volts{or_same(of.nominal, battery_.nominal.value())};
  battery.chemistry = of.lithium != 0 ? Chemistry::LithiumIronPhosphate : Chemistry::LeadAcid;
  const double rated = or_same(of.array_rated, sun_.array_rated.value_or(Watts{}).value());
  return forget_others(rated > 0 ? std::optional{Watts{rated}} : std::nullopt, battery);
}

}  // namespace karkara
