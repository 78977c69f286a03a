#include "agent/power/sun/usable_energy.h"

#include <algorithm>
#include <cmath>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"
#include "agent/power/battery/ocv_table.h"

namespace karkara {
namespace {

constexpr double kTwoSided95 = 1.96;  // BatteryState::error as standard deviations
constexpr double kTwentyHourRate = 0.05;
constexpr double kLeastDrop = 6;     // points of a discharge, to tell what one is worth
constexpr double kCorrection = 1.5;  // points between two samples: the estimate corrected itself
constexpr double kLeastWorth = 0.5;
constexpr double kMostWorth = 1.6;
constexpr Duration kSurfaceCharge = std::chrono::hours{1};
constexpr double kBinMemory = 12;       // hours
constexpr double kAtDisconnect = 0.03;  // volts of a block above it
constexpr double kNearDisconnect = 0.3;
constexpr double kMostOffset = 0.6;  // volts of a block
constexpr std::size_t kKnownNights = 4;
constexpr double kWorthDoubt = 0.10;  // as a part, until nights were seen
constexpr double kLearnedWorthDoubt = 0.03;
constexpr double kDisconnectDoubt = 4;  // points, until voltages near it were seen
constexpr double kLearnedDisconnectDoubt = 1.5;
constexpr double kNear = 15;  // points
constexpr double kFullBand = 95;
constexpr double kEmptyBand = 8;
constexpr double kBandError = 16;
constexpr double kLeadVoltageRatio = 0.92;  // mean of discharge to that of charge
constexpr double kLithiumVoltageRatio = 0.97;

struct Charge {
  double points = 0;
  double error = 0;
};

std::optional<Charge> charge_of(const BatteryState& battery) {
  if (battery.state_of_charge) {
    return Charge{std::clamp(battery.state_of_charge->value(), 0.0, 100.0), battery.error.value()};
  }
  switch (battery.band) {
    case SocBand::Full: return Charge{kFullBand, kBandError};
    case SocBand::Empty: return Charge{kEmptyBand, kBandError};
    case SocBand::Unknown:
    case SocBand::Low:
    case SocBand::Middle:
    case SocBand::High: break;
  }
  return std::nullopt;
}

double capacity_of(const BatteryState& battery, const BatterySettings& settings) {
  return std::max(1.0, battery.capacity.value() > 0 ? battery.capacity.value() : settings.capacity.value());
}

// Under load a lead-acid battery's last points fall faster than its rest voltage does: the acid in the plates is used
// up. LFP's rest voltage has its knee already.
double knee(Chemistry chemistry, double charge) {
  constexpr double kVolts = 0.3;
  constexpr double kPoints = 5;
  switch (chemistry) {
    case Chemistry::LeadAcid: return kVolts * std::exp(-charge / kPoints);
    case Chemistry::LithiumIronPhosphate: return 0;
  }
  return 0;
}

double stores(Chemistry chemistry) {
  const double charge = traits_of(chemistry).charge_efficiency;
  switch (chemistry) {
    case Chemistry::LeadAcid: return charge * kLeadVoltageRatio;
    case Chemistry::LithiumIronPhosphate: return charge * kLithiumVoltageRatio;
  }
  return charge;
}

}  // namespace

// Of the nearest bin that is known; charge in points.
double UsableEnergy::offset_at(double charge) const {
  double nearest = 1e9;
  double offset = 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    const double distance = std::abs((static_cast<double>(i) + 0.5) * kBinPoints - charge);
    if (memory_.bins[i].hours > 0 && distance < nearest) {
      nearest = distance;
      offset = memory_.bins[i].offset;
    }
  }
  return offset;
}

// Of a 12 V block.
double UsableEnergy::loaded_volts(double charge, double rest_offset, Watts draw, const BatteryState& battery,
                                  const BatterySettings& settings) const {
  const ChemistryTraits& traits = traits_of(settings.chemistry);
  const double amps = draw.value() / std::max(1.0, settings.nominal.value());
  const double sag = amps * battery.ohms.value_or(usual_ohms(settings)) / blocks_of(settings);
  const double slow = traits.polarisation.value() * amps / (kTwentyHourRate * capacity_of(battery, settings));
  return rest_voltage(settings.chemistry, charge / 100, temperature_).value() + rest_offset - sag - slow -
         knee(settings.chemistry, charge);
}

double UsableEnergy::disconnect_points(Watts draw, const BatteryState& battery, const BatterySettings& settings) const {
  const double cut = disconnect_of(settings).value();
  constexpr double kStep = 0.5;
  double points = 0;
  while (points < 100 && loaded_volts(points, offset_at(points), draw, battery, settings) < cut) {
    points += kStep;
  }
  // What the table and the bins say counts as one more time that it was seen.
  const auto seen = static_cast<double>(memory_.cuts.count());
  return (points + seen * memory_.cuts.median().value_or(0)) / (1 + seen);
}

// What a point of charge around that charge should give, in watt-hours.
double UsableEnergy::point_worth(double charge, Watts draw, const BatteryState& battery,
                                 const BatterySettings& settings) const {
  const ChemistryTraits& traits = traits_of(settings.chemistry);
  const double volts = loaded_volts(charge, offset_at(charge), draw, battery, settings) * blocks_of(settings);
  const double capacity = capacity_of(battery, settings);
  const double rate = draw.value() / std::max(1.0, volts) / capacity;
  return capacity * capacity_at(traits, temperature_) / peukert_factor(traits, rate) * volts / 100;
}

void UsableEnergy::learn_voltage(Watts draw, Volts voltage, double charge, const BatteryState& battery, Duration lasted,
                                 const BatterySettings& settings) {
  const auto index = static_cast<std::size_t>(charge / kBinPoints);
  if (index >= kBins || discharging_ < kSurfaceCharge) {
    return;
  }
  const double block = voltage.value() / blocks_of(settings);
  if (block < disconnect_of(settings).value() + kAtDisconnect) {
    cut_at_ = charge;
  }
  near_at_ = block < disconnect_of(settings).value() + kNearDisconnect ? std::optional{charge} : std::nullopt;
  const double offset = std::clamp(block - loaded_volts(charge, 0, draw, battery, settings), -kMostOffset, kMostOffset);
  Bin& bin = memory_.bins[index];
  const double hours = hours_of(lasted);
  bin.hours = std::min(kBinMemory, bin.hours + hours);
  bin.offset += (offset - bin.offset) * std::min(1.0, hours / bin.hours);
}

void UsableEnergy::see_discharge(Watts draw, const EnergySample& sample, const BatteryState& battery, Duration lasted,
                                 const BatterySettings& settings) {
  if (sample.battery_temperature) {
    temperature_ = *sample.battery_temperature;
  }
  discharging_ += lasted;
  if (!battery.state_of_charge || !std::isfinite(battery.state_of_charge->value()) || draw.value() <= 0) {
    close_span();
    return;
  }
  const double charge = std::clamp(battery.state_of_charge->value(), 0.0, 100.0);
  if (sample.battery_voltage) {
    learn_voltage(draw, *sample.battery_voltage, charge, battery, lasted, settings);
  }
  if (!span_ || std::abs(charge - span_->last) > kCorrection) {
    close_span();
    span_ = Span{charge, charge, 0, 0};
    return;
  }
  const double seconds = std::chrono::duration<double>(lasted).count();
  span_->joules += draw.value() * seconds;
  span_->expected_joules += (span_->last - charge) * point_worth(charge, draw, battery, settings) * 3600;
  span_->last = charge;
}

void UsableEnergy::end_discharge() {
  close_span();
  discharging_ = {};
  near_at_.reset();
  if (cut_at_) {
    memory_.cuts.push(*cut_at_);
    cut_at_.reset();
  }
}

void UsableEnergy::close_span() {
  if (span_ && span_->first - span_->last >= kLeastDrop && span_->expected_joules > 0) {
    memory_.worth.push(std::clamp(span_->joules / span_->expected_joules, kLeastWorth, kMostWorth));
  }
  span_.reset();
}

std::optional<Reserve> UsableEnergy::reserve(const BatteryState& battery, Watts draw,
                                             const BatterySettings& settings) const {
  const auto charge = charge_of(battery);
  if (!charge) {
    return std::nullopt;
  }
  const double cut = disconnect_points(draw, battery, settings);
  const double points = std::max(0.0, charge->points - cut);
  const double worth =
      point_worth((charge->points + cut) / 2, draw, battery, settings) * memory_.worth.median().value_or(1);
  const bool known_worth = memory_.worth.count() >= kKnownNights;
  bool known_cut = memory_.cuts.count() > 0;
  for (std::size_t i = 0; i < kBins; ++i) {
    known_cut |= memory_.bins[i].hours > 1 && static_cast<double>(i) * kBinPoints < cut + kNear;
  }
  const double worth_doubt = points * worth * (known_worth ? kLearnedWorthDoubt : kWorthDoubt);
  const double cut_doubt = worth * (known_cut ? kLearnedDisconnectDoubt : kDisconnectDoubt);
  return Reserve{WattHours{points * worth}, WattHours{(100 - cut) * worth},
                 WattHours{charge->error / kTwoSided95 * worth}, WattHours{std::hypot(worth_doubt, cut_doubt)},
                 stores(settings.chemistry)};
}

UsableEnergy::Memory UsableEnergy::memory() const {
  Memory memory = memory_;
  if (const auto cut = cut_at_ ? cut_at_ : near_at_) {
    memory.cuts.push(*cut);
  }
  return memory;
}

void UsableEnergy::restore(const Memory& memory) {
  memory_ = memory;
  span_.reset();
  cut_at_.reset();
  near_at_.reset();
  discharging_ = {};
}

}  // namespace karkara
