// What outlives a restart, and the stretch that nobody counted: rest of BatteryEstimator.
#include <algorithm>
#include <chrono>
#include <cmath>
#include <utility>

#include "agent/power/battery/battery_estimator.h"
#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/battery/hours.h"
#include "agent/power/battery/square.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr Duration kAwayUnknown = hours{3};  // mostly a short reboot, sometimes a night without power
// A battery that was near its disconnect was cut off by it, and comes back when it took charge again for some hours.
constexpr double kNearEmpty = 0.25;
constexpr Believed kTakenUntilBack{0.15, 0.17};
constexpr Duration kMakesUnsure = minutes{45};
constexpr double kUnseenPart = 0.7;   // of the usual current, as one standard deviation of what flows unseen
constexpr double kUnusualPart = 0.7;  // of what usually flows at that hour: an outage is no usual time

}  // namespace

bool BatteryMemory::is_of_another(const BatterySettings& settings) const {
  constexpr double kRounding = 1e-4;  // of what was written
  const auto differs = [](auto was, auto is) {
    return was && std::abs(was->value() - is.value()) > kRounding * is.value();
  };
  return differs(rated, settings.capacity) || differs(nominal, settings.nominal) ||
         (lithium && *lithium != (settings.chemistry == Chemistry::LithiumIronPhosphate));
}

void BatteryEstimator::restore(const BatteryMemory& memory, std::optional<Duration> away) {
  // Of an earlier release only one that had been learned.
  if ((memory.health || memory.capacity_off) && memory.capacity.value() > 0) {
    constexpr double kOff = 0.07;
    filter_.set_capacity({memory.capacity / settings_.capacity, memory.capacity_off.value_or(kOff)});
    capacity_kept_ = memory.health.has_value();
  }
  if (memory.efficiency) {
    filter_.set_efficiency({*memory.efficiency, traits_of(settings_.chemistry).charge_efficiency_off / 2});
  }
  if (memory.ohms) {
    resistance_.restore(*memory.ohms);
  }
  if (memory.current_offset) {
    // Of the source that is met first; another one starts anew.
    constexpr double kOffsetOff = 0.03;
    offsets_.fill(Believed{memory.current_offset->value(), kOffsetOff});
  }
  if (memory.bias && memory.bias_off && memory.drop && memory.drop_off) {
    filter_.set_voltages({*memory.bias, *memory.bias_off}, {*memory.drop, *memory.drop_off});
  }
  if (memory.usual) {
    usual_square_ = std::pow(memory.usual->value(), 2);
  }
  full_before_ = memory.since_full;
  if (full_before_) {
    *full_before_ += away.value_or(Duration{});
  }
  if (memory.load) {
    measurements_.restore_load(*memory.load);
  }
  if (memory.day) {
    usual_day_.restore(*memory.day, Instant{} + -away.value_or(Duration{}));
  }
  take_charge(memory, away);
  if (!away) {
    usual_day_ = {};  // nobody knows which hour it is of that day
    unplaced_day_ = memory.day;
  }
}

void BatteryEstimator::bridge(ChargeFilter& filter, Instant from, Duration elapsed, Duration before) const {
  const UsualDay::Expected expected = usual_day_.between(from, from + elapsed);
  const double unseen = kUnseenPart * std::sqrt(usual_square_);
  const double unusual = kUnusualPart * expected.size.value();
  filter.guess_count(AmpHours{expected.known * expected.mean.value() * hours_of(elapsed)});
  const double off = std::sqrt(expected.known * square(unusual) + (1 - expected.known) * square(unseen));
  filter.lose_count(elapsed, before, Amps{off});
}

void BatteryEstimator::take_charge(const BatteryMemory& memory, std::optional<Duration> away) {
  if (!memory.state_of_charge) {
    return;
  }
  filter_.set_charge({memory.state_of_charge->value() / 100, memory.error.value() / 100 / kNineteenOfTwenty});
  const Believed kept = filter_.charge();
  if (!away && kept.value - kept.off <= kNearEmpty) {
    filter_.set_charge({kept.value + kTakenUntilBack.value, std::hypot(kept.off, kTakenUntilBack.off)});
    returned_ = true;
  } else if (away && *away <= kLongestStep) {
    filter_.lose_count(std::max(Duration{}, *away), {}, Amps{kUnseenPart * std::sqrt(usual_square_)});
  } else if (away) {
    bridge(filter_, Instant{} + -*away, *away, {});
  } else {
    bridge(filter_, Instant{}, kAwayUnknown, {});
    filter_.set_charge({kept.value, filter_.charge().off});  // mostly nearly nothing flowed
  }
  unsure_ = !away || *away >= kMakesUnsure;
  counted_ = true;
}

// What was learned meanwhile in a day of its own is worth more: it is of now.
void BatteryEstimator::place_day(std::optional<Instant> kept_at) {
  const auto day = std::exchange(unplaced_day_, std::nullopt);
  if (day && kept_at && last_ && !usual_day_.kept(*last_)) {
    usual_day_.restore(*day, *kept_at);
  }
}

void BatteryEstimator::was_away(Duration away) {
  if (full_before_) {
    *full_before_ += away;
  }
}

BatteryMemory BatteryEstimator::memory(Instant now) const {
  const BatteryState now_state = state(now);
  const ChemistryTraits& traits = traits_of(settings_.chemistry);
  BatteryMemory memory;
  memory.state_of_charge = now_state.state_of_charge;
  memory.error = now_state.error;
  const Believed capacity = filter_.capacity();
  memory.capacity = settings_.capacity * capacity.value;
  memory.capacity_off = capacity.off;
  memory.health = now_state.health;
  memory.ohms = now_state.ohms;
  memory.since_full = now_state.since_full;
  const Believed offset = filter_.offset();
  if (current_ && offset.off < kLearned * current_->quality.offset.value()) {
    memory.current_offset = Amps{offset.value};
  }
  const Believed efficiency = filter_.efficiency();
  if (efficiency.off < kLearned * traits.charge_efficiency_off) {
    memory.efficiency = efficiency.value;
  }
  const Believed bias = filter_.bias();
  const Believed drop = filter_.drop();
  memory.bias = bias.value;
  memory.bias_off = bias.off;
  memory.drop = drop.value;
  memory.drop_off = drop.off;
  memory.usual = Amps{std::sqrt(usual_square_)};
  memory.load = measurements_.usual_load();
  memory.rated = settings_.capacity;
  memory.nominal = settings_.nominal;
  memory.lithium = settings_.chemistry == Chemistry::LithiumIronPhosphate;
  memory.day = unplaced_day_ ? unplaced_day_ : usual_day_.kept(now);
  return memory;
}

}  // namespace karkara
