#include "agent/power/battery/full_charge.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"

namespace karkara {
namespace {

using std::chrono::minutes;

constexpr Volts kBelowAbsorption{0.15};  // of a block: cables, and meters that differ
constexpr double kOutflow = 0.005;       // of the capacity: more is a battery that gives, not one that is full
constexpr Duration kPause = minutes{5};
constexpr Duration kComesAgain = minutes{2};
constexpr Duration kFloatHeld = minutes{10};
constexpr Duration kVoltageHeld = std::chrono::hours{3};  // an old battery's tail may stay above any threshold
constexpr double kLooseTail = 2;                          // a charger in float has judged by itself
constexpr double kGiven = 0.03;                           // of the capacity: then a next full charge is another one
constexpr Volts kEnds{13.0};                              // a block below this is no longer held full

// What is missing at that moment. A lead-acid battery takes at one voltage the more the more it lacks, so that a tail
// of C/40 at absorption still wants 3 or 4 %, give or take nearly half of that; in float, where less drives it, the
// same current says more is missing. Chargers end absorption by a timer, so that "float" may be said early.
constexpr double kMissingPerRate = 1.4;
constexpr double kMissingOff = 0.4;  // of what is missing
constexpr double kMostMissing = 0.15;
constexpr Volts kAbsorptionDrives{1.6};  // absorption less the rest voltage when full
constexpr Volts kLeastDrives{0.4};
constexpr double kMissingUntold = 0.03;
constexpr double kOffByMeters = 0.01;
constexpr double kOffUntold = 0.025;
constexpr double kFloatMissing = 0.015;  // a lithium battery rests there a little below full

// Restarts at each sample where the condition does not hold.
bool holds(std::optional<Instant>& since, bool condition, Duration enough, Instant now) {
  if (!condition) {
    since.reset();
    return false;
  }
  if (!since) {
    since = now;
  }
  return now - *since >= enough;
}

}  // namespace

std::optional<FullCharged> FullCharge::see(const Measured& measured, std::optional<double> known_rate,
                                           const BatterySettings& settings, Instant now) {
  // One sample that lacks something breaks nothing; a pause does.
  if (!last_ || now - *last_ > kPause) {
    tail_since_.reset(), float_since_.reset(), held_since_.reset();
    last_ = now;
  }
  if (known_rate) {
    rated_at_ = now;
  }
  const bool comes_again = !known_rate && rated_at_ && now - *rated_at_ <= kComesAgain;
  if (!measured.block || comes_again) {
    return std::nullopt;
  }
  const double elapsed = hours_of(now - *last_);
  last_ = now;
  const ChemistryTraits& traits = traits_of(settings.chemistry);
  const double rate = known_rate.value_or(0);
  const Volts absorption = absorption_of(settings, measured.temperature);
  const Volts warm = absorption - absorption_of(settings, kReferenceTemperature);
  const bool held = known_rate && *measured.block >= absorption - kBelowAbsorption && rate >= -kOutflow;
  const bool tail = held && rate <= traits.tail;
  const bool floats = measured.phase == ChargePhase::Float && *measured.block >= traits.floating + warm &&
                      rate <= kLooseTail * traits.tail && rate >= -kOutflow;
  const bool by_tail = holds(tail_since_, tail, traits.tail_held, now);
  const bool by_float = holds(float_since_, floats, kFloatHeld, now);
  const bool by_held = holds(held_since_, held && rate <= kLooseTail * traits.tail, kVoltageHeld, now);
  if (!by_tail && !by_float && !by_held) {
    // Lithium stays above any such voltage; what it gave tells then.
    given_ += std::max(0.0, -rate) * elapsed;
    full_ = full_ && given_ < kGiven && *measured.block >= kEnds + warm;
    return std::nullopt;
  }
  const bool shunt = measured.current && measured.current->origin == CurrentOrigin::Shunt;
  const Volts drives = *measured.block - (absorption - kAbsorptionDrives);
  return judged(by_tail || rate <= traits.tail, shunt, rate, drives, traits);
}

FullCharged FullCharge::judged(bool tail, bool shunt, double rate, Volts drives, const ChemistryTraits& traits) {
  const bool begins = !std::exchange(full_, true);
  given_ = 0;
  if (traits.gassing_loss == 0) {
    const bool floats = drives < kAbsorptionDrives - kBelowAbsorption;
    return floats ? FullCharged{begins, 1 - kFloatMissing, kFloatMissing} : FullCharged{begins, 1, traits.full_off};
  }
  if (!tail || (!shunt && rate == 0)) {
    return {begins, 1 - kMissingUntold, kOffUntold};
  }
  const double less = kAbsorptionDrives.value() / std::max(drives, kLeastDrives).value();
  const double missing = std::min(kMostMissing, kMissingPerRate * std::max(0.0, rate) * less);
  const double off = std::hypot(traits.full_off / 2, kMissingOff * missing);
  return {begins, 1 - missing, shunt ? off : std::hypot(off, kOffByMeters)};
}

}  // namespace karkara
