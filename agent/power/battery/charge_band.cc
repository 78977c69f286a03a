#include "agent/power/battery/charge_band.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <cstddef>
#include <iterator>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

constexpr double kPercentBorders[4] = {10, 35, 65, 95};
constexpr double kPercentMargin = 2;

// Of a block under the small loads of a site, below the rest voltages by what those take. LFP has 17 to 90 % between
// the second and the third. The last border is never reached: full is what a charge says, not a voltage.
constexpr double kNever = 99;
constexpr double kLeadAcidBorders[4] = {11.75, 12.05, 12.35, kNever};
constexpr double kLithiumBorders[4] = {12.5, 12.85, 13.28, kNever};
// Above it a charger lifts the voltage, and it tells nothing of the charge.
constexpr double kLeadAcidCharging = 12.9;
constexpr double kLithiumCharging = 13.4;
constexpr Volts kNear{0.15};
constexpr Duration kBeforeRise = std::chrono::minutes{60};  // a load that stops, or a little sun, is no charge
constexpr double kVoltMargin = 0.04;
constexpr double kSmoothingHours = 0.1;
constexpr Duration kHeld = std::chrono::minutes{30};  // near absorption: full, as far as a voltage can say

SocBand band_at(std::ptrdiff_t index) {
  constexpr SocBand kBands[] = {SocBand::Empty, SocBand::Low, SocBand::Middle, SocBand::High, SocBand::Full};
  return kBands[index];
}

}  // namespace

// A border is crossed only by the margin beyond it.
void ChargeBand::move(double value, const double (&borders)[4], double margin, bool may_rise) {
  const auto band_with = [&](double shift) {
    return band_at(
        std::count_if(std::begin(borders), std::end(borders), [&](double border) { return value >= border + shift; }));
  };
  if (band_ == SocBand::Unknown) {
    band_ = band_with(0);
  } else if (may_rise && band_with(margin) > band_) {
    band_ = band_with(margin);
  } else {
    band_ = std::min(band_, band_with(-margin));
  }
}

void ChargeBand::see_charge(Percent charge) {
  move(charge.value(), kPercentBorders, kPercentMargin, true);
}

void ChargeBand::see_voltage(const Measured& measured, bool full, const BatterySettings& settings, Instant now) {
  if (!measured.block) {
    return;
  }
  const double elapsed = smooth_ ? hours_of(now - seen_at_) : 0;
  seen_at_ = now;
  const double volts = measured.block->value();
  smooth_ = smooth_ ? *smooth_ + (volts - *smooth_) * (1 - std::exp(-elapsed / kSmoothingHours)) : volts;

  const bool near = *measured.block >= absorption_of(settings, measured.temperature) - kNear;
  if (!near) {
    held_since_.reset();
  } else if (!held_since_) {
    held_since_ = now;
  }
  if (full || (held_since_ && now - *held_since_ >= kHeld)) {
    band_ = SocBand::Full;
    return;
  }
  const bool lithium = settings.chemistry == Chemistry::LithiumIronPhosphate;
  const bool charging = *smooth_ >= (lithium ? kLithiumCharging : kLeadAcidCharging);
  if (charging) {
    higher_since_.reset();
    return;
  }
  if (!higher_since_) {
    higher_since_ = now;
  }
  const SocBand before = band_;
  move(*smooth_, lithium ? kLithiumBorders : kLeadAcidBorders, kVoltMargin, now - *higher_since_ >= kBeforeRise);
  if (band_ != before) {
    higher_since_ = now;
  }
}

}  // namespace karkara
