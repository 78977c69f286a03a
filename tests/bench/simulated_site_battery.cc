#include "tests/bench/simulated_site_battery.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "tests/bench/simulated_site_sky.h"

namespace karkara {
namespace {

constexpr double kStepHours = 24.0 / kStepsPerDay;
constexpr int kStepsPerHour = 120;
constexpr double kBoxHours = 6;  // in which a battery takes its box's temperature

// Lead-acid. The wells:
constexpr double kNear = 0.315;     // share of the charge that is there at once
constexpr double kExchange = 1.24;  // 1/h between the wells
// What a 20-hour discharge leaves in the far well: (1 - c) / (c k) hours of its current.
constexpr double kLeft20 = (1 - kNear) / (kNear * kExchange) / 20;
// V a cell, from the density of acid 1.285 to 1.12 (voltage = density + 0.845).
constexpr double kOpenFull = 2.130;
constexpr double kOpenEmpty = 1.965;
constexpr double kKnee = 0.25;
constexpr double kKneeWidth = 0.03;
constexpr double kRhoCharge = 0.42;  // ohm Ah a cell
constexpr double kRhoDischarge = 0.699;
constexpr double kMCharge = 0.888;
constexpr double kCCharge = 1.001;
constexpr double kMDischarge = 0.0464;
constexpr double kCDischarge = 1.75;
constexpr double kOhmsPerKelvin = -0.008;
constexpr double kEfficiencySlope = 20.73;
constexpr double kEfficiencyShift = 0.55;
constexpr double kTenHourRate = 0.9;  // of the 20-hour capacity
constexpr double kGas = 0.0002;       // of the capacity, at 2.23 V a cell and 25 degrees
constexpr double kGasVolts = 2.23;
constexpr double kGasPerVolt = 11;
constexpr double kGasPerKelvin = 0.06;
constexpr double kLeakPerHour = 0.03 / 30 / 24;      // 3 % a month at 25 degrees
constexpr double kCalendarPerHour = 0.2 / 8 / 8760;  // a fifth in 8 years at 25 degrees
constexpr double kCyclePerTurn = 0.2 / 360;          // a fifth in 1200 turns of 30 %
constexpr double kLowStress = 2;                     // as much again twice over when below 40 %
constexpr double kOhmsPerFade = 3;

// Lithium iron phosphate, V a cell at rest in the middle of the hysteresis.
struct Knot {
  double charge, volts;
};
constexpr std::array<Knot, 19> kFlat{{{-0.02, 2.00},
                                      {0.00, 2.60},
                                      {0.02, 2.92},
                                      {0.05, 3.06},
                                      {0.10, 3.185},
                                      {0.15, 3.205},
                                      {0.20, 3.232},
                                      {0.30, 3.262},
                                      {0.40, 3.285},
                                      {0.50, 3.291},
                                      {0.60, 3.296},
                                      {0.65, 3.308},
                                      {0.70, 3.326},
                                      {0.80, 3.331},
                                      {0.90, 3.334},
                                      {0.95, 3.338},
                                      {0.98, 3.36},
                                      {1.00, 3.46},
                                      {1.02, 3.80}}};
constexpr double kHysteresis = 0.008;     // V a cell to each side
constexpr double kHysteresisTurn = 0.03;  // of the capacity, until it leans the other way
constexpr double kRhoFlat = 0.2;          // ohm Ah a cell, with contacts and switches
constexpr double kRhoSlow = 0.15;         // polarisation
constexpr double kSlowHours = 0.33;
constexpr double kFlatLoss = 0.01;  // of the charge
constexpr double kFlatLeakPerHour = 0.02 / 30 / 24;
constexpr double kFlatOwnAmps = 0.015;  // the battery's own electronics
constexpr double kFlatCalendar = 0.03;  // in the first year at 25 degrees, by the root of time
constexpr double kFlatCyclePerTurn = 0.2 / 3000;

}  // namespace

void BatteryBody::warm(Celsius box, double heat) {
  kelvin_above_25_ += (box.value() + heat - 25 - kelvin_above_25_) * kStepHours / kBoxHours;
  if (until_hour_-- == 0) {
    until_hour_ = kStepsPerHour - 1;
    pace_ = std::exp2(kelvin_above_25_ / 10);
  }
}

LeadAcidTruth::LeadAcidTruth(const BatteryMake& make, Percent state_of_charge) {
  make_ = make;
  const double charge = capacity().value() * (state_of_charge.value() / 100 + kLeft20);
  near_ = charge * kNear;
  far_ = charge - near_;
}

Percent LeadAcidTruth::state_of_charge() const {
  return Percent{std::clamp(100 * ((near_ + far_) / capacity().value() - kLeft20), 0.0, 100.0)};
}

double LeadAcidTruth::open() const {
  const double head = std::min(near_ / (kNear * capacity().value() * (1 + kLeft20)), 1.15);
  return kOpenEmpty + (kOpenFull - kOpenEmpty) * head - kKnee * std::exp(-std::max(head, 0.0) / kKneeWidth) +
         make_.cell_bias;
}

double LeadAcidTruth::charge_ohms() const {
  const double full = state_of_charge().value() / 100;
  return kRhoCharge * make_.resistance * (1 + kOhmsPerFade * fade_) * (1 + kOhmsPerKelvin * kelvin_above_25_) *
         (1 + kMCharge * full / (kCCharge - full)) / capacity().value();
}

double LeadAcidTruth::discharge_ohms() const {
  const double out = 1 - state_of_charge().value() / 100;
  return kRhoDischarge * make_.resistance * (1 + kOhmsPerFade * fade_) * (1 + kOhmsPerKelvin * kelvin_above_25_) *
         (1 + kMDischarge * out / (kCDischarge - out)) / capacity().value();
}

Volts LeadAcidTruth::voltage(Amps into) const {
  const double ohms = into.value() > 0 ? charge_ohms() : discharge_ohms();
  return Volts{make_.cells * (open() + into.value() * ohms)};
}

Amps LeadAcidTruth::current_at(Volts voltage) const {
  const double over = voltage.value() / make_.cells - open();
  return Amps{over / (over > 0 ? charge_ohms() : discharge_ohms())};
}

void LeadAcidTruth::step(Amps into, Celsius box) {
  const double amps = into.value();
  const double size = capacity().value();
  const double full = state_of_charge().value() / 100;
  double kept = amps;
  if (amps > 0) {
    // Copetti's efficiency and Schiffer's gassing tell of the same thing: the larger one counts.
    const double rate = amps / (kTenHourRate * size / 10);
    const double missed = amps * std::exp(kEfficiencySlope / (rate + kEfficiencyShift) * (full - 1));
    const double cell = open() + amps * charge_ohms();
    const double gas =
        cell < 2.2 ? 0 : kGas * size * std::exp(kGasPerVolt * (cell - kGasVolts) + kGasPerKelvin * kelvin_above_25_);
    kept -= std::min(amps, std::max(missed, gas));
    account_.into += amps * kStepHours;
    account_.lost += (amps - kept) * kStepHours;
  } else {
    account_.out -= amps * kStepHours;
  }
  const double leak = kLeakPerHour * pace_ * std::max(near_ + far_, 0.0);
  account_.leaked += leak * kStepHours;
  const double flow = kExchange * (kNear * far_ - (1 - kNear) * near_);
  near_ += (kept - leak * kNear + flow) * kStepHours;
  far_ -= (leak * (1 - kNear) + flow) * kStepHours;
  age(amps);
  warm(box, 0);
}

void LeadAcidTruth::age(double amps) {
  const double before = capacity().value();
  const double stress = state_of_charge().value() < 40 ? 1 + kLowStress : 1;
  const double turned = amps < 0 ? -amps * kStepHours / before : 0;
  fade_ += pace_ * kCalendarPerHour * kStepHours + kCyclePerTurn * turned * stress;
  const double keep = capacity().value() / before;
  account_.aged += (near_ + far_) * (1 - keep);
  near_ *= keep;
  far_ *= keep;
}

IronPhosphateTruth::IronPhosphateTruth(const BatteryMake& make, Percent state_of_charge) {
  make_ = make;
  charge_ = capacity().value() * state_of_charge.value() / 100;
}

Percent IronPhosphateTruth::state_of_charge() const {
  return Percent{std::clamp(100 * charge_ / capacity().value(), 0.0, 100.0)};
}

double IronPhosphateTruth::open() const {
  const double at = std::clamp(charge_ / capacity().value(), kFlat.front().charge, kFlat.back().charge);
  std::size_t i = 1;
  while (kFlat[i].charge < at) {
    ++i;
  }
  const Knot& a = kFlat[i - 1];
  const Knot& b = kFlat[i];
  const double rest = a.volts + (b.volts - a.volts) * (at - a.charge) / (b.charge - a.charge);
  return rest + kHysteresis * lean_ + polarised_ + make_.cell_bias;
}

double IronPhosphateTruth::ohms() const {
  return kRhoFlat * make_.resistance * (1 + fade_) * (1 + kOhmsPerKelvin * kelvin_above_25_) / capacity().value();
}

Volts IronPhosphateTruth::voltage(Amps into) const {
  return Volts{make_.cells * (open() + into.value() * ohms())};
}

Amps IronPhosphateTruth::current_at(Volts voltage) const {
  return Amps{(voltage.value() / make_.cells - open()) / ohms()};
}

void IronPhosphateTruth::step(Amps into, Celsius box) {
  const double amps = into.value();
  const double size = capacity().value();
  const double lost = amps > 0 ? kFlatLoss * amps : 0;
  const double leak = kFlatLeakPerHour * pace_ * std::max(charge_, 0.0) + kFlatOwnAmps;
  (amps > 0 ? account_.into : account_.out) += std::abs(amps) * kStepHours;
  account_.lost += lost * kStepHours;
  account_.leaked += leak * kStepHours;
  charge_ += (amps - lost - leak) * kStepHours;
  const double turned = std::abs(amps) * kStepHours / size;
  lean_ += ((amps > 0 ? 1 : -1) - lean_) * std::min(turned / kHysteresisTurn, 1.0);
  polarised_ += (amps * kRhoSlow / size - polarised_) * kStepHours / kSlowHours;
  days_ += kStepHours / 24;
  fade_ += pace_ * kFlatCalendar / 2 / std::sqrt(365 * days_) * kStepHours / 24 +
           (amps < 0 ? kFlatCyclePerTurn * turned : 0);
  const double keep = capacity().value() / size;
  account_.aged += charge_ * (1 - keep);
  charge_ *= keep;
  warm(box, 0);
}

}  // namespace karkara
