#include "agent/power/battery/measured.h"

#include <algorithm>
#include <chrono>
#include <cmath>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

// A part that some samples lack is taken from an earlier one for so long.
constexpr Duration kHeld = minutes{2};
constexpr Duration kPause = minutes{5};
constexpr Duration kTemperatureHeld = hours{3};

constexpr Plausible kVolts{.least = 6, .most = 18, .step = 2};  // of a 12 V block
constexpr Plausible kWarmth{.least = -30, .most = 80, .step = 15};
constexpr Plausible kPercent{.least = 0, .most = 100, .step = 8};

// A shunt's zero drifts by tens of mA and a BMS's by thousandths of its range; gains are within 0.5 %. Chargers and
// load outputs have steps of 0.1 A, gains within 3 %, and take something themselves.
constexpr double kShuntOffset = 0.03;
constexpr double kShuntOffsetOfCapacity = 0.0003;
constexpr double kShuntGain = 0.005;
constexpr double kShuntStep = 0.02;
constexpr double kMeterOffset = 0.10;
constexpr double kMeterOffsetOfCapacity = 0.0005;
constexpr double kMeterGain = 0.02;
constexpr double kMeterStep = 0.05;
constexpr double kLoadKeeps = 72;  // hours
constexpr double kLoadKnown = 20;  // hours of watching

Plausible amps_of(const BatterySettings& settings) {
  constexpr double kMostRate = 2;  // of the capacity, in an hour
  constexpr double kMostStep = 0.5;
  constexpr double kSmall = 20;
  const double capacity = settings.capacity.value();
  const double most = std::max(2 * kSmall, kMostRate * capacity);
  return {-most, most, std::max(kSmall, kMostStep * capacity)};
}

template <class Unit>
std::optional<double> number(const std::optional<Unit>& value, double scale = 1) {
  return value ? std::optional{value->value() * scale} : std::nullopt;
}

}  // namespace

Measured Measurements::see(const EnergySample& sample, const BatterySettings& settings, Instant now) {
  if (last_ && now - *last_ > kPause) {
    for (StepGuard* guard : {&voltage_, &shunt_amps_, &charge_amps_, &load_amps_, &told_, &warmth_}) {
      guard->forget();
    }
  }
  last_ = now;
  const Plausible amps = amps_of(settings);
  const Plausible one_way{-kMeterStep * 4, amps.most, amps.step};
  const auto shunt = shunt_amps_.see(number(sample.battery_current), amps);
  const auto charge = charge_amps_.see(number(sample.charge_current), one_way);
  const auto load = load_amps_.see(number(sample.load_current), one_way);
  const auto hold = [now](std::optional<Held>& held, const std::optional<double>& value) {
    if (value) {
      held = Held{Amps{*value}, now};
    } else if (held && now - held->at > kHeld) {
      held.reset();
    }
  };
  hold(shunt_, shunt);
  hold(charge_, charge);
  hold(load_, load);

  Measured measured;
  measured.phase = sample.phase;
  if (const auto volts = voltage_.see(number(sample.battery_voltage, 1 / blocks_of(settings)), kVolts)) {
    measured.block = Volts{*volts};
  }
  if (const auto told = told_.see(number(sample.told_state_of_charge), kPercent)) {
    measured.told = Percent{*told};
  }
  if (const auto warmth = warmth_.see(number(sample.battery_temperature), kWarmth)) {
    temperature_ = Celsius{*warmth};
    temperature_at_ = now;
  }
  if (temperature_ && now - temperature_at_ <= kTemperatureHeld) {
    measured.temperature = temperature_;
  }
  if (load) {
    measured.load = Amps{*load};
  }
  measured.meters_at_zero = charge && load && std::abs(*charge) < kMeterStep && std::abs(*load) < kMeterStep;
  if (shunt && charge && !load) {
    learn_load(*charge - *shunt, now);
  }
  measured.current = current(settings, shunt.has_value(), now);
  return measured;
}

void Measurements::learn_load(double load, Instant now) {
  const Duration since = now - load_at_;
  load_at_ = now;
  if (since <= kPause) {
    load_hours_ += hours_of(since);
    usual_load_ += (load - usual_load_) * (1 - std::exp(-hours_of(since) / std::min(load_hours_, kLoadKeeps)));
    load_day_.see(Amps{load}, since, now);
  }
}

std::optional<Amps> Measurements::usual_load() const {
  return load_hours_ >= kLoadKnown ? std::optional{Amps{std::max(0.0, usual_load_)}} : std::nullopt;
}

void Measurements::restore_load(Amps usual) {
  usual_load_ = usual.value();
  load_hours_ = kLoadKnown;
}

// When a shunt fell silent, what it told before of the loads still stands.
std::optional<BatteryCurrent> Measurements::by_usual_load(const BatterySettings& settings, Instant now) const {
  constexpr double kMeanOff = 0.1;        // of the load, from day to day ...
  constexpr double kHourOff = 0.4;        // ... from hour to hour ...
  constexpr double kHourKnownOff = 0.15;  // ... and when the hour's own is known
  const auto usual = usual_load();
  if (!charge_ || !usual) {
    return std::nullopt;
  }
  const UsualDay::Expected hour = load_day_.between(now, now + minutes{1});
  const double load = std::max(0.0, usual->value() + hour.known * (hour.mean - *usual).value());
  const double hour_off = kHourOff + hour.known * (kHourKnownOff - kHourOff);
  const double offset = kMeterOffset + kMeterOffsetOfCapacity * settings.capacity.value() + kMeanOff * load;
  const double passing = kMeterStep + kMeterGain * charge_->amps.value() + hour_off * load;
  return BatteryCurrent{charge_->amps - Amps{load}, CurrentOrigin::Meters, {Amps{offset}, Amps{passing}, kMeterGain}};
}

std::optional<BatteryCurrent> Measurements::current(const BatterySettings& settings, bool shunt_now,
                                                    Instant now) const {
  const double capacity = settings.capacity.value();
  if (shunt_) {
    if (!shunt_now) {
      return std::nullopt;  // it will speak again; the meters would tell another story for a moment
    }
    const double passing = std::hypot(kShuntStep, kShuntGain * shunt_->amps.value());
    return BatteryCurrent{shunt_->amps,
                          CurrentOrigin::Shunt,
                          {Amps{kShuntOffset + kShuntOffsetOfCapacity * capacity}, Amps{passing}, kShuntGain}};
  }
  const bool load_known = load_ || settings.unmetered_load.value() > 0;
  if (!load_known) {
    return by_usual_load(settings, now);
  }
  if (!charge_) {
    return std::nullopt;
  }
  const double in = charge_->amps.value();
  const double out = (load_ ? load_->amps.value() : 0) + settings.unmetered_load.value();
  const double passing = kMeterStep + kMeterGain * std::hypot(in, out);
  return BatteryCurrent{Amps{in - out},
                        CurrentOrigin::Meters,
                        {Amps{kMeterOffset + kMeterOffsetOfCapacity * capacity}, Amps{passing}, kMeterGain}};
}

}  // namespace karkara
