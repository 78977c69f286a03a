#include "agent/power/battery/charge_filter.h"

#include <algorithm>
#include <cmath>

#include "agent/power/battery/hours.h"
#include "agent/power/battery/ocv_table.h"
#include "agent/power/battery/square.h"

namespace karkara {
namespace {

// Before anything is known: all charges are about as likely.
constexpr double kUnknownCharge = 0.30;
// What is counted beyond full may have been gas as well as a wrong count.
constexpr double kOffBeyondFull = 0.03;

constexpr double kBiasOff = 0.06;     // volts of a block: flooded, gel and AGM differ so
constexpr double kGassingOff = 0.35;  // of the usual losses near full, relative
constexpr double kSlopeOff = 0.08;    // of the whole table, relative
constexpr double kDropOff = 0.6;      // of the usual one

// How far what is learned may wander off in a day, by ageing, seasons and temperature. The shape of the table does not.
constexpr double kCapacityWander = 0.004;
constexpr double kLossWander = 0.003;
constexpr double kBiasWander = 0.005;
constexpr double kDropWander = 0.003;
constexpr double kDaysOfYear = 365;
constexpr double kOffsetWander = 0.04;  // of the sensor's offset before learning

constexpr double kCurrentKeeps = 1;  // hours that a current's error stays the same
constexpr double kLoadKeeps = 12;    // and that an unknown load does: a day and a night differ

constexpr double kLeastBlame = 0.3;  // of the doubt about the charge that the capacity explains
constexpr double kDeep = 0.6;

constexpr double kGate = 9;  // three standard deviations, squared

}  // namespace

ChargeFilter::ChargeFilter(const BatterySettings& settings)
    : traits_{&traits_of(settings.chemistry)},
      chemistry_{settings.chemistry},
      rated_{std::max(1.0, settings.capacity.value())} {
  mean_[kCharge] = 0.5;
  mean_[kDrop] = usual_drop(*traits_);
  spread_[kCharge][kCharge] = square(kUnknownCharge);
  spread_[kCapacity][kCapacity] = square(traits_->capacity_off);
  spread_[kLoss][kLoss] = square(traits_->charge_efficiency_off);
  spread_[kGassing][kGassing] = traits_->gassing_loss > 0 ? square(kGassingOff) : 0;
  spread_[kBias][kBias] = square(kBiasOff);
  spread_[kSlope][kSlope] = square(kSlopeOff);
  spread_[kDrop][kDrop] = square(kDropOff * mean_[kDrop]);
}

void ChargeFilter::count(Amps measured, Duration elapsed, Celsius temperature, const CurrentQuality& quality) {
  const double hours = hours_of(elapsed);
  const double capacity = rated_ * std::exp(mean_[kCapacity]) * capacity_at(*traits_, temperature);
  const double current = measured.value() - mean_[kOffset];
  const bool charging = current > 0;
  most_efficiency_ = 1 + quality.gain;
  const double usual_gas = 1 - gassing_factor(*traits_, mean_[kCharge]);
  const double gassing = std::max(0.0, 1 - usual_gas * (1 + mean_[kGassing]));
  const double stored =
      charging ? (traits_->charge_efficiency + mean_[kLoss]) * gassing : peukert_factor(*traits_, -current / rated_);
  const double lost = self_discharge_per_day(*traits_, temperature) * hours / kHoursOfDay;
  const double change = stored * current * hours / capacity;

  Row how{};
  how[kCapacity] = -change;
  how[kOffset] = -stored * hours / capacity;
  how[kLoss] = charging ? gassing * current * hours / capacity : 0;
  how[kGassing] = charging ? -usual_gas * current * hours / capacity : 0;
  Row carried{};  // how * spread, over the causes
  double own = 0;
  for (const Part cause : {kCapacity, kOffset, kLoss, kGassing}) {
    for (std::size_t part = 0; part < kParts; ++part) {
      carried[part] += how[cause] * spread_[cause][part];
    }
  }
  for (const Part cause : {kCapacity, kOffset, kLoss, kGassing}) {
    own += how[cause] * carried[cause];
  }
  const double noise = square(quality.passing.value() / capacity) * 2 * kCurrentKeeps * hours + square(lost) / 4;
  for (std::size_t part = 1; part < kParts; ++part) {
    spread_[kCharge][part] += carried[part];
    spread_[part][kCharge] = spread_[kCharge][part];
  }
  spread_[kCharge][kCharge] += 2 * carried[kCharge] + own + noise;
  mean_[kCharge] += change - lost;
  spread_[kOffset][kOffset] += square(kOffsetWander * quality.offset.value()) * hours / kHoursOfDay;
  wander(elapsed);
  keep_plausible();
}

void ChargeFilter::lose_count(Duration elapsed, Duration before, Amps usual) {
  const auto grown = [](double hours) { return hours * std::min(hours, kLoadKeeps); };
  const double from = hours_of(before);
  const double more = grown(from + hours_of(elapsed)) - grown(from);
  spread_[kCharge][kCharge] += more * square(usual.value() / rated_);
  wander(elapsed);
  keep_plausible();
}

void ChargeFilter::guess_count(AmpHours net) {
  const double stored = net.value() > 0 ? traits_->charge_efficiency + mean_[kLoss] : 1;
  const double after = mean_[kCharge] + stored * net.value() / (rated_ * std::exp(mean_[kCapacity]));
  mean_[kCharge] = std::clamp(after, std::min(mean_[kCharge], 0.0), std::max(mean_[kCharge], 1.0));
}

void ChargeFilter::wander(Duration elapsed) {
  const double days = hours_of(elapsed) / kHoursOfDay;
  spread_[kCapacity][kCapacity] += square(kCapacityWander) * days;
  spread_[kLoss][kLoss] += square(kLossWander) * days;
  spread_[kBias][kBias] += square(kBiasWander) * days;
  spread_[kDrop][kDrop] += square(kDropWander) * days;
  mean_[kCapacity] -= traits_->ageing * days / kDaysOfYear;
}

bool ChargeFilter::may_teach(Teaches teaches, std::size_t part) {
  switch (teaches) {
    case Teaches::ChargeOnly: return part == kCharge;
    case Teaches::Capacity: return part != kOffset && part != kLoss && part != kGassing;
    case Teaches::All: return true;
  }
  return false;
}

// Between two full charges the capacity cancels out: what little is left of it must not be blamed day after day. And
// batteries do not grow: a voltage makes one larger only when much was taken out.
bool ChargeFilter::may_blame_capacity(const Row& how, double growth) const {
  const double explained = square(spread_[kCharge][kCapacity]);
  const bool plain = explained >= kLeastBlame * spread_[kCharge][kCharge] * spread_[kCapacity][kCapacity];
  const bool shallow = how[kBias] != 0 && growth > 0 && mean_[kCharge] > kDeep;
  return how[kCharge] == 0 || (plain && !shallow);
}

// By Joseph's form, which holds for any gain: those of the parts that may not learn are zero.
void ChargeFilter::correct(const Row& how, const Evidence& evidence) {
  Row seen{};
  for (std::size_t part = 0; part < kParts; ++part) {
    for (std::size_t other = 0; other < kParts; ++other) {
      seen[part] += spread_[part][other] * how[other];
    }
  }
  double total = evidence.variance;
  for (std::size_t part = 0; part < kParts; ++part) {
    total += how[part] * seen[part];
  }
  Row gain{};
  for (std::size_t part = 0; part < kParts; ++part) {
    gain[part] = may_teach(evidence.teaches, part) ? seen[part] / total : 0;
  }
  if (!may_blame_capacity(how, gain[kCapacity] * evidence.innovation)) {
    gain[kCapacity] = 0;
  }
  for (std::size_t part = 0; part < kParts; ++part) {
    mean_[part] += gain[part] * evidence.innovation;
    for (std::size_t other = 0; other < kParts; ++other) {
      spread_[part][other] += gain[part] * gain[other] * total - gain[part] * seen[other] - seen[part] * gain[other];
    }
  }
  keep_plausible();
}

void ChargeFilter::learn_charge(double charge, double error, Teaches teaches) {
  const bool gassed = mean_[kCharge] > 1 && traits_->gassing_loss > 0;
  const double off = gassed ? std::hypot(error, kOffBeyondFull) : error;
  Row how{};
  how[kCharge] = 1;
  const double innovation = charge - mean_[kCharge];
  const double expected = spread_[kCharge][kCharge] + square(off);
  if (square(innovation) > kGate * expected) {
    // Something happened that no part explains: the charge is taken over, and nobody is blamed for it.
    spread_[kCharge][kCharge] += square(innovation);
  }
  correct(how, {innovation, square(off), teaches});
}

void ChargeFilter::adopt_charge(double charge, double off, Teaches teaches) {
  if (spread_[kCharge][kCharge] > square(off)) {
    learn_charge(charge, off, teaches);
    spread_[kCharge][kCharge] = std::max(spread_[kCharge][kCharge], square(off));
  }
}

void ChargeFilter::hold_full(double off) {
  // What is counted while it is held there was not kept: it says nothing of the causes.
  forget_causes();
  mean_[kCharge] = std::min(mean_[kCharge], 1.0);
  spread_[kCharge][kCharge] = std::max(spread_[kCharge][kCharge], square(off));
}

void ChargeFilter::learn_offset(Amps offset, Amps off) {
  if (spread_[kOffset][kOffset] > square(off.value())) {
    Row how{};
    how[kOffset] = 1;
    correct(how, {offset.value() - mean_[kOffset], square(off.value()), Teaches::All});
  }
}

void ChargeFilter::learn_capacity(double relative, double off) {
  Row how{};
  how[kCapacity] = 1;
  correct(how, {std::log(relative) - mean_[kCapacity], square(off), Teaches::Capacity});
}

}  // namespace karkara
