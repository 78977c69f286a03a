#include "tests/agent/power/sun/small_site.h"

#include <algorithm>
#include <cmath>
#include <numbers>

namespace karkara {
namespace {

constexpr double kRadians = std::numbers::pi / 180;

// Global clear-sky light by Ineichen and Perez (2002) at 200 m, with Kasten and Young's air mass.
double clear_light(double elevation, double turbidity) {
  if (elevation <= 0) {
    return 0;
  }
  const double mass = 1 / (std::sin(elevation * kRadians) + 0.50572 * std::pow(elevation + 6.07995, -1.6364));
  const double altitude = 200;
  const double fh1 = std::exp(-altitude / 8000);
  const double fh2 = std::exp(-altitude / 1250);
  return (5.09e-5 * altitude + 0.868) * 1364 * std::sin(elevation * kRadians) *
         std::exp(-(3.92e-5 * altitude + 0.0387) * mass * (fh1 + fh2 * (turbidity - 1)));
}

double rest_volts(double charge) {
  return 11.75 + 0.95 * charge - 0.5 * std::exp(-charge / 0.04);
}

}  // namespace

double SmallSite::panel_watts() {
  const double high = elevation(kNiamey, wall_).value();
  const double tilted = elevation({Degrees{kNiamey.latitude.value() - setup_.tilt}, kNiamey.longitude}, wall_).value();
  const double beam = high > 1 ? std::clamp(std::sin(tilted * kRadians) / std::sin(high * kRadians), 0.0, 1.5) : 1;
  const double sky = clear_light(high, setup_.turbidity) * (0.25 + 0.75 * beam);
  // Clouds pass in some minutes: a day of clearness 0.6 is a mixture of bright and dark.
  const double cloudy = std::clamp(1 - clearness_, 0.0, 1.0);
  cloud_ = 0.9 * cloud_ + 0.1 * (1 - cloudy + random(1.2) * std::min(cloudy, 1 - cloudy));
  const double light = sky * today_haze_ * std::clamp(cloud_, 0.05, 1.05) / 1000;
  const double droop = 1 - 0.12 * light;
  return std::max(0.0, setup_.array * clean_ * light * droop / 0.88 * (1 + random(setup_.panel_noise)));
}

void SmallSite::begin_day() {
  day_ = day();
  clean_ *= 1 - setup_.dust_per_day;
  today_load_ = std::exp(random(setup_.load_noise));
  yesterday_ = could_have_;
  could_have_ = 0;
  at_midnight(*this);
  today_haze_ = haze_ * std::exp(-std::abs(random(setup_.haze_deviation)));
  gauge_off_ = 0.7 * gauge_off_ + random(setup_.gauge_noise * 0.7);
}

void SmallSite::step(Duration length) {
  wall_ = wall_ + std::chrono::duration_cast<std::chrono::microseconds>(length);
  now_ = now_ + length;
  if (day() != day_) {
    begin_day();
  }
  const int weekday = static_cast<int>(day_ % 7);
  const double load = cut_ ? 0 : setup_.load(hour(), weekday, stage_) * today_load_ * std::exp(random(0.05));
  run_battery(panel_watts(), load, length);
}

void SmallSite::run_battery(double panel, double load, Duration length) {
  const double hours = std::chrono::duration<double, std::ratio<3600>>(length).count();
  could_have_ += panel * hours;
  const double accepts = setup_.capacity * (0.01 + 0.25 * std::clamp((1 - charge_) / 0.15, 0.0, 1.0));
  const double charge_volts = std::min(14.4, rest_volts(charge_) + 1.2);
  const double offered = panel * 0.96 / charge_volts;
  const double load_amps = load / 12.4;
  const double taken = std::min(offered, accepts + load_amps);
  const bool limited = offered > taken + 0.01;
  const double net = taken - load_amps;
  const double stored = net > 0 ? net * (charge_ > 0.9 ? 0.85 : 0.95) : net;
  charge_ = std::clamp(charge_ + stored * hours / setup_.capacity, 0.0, 1.0);
  const double volts = net > 0 ? charge_volts : rest_volts(charge_) + net * kOhms;
  cut_ = cut_ ? volts < 12.7 : volts < kCut;
  sample_ = {};
  sample_.battery_voltage = Volts{volts};
  sample_.battery_current = Amps{net};
  sample_.charge_current = Amps{taken};
  sample_.load_current = Amps{load_amps};
  sample_.panel_power = Watts{taken * charge_volts / 0.96};
  sample_.panel_limited = limited;
  sample_.phase = panel < 1 ? ChargePhase::Off : limited ? ChargePhase::Absorption : ChargePhase::Bulk;
}

BatteryState SmallSite::gauge() const {
  BatteryState state;
  state.basis = SocBasis::Counted;
  state.band = SocBand::Middle;
  state.state_of_charge = Percent{100 * std::clamp(charge_ + gauge_off_ * (1 - charge_) * 2, 0.0, 1.0)};
  state.error = Percent{4};
  state.capacity = AmpHours{setup_.capacity};
  state.ohms = kOhms;
  state.current = sample_.battery_current;
  return state;
}

void WatchedSite::run_to(WallTime end) {
  while (site.wall() < end) {
    site.step(step);
    if (!site.is_cut()) {  // then the router is off
      if (estimator) {
        estimator->see(site.sample(), site.now());
      }
      forecaster.see(site.sample(), gauge(), site.stage(), site.now(),
                     clock_known ? std::optional{site.wall()} : std::nullopt);
    }
  }
}

void WatchedSite::run_until(std::int64_t day, int hour) {
  run_to(WallTime{std::chrono::days{day} + std::chrono::hours{hour - 1}});
}

}  // namespace karkara
