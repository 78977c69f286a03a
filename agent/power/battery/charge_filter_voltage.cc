// What voltages teach a ChargeFilter.
#include <algorithm>
#include <cmath>

#include "agent/power/battery/charge_filter.h"
#include "agent/power/battery/ocv_table.h"
#include "agent/power/battery/square.h"

namespace karkara {
namespace {

constexpr double kMostRefused = 3;  // then it is the belief that is wrong
constexpr double kGate = 9;         // three standard deviations, squared
constexpr double kTwentyHourRate = 0.05;
// Before anything is known: all charges are about as likely.
constexpr double kUnknownCharge = 0.30;

}  // namespace

void ChargeFilter::learn_voltage(const SteadyVoltage& steady, Celsius temperature) {
  switch (chemistry_) {
    case Chemistry::LeadAcid: learn_level(steady, temperature); return;
    case Chemistry::LithiumIronPhosphate: learn_edge(steady, temperature); return;
  }
}

void ChargeFilter::learn_level(const SteadyVoltage& steady, Celsius temperature) {
  const double full = rest_voltage(chemistry_, 1, temperature).value();
  const double below = rest_voltage(chemistry_, mean_[kCharge], temperature).value() - full;
  const double rate = steady.discharge_rate / kTwentyHourRate;
  const double expected = full + mean_[kBias] + (1 + mean_[kSlope]) * below - mean_[kDrop] * rate;
  Row how{};
  how[kCharge] = (1 + mean_[kSlope]) * rest_slope(chemistry_, mean_[kCharge]);
  how[kBias] = 1;
  how[kSlope] = below;
  how[kDrop] = -rate;

  const double innovation = steady.block.value() - expected;
  double total = square(steady.off.value());
  for (std::size_t part = 0; part < kParts; ++part) {
    for (std::size_t other = 0; other < kParts; ++other) {
      total += how[part] * spread_[part][other] * how[other];
    }
  }
  if (square(innovation) > kGate * total) {
    if (++refused_ < kMostRefused) {
      return;
    }
    spread_[kCharge][kCharge] += square(innovation / how[kCharge]);
  }
  refused_ = 0;
  // Under a load the polarisation is a guess that errs the same way each night: it must not teach what adds up.
  constexpr double kRest = 0.01;
  correct(how,
          {innovation, square(steady.off.value()), steady.discharge_rate <= kRest ? Teaches::All : Teaches::Capacity});
}

// A voltage that many charges share says only what it excludes. Beside this battery's own middle, which is known better
// than any table, the shoulder below it tells the charge, and so the capacity.
void ChargeFilter::learn_edge(const SteadyVoltage& steady, Celsius temperature) {
  const Volts rested = steady.block + Volts{mean_[kDrop] * steady.discharge_rate / kTwentyHourRate - mean_[kBias]};
  constexpr double kMiddleKnown = 0.03;   // volts
  constexpr double kShoulderOff = 0.035;  // volts, of one make's shoulder beside another's
  const double middle_off = std::sqrt(spread_[kBias][kBias]);
  const bool compared = steady.passing.value() > 0 && middle_off <= kMiddleKnown;
  const double beside = std::hypot(middle_off, kShoulderOff, steady.passing.value());
  const Volts off = compared ? Volts{beside} : steady.off;
  const Teaches teaches = compared ? Teaches::Capacity : Teaches::ChargeOnly;
  const ChargeRange range = rest_range(chemistry_, rested, off * 2, temperature);
  constexpr double kNarrow = 0.2;
  constexpr double kNarrowOff = 0.6;  // of the width
  constexpr double kComparedOff = 0.3;
  constexpr double kLeastOff = 0.04;
  constexpr double kLeastComparedOff = 0.03;
  const double width = range.most - range.least;
  const double middle = (range.least + range.most) / 2;
  if (width <= kNarrow) {
    const double error =
        compared ? std::max(kComparedOff * width, kLeastComparedOff) : std::max(kNarrowOff * width, kLeastOff);
    adopt_charge(middle, error, Teaches::Capacity);
  } else if (mean_[kCharge] < range.least) {
    learn_charge(range.least + width / 4, width / 3, teaches);
  } else if (mean_[kCharge] > range.most) {
    learn_charge(range.most - width / 4, width / 3, teaches);
  }
  if (steady.passing.value() > 0) {
    learn_middle(steady, rested, temperature);
  }
}

// Where nothing depends on the charge, a voltage tells how this battery and its meter differ from the table.
void ChargeFilter::learn_middle(const SteadyVoltage& steady, Volts rested, Celsius temperature) {
  constexpr double kFrom = 0.42;
  constexpr double kTo = 0.58;
  constexpr double kKnown = 0.07;     // of the charge
  constexpr double kTableOff = 0.02;  // volts
  constexpr double kLeastOff = 0.015;
  const Believed now = charge();
  if (now.value < kFrom || now.value > kTo || now.off > kKnown || spread_[kBias][kBias] <= square(kLeastOff)) {
    return;
  }
  Row how{};
  how[kBias] = 1;
  const double innovation = (rested - rest_voltage(chemistry_, now.value, temperature)).value();
  correct(how, {innovation, square(kTableOff) + square(steady.passing.value()), Teaches::Capacity});
  spread_[kBias][kBias] = std::max(spread_[kBias][kBias], square(kLeastOff));
}

// Lithium's voltage has then just passed the shoulder, whose place is known better than how long it was dark.
void ChargeFilter::learn_return(const SteadyVoltage& back, Celsius temperature) {
  if (chemistry_ == Chemistry::LeadAcid) {
    learn_level(back, temperature);
    return;
  }
  constexpr double kOff = 0.06;       // volts: hysteresis, and one make's shoulder beside another's
  constexpr double kDropPart = 0.4;   // of the drop, that differs from battery to battery
  constexpr double kLeastOff = 0.05;  // of the charge
  const double drop = mean_[kDrop] * back.discharge_rate / kTwentyHourRate;
  const Volts rested = back.block + Volts{drop - mean_[kBias]};
  const ChargeRange range = rest_range(chemistry_, rested, Volts{2 * std::hypot(kOff, kDropPart * drop)}, temperature);
  reset_part(kCharge, {mean_[kCharge], kUnknownCharge});
  learn_charge(rest_charge(chemistry_, rested, temperature), std::max(kLeastOff, (range.most - range.least) / 4),
               Teaches::ChargeOnly);
}

}  // namespace karkara
