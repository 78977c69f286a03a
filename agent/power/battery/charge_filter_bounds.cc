// What ChargeFilter holds, and within which bounds.
#include <algorithm>
#include <cmath>

#include "agent/power/battery/charge_filter.h"
#include "agent/power/battery/square.h"

namespace karkara {
namespace {

constexpr double kMostUnknown = 0.35;
// The count may run a little over full before a full charge is seen, else that could never teach smaller gains.
constexpr double kMostCharge = 1.05;

}  // namespace

void ChargeFilter::keep_plausible() {
  constexpr double kLeastCapacity = -1.2;  // 30 % of the rated one
  constexpr double kMostCapacity = 0.26;   // 130 %
  constexpr double kLeastEfficiency = 0.7;
  constexpr double kMostGassing = 0.8;
  constexpr double kMostOffset = 0.02;  // of the capacity, in amperes
  constexpr double kMostBias = 0.25;
  constexpr double kMostSlope = 0.3;
  constexpr double kMostDrop = 3;  // times the usual
  constexpr double kLeastSpread = 1e-9;
  constexpr double kLeastCapacityOff = 0.045;  // of what does not average out: rates, temperatures, definitions
  if (mean_[kCharge] < 0) {
    // What went on below empty was no count: it teaches nothing.
    forget_causes();
  }
  mean_[kCharge] = std::clamp(mean_[kCharge], 0.0, kMostCharge);
  mean_[kCapacity] = std::clamp(mean_[kCapacity], kLeastCapacity, kMostCapacity);
  mean_[kOffset] = std::clamp(mean_[kOffset], -0.5 - kMostOffset * rated_, 0.5 + kMostOffset * rated_);
  mean_[kLoss] = std::clamp(mean_[kLoss], kLeastEfficiency - traits_->charge_efficiency,
                            most_efficiency_ - traits_->charge_efficiency);
  mean_[kGassing] = std::clamp(mean_[kGassing], -kMostGassing, kMostGassing);
  mean_[kBias] = std::clamp(mean_[kBias], -kMostBias, kMostBias);
  mean_[kSlope] = std::clamp(mean_[kSlope], -kMostSlope, kMostSlope);
  mean_[kDrop] = std::clamp(mean_[kDrop], 0.0, kMostDrop * usual_drop(*traits_));
  for (std::size_t part = 0; part < kParts; ++part) {
    spread_[part][part] = std::max(spread_[part][part], kLeastSpread);
  }
  spread_[kCapacity][kCapacity] = std::max(spread_[kCapacity][kCapacity], square(kLeastCapacityOff));
  const double unknown = spread_[kCharge][kCharge];
  if (unknown > square(kMostUnknown)) {
    // Scaling row and column keeps the matrix a covariance.
    const double scale = kMostUnknown / std::sqrt(unknown);
    for (std::size_t part = 0; part < kParts; ++part) {
      spread_[kCharge][part] *= scale;
      spread_[part][kCharge] = spread_[kCharge][part];
    }
    spread_[kCharge][kCharge] = square(kMostUnknown);
  }
}

void ChargeFilter::forget_causes() {
  for (std::size_t part = kCharge + 1; part < kParts; ++part) {
    spread_[kCharge][part] = 0;
    spread_[part][kCharge] = 0;
  }
}

void ChargeFilter::reset_part(Part part, Believed to) {
  for (std::size_t other = 0; other < kParts; ++other) {
    spread_[part][other] = 0;
    spread_[other][part] = 0;
  }
  mean_[part] = to.value;
  spread_[part][part] = square(to.off);
  keep_plausible();
}

void ChargeFilter::set_charge(Believed charge) {
  reset_part(kCharge, charge);
}

void ChargeFilter::set_capacity(Believed relative) {
  reset_part(kCapacity, {std::log(relative.value), relative.off});
}

void ChargeFilter::set_offset(Believed amps) {
  reset_part(kOffset, amps);
}

void ChargeFilter::set_efficiency(Believed efficiency) {
  reset_part(kLoss, {efficiency.value - traits_->charge_efficiency, efficiency.off});
}

void ChargeFilter::set_voltages(Believed bias, Believed drop) {
  reset_part(kBias, bias);
  reset_part(kDrop, drop);
}

Believed ChargeFilter::charge() const {
  return {std::clamp(mean_[kCharge], 0.0, 1.0), std::sqrt(spread_[kCharge][kCharge])};
}

Believed ChargeFilter::capacity() const {
  return {std::exp(mean_[kCapacity]), std::sqrt(spread_[kCapacity][kCapacity])};
}

Believed ChargeFilter::offset() const {
  return {mean_[kOffset], std::sqrt(spread_[kOffset][kOffset])};
}

Believed ChargeFilter::bias() const {
  return {mean_[kBias], std::sqrt(spread_[kBias][kBias])};
}

Believed ChargeFilter::drop() const {
  return {mean_[kDrop], std::sqrt(spread_[kDrop][kDrop])};
}

Believed ChargeFilter::efficiency() const {
  return {traits_->charge_efficiency + mean_[kLoss], std::sqrt(spread_[kLoss][kLoss])};
}

}  // namespace karkara
