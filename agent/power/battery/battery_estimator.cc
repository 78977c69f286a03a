#include "agent/power/battery/battery_estimator.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"
#include "agent/power/battery/square.h"

namespace karkara {
namespace {

using std::chrono::minutes;

constexpr Duration kCurrentFresh = minutes{2};
constexpr Duration kBandFresh = minutes{30};
constexpr double kMostTold = 40;            // an error beyond: no percentage is told
constexpr double kUsualRate = 0.03;         // current of a site before it is known, in parts of the capacity
constexpr double kUsualKeeps = 24;          // hours
constexpr Celsius kUnknownTemperature{30};  // of a box in Niger, over the year
constexpr Duration kAdoptEvery = minutes{10};

std::size_t place_of(CurrentOrigin origin) {
  return static_cast<std::size_t>(origin);
}

}  // namespace

BatteryEstimator::BatteryEstimator(const BatterySettings& settings)
    : settings_{settings}, filter_{settings}, usual_square_{std::pow(kUsualRate * settings.capacity.value(), 2)} {}

void BatteryEstimator::reconfigure(const BatterySettings& settings) {
  const bool same_battery = settings.chemistry == settings_.chemistry && settings.capacity == settings_.capacity &&
                            settings.nominal == settings_.nominal;
  if (same_battery) {
    settings_ = settings;
    return;
  }
  *this = BatteryEstimator{settings};
}

Amps BatteryEstimator::net_of(const BatteryCurrent& current) const {
  return current.amps - Amps{filter_.offset().value};
}

void BatteryEstimator::see(const EnergySample& sample, Instant now) {
  now = last_ ? std::max(now, *last_) : now;
  const Measured measured = measurements_.see(sample, settings_, now);
  if (!restored_at_) {
    restored_at_ = now;
    usual_day_.shift(now - Instant{});
  }
  if (measured.current) {
    follow_current(*measured.current);
  }
  guess(measured);
  count(measured, now);
  last_ = now;
  if (measured.block) {
    voltage_ = *measured.block * blocks_of(settings_);
    voltage_at_ = now;
    if (measured.current) {
      resistance_.see(*voltage_, net_of(*measured.current), settings_, now);
    }
  }
  correct(measured, now);
  hear_told(measured, sample, now);
  const BatteryState now_state = state(now);
  if (now_state.state_of_charge) {
    band_.see_charge(*now_state.state_of_charge);
  } else {
    band_.see_voltage(measured, full_at_ == now, settings_, now);
  }
}

// Each source of current has an offset of its own.
void BatteryEstimator::follow_current(const BatteryCurrent& current) {
  if (current_ && current_->origin == current.origin) {
    return;
  }
  if (current_) {
    offsets_[place_of(current_->origin)] = filter_.offset();
  }
  const Believed unknown{0, current.quality.offset.value()};
  filter_.set_offset(offsets_[place_of(current.origin)].value_or(unknown));
  if (!current_) {
    offsets_.fill(std::nullopt);
  }
}

// A guess from the first voltage; not from one that a charger lifts to where it tells nothing.
void BatteryEstimator::guess(const Measured& measured) {
  if (!unsure_ || !measured.block || !measured.current) {
    return;
  }
  unsure_ = false;
  counted_ = true;
  const double rate = -rate_of(net_of(*measured.current), settings_);
  constexpr double kMostRate = 0.2;
  constexpr double kOff = 0.12;  // volts: nobody knows what went on before
  constexpr double kOffPerRate = 1;
  constexpr Volts kGasses{13.3};
  const bool lifted = settings_.chemistry == Chemistry::LeadAcid && rate < 0 && *measured.block > kGasses;
  if (std::abs(rate) >= kMostRate || lifted) {
    return;
  }
  const SteadyVoltage first{*measured.block, rate, Volts{kOff + kOffPerRate * std::abs(rate)}};
  const Celsius temperature = measured.temperature.value_or(kUnknownTemperature);
  if (std::exchange(returned_, false)) {
    filter_.learn_return(first, temperature);
  } else {
    filter_.learn_voltage(first, temperature);
  }
}

void BatteryEstimator::count(const Measured& measured, Instant now) {
  const Duration elapsed = last_ ? now - *last_ : Duration{};
  if (!measured.current) {
    // Up to the longest step the next current may still speak for this time too.
    const Duration lost = known_at_ ? now - *known_at_ : now - restored_at_.value_or(now);
    if (lost > kLongestStep) {
      const Duration before = lost - elapsed > kLongestStep ? lost - elapsed : Duration{};
      bridge(filter_, now + (before - lost), lost - before, before);
    }
    return;
  }
  counted_ = true;
  const Duration since = known_at_ ? now - *known_at_ : Duration{};
  if (since > kLongestStep) {
    if (elapsed > kLongestStep || !last_) {
      bridge(filter_, now + -elapsed, elapsed, since - elapsed);
    }
  } else if (since > Duration{}) {
    const Amps mean = (current_->amps + measured.current->amps) * 0.5;
    const double from = filter_.charge().value;
    filter_.count(mean, since, measured.temperature.value_or(kUnknownTemperature), measured.current->quality);
    counted_percent_ = counted_percent_ + Percent{100 * std::abs(filter_.charge().value - from)};
    const double weight = 1 - std::exp(-hours_of(since) / kUsualKeeps);
    usual_square_ += weight * (std::pow(net_of(*measured.current).value(), 2) - usual_square_);
    usual_day_.see(mean - Amps{filter_.offset().value}, since, now);
  }
  known_at_ = now;
  current_ = measured.current;
}

void BatteryEstimator::correct(const Measured& measured, Instant now) {
  std::optional<double> rate;
  if (measured.current) {
    rate = rate_of(net_of(*measured.current), settings_) / filter_.capacity().value;
  }
  if (const auto full = full_charge_.see(measured, rate, settings_, now)) {
    full_at_ = now;
    if (full->begins) {
      filter_.learn_charge(full->charge, full->off, Teaches::All);
    }
    filter_.adopt_charge(full->charge, full->off, Teaches::ChargeOnly);
    filter_.hold_full(full->off);
    told_.see_full(now);
    return;
  }
  if (measured.current) {
    correct_by_voltage(measured, now);
  }
}

void BatteryEstimator::correct_by_voltage(const Measured& measured, Instant now) {
  const Amps net = net_of(*measured.current);
  const Celsius temperature = measured.temperature.value_or(kUnknownTemperature);
  const auto learn = [&](const std::optional<SteadyVoltage>& steady) {
    if (steady) {
      filter_.learn_voltage(*steady, temperature);
    }
  };
  learn(disconnect_.see(measured, net, settings_, now));
  if (measured.block) {
    learn(rest_.see(*measured.block, net, settings_, now));
  }
  if (measured.meters_at_zero && measured.current->origin == CurrentOrigin::Shunt) {
    // Nothing flows but what no meter sees: what the shunt says else is its own.
    constexpr Amps kUnseen{0.04};
    filter_.learn_offset(measured.current->amps + settings_.unmetered_load, kUnseen);
  }
}

void BatteryEstimator::hear_told(const Measured& measured, const EnergySample& sample, Instant now) {
  if (sample.told_capacity && told_capacity_ != sample.told_capacity) {
    told_capacity_ = sample.told_capacity;
    const double relative = *sample.told_capacity / settings_.capacity;
    constexpr double kLeast = 0.3;
    constexpr double kMost = 1.3;
    constexpr double kOff = 0.08;
    // The rated one is what somebody typed in, not what was measured.
    if (relative >= kLeast && relative <= kMost && relative != 1) {
      filter_.learn_capacity(relative, kOff);
    }
  }
  if (!measured.told) {
    return;
  }
  const Believed own = filter_.charge();
  told_.see(*measured.told, Percent{100 * own.value}, Percent{error_of(own)}, counted_percent_, now);
  counted_percent_ = Percent{};
  const auto trusted = told_.trusted(now);
  if (trusted && (!adopted_at_ || now - *adopted_at_ >= kAdoptEvery)) {
    filter_.adopt_charge(trusted->charge.value() / 100, trusted->error.value() / 100 / kNineteenOfTwenty,
                         Teaches::ChargeOnly);
    adopted_at_ = now;
    unsure_ = false;
  }
}

// As if until now nobody had counted, when the last current is that old.
ChargeFilter BatteryEstimator::filter_at(Instant now) const {
  ChargeFilter filter = filter_;
  const Instant seen = last_.value_or(now);
  if (now - seen > kLongestStep) {
    const Duration before = known_at_ ? seen - *known_at_ : Duration{};
    bridge(filter, seen, now - seen, before);
  }
  return filter;
}

std::optional<double> BatteryEstimator::health() const {
  const Believed capacity = filter_.capacity();
  const bool learned = capacity.off < kLearned * traits_of(settings_.chemistry).capacity_off;
  return learned || capacity_kept_ ? std::optional{capacity.value} : std::nullopt;
}

BatteryState BatteryEstimator::state(Instant now) const {
  const Believed charge = filter_at(now).charge();
  const double own_error = error_of(charge);
  BatteryState state;
  state.band = band_.band();
  const auto told = told_.trusted(now);
  constexpr double kMuchBetter = 0.6;
  if (told && own_error > kMuchBetter * told->error.value()) {
    state.basis = SocBasis::Told;
    state.state_of_charge = told->charge;
    state.error = told->error;
  } else if (counted_ && own_error <= kMostTold) {
    state.basis = SocBasis::Counted;
    state.state_of_charge = Percent{100 * charge.value};
    state.error = Percent{own_error};
  } else if (voltage_ && now - voltage_at_ <= kBandFresh) {
    state.basis = SocBasis::Voltage;
  } else {
    state.band = SocBand::Unknown;  // of a voltage that was heard long ago
  }
  const auto learned = health();
  state.capacity = settings_.capacity * (learned ? *learned : 1);
  if (learned) {
    state.health = Percent{100 * *learned};
  }
  state.ohms = resistance_.ohms();
  const bool fresh = known_at_ && now - *known_at_ <= kCurrentFresh;
  if (fresh) {
    state.current = net_of(*current_);
  }
  if (fresh && voltage_ && now - voltage_at_ <= kCurrentFresh) {
    state.resting_voltage = *voltage_ - Volts{state.current->value() * state.ohms.value_or(usual_ohms(settings_))};
  }
  if (full_at_) {
    state.since_full = now - *full_at_;
  } else if (full_before_) {
    state.since_full = *full_before_ + (now - restored_at_.value_or(now));
  }
  return state;
}

}  // namespace karkara
