#include "agent/power/shed/shed_ladder.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <utility>

#include "agent/power/battery/chemistry_traits.h"
#include "agent/power/shed/battery_look.h"

namespace karkara {
namespace {

constexpr Duration kDebounce = std::chrono::seconds{60};
constexpr Duration kRiseHeld = std::chrono::minutes{10};
constexpr double kMostRise = 97;  // percent: a limit of 90 and 10 more would never be reached
// A stage that is taken again within a day of being left was left too early: the next time with more charge. On a small
// battery, that ends with leaving it only when full. Two days without are enough to forget it.
constexpr Duration kTooEarly = std::chrono::hours{20};
constexpr double kReluctanceStep = 10;
constexpr double kMostReluctance = 30;
constexpr Duration kForgetsReluctance = std::chrono::hours{48};
// Of a 12 V block. At rest some 5 to 10 % are left there; under load, what the disconnect itself sees.
constexpr Volts kNearAtRestLeadAcid{0.35};
constexpr Volts kNearAtRestLithium{0.4};
constexpr Volts kNearUnderLoad{0.1};
// By voltage alone, above the limit: the spans of chargers' reconnects (LibreSolar's survey has 0.5 to 2 V).
constexpr Volts kRiseLeadAcid{0.6};
constexpr Volts kRiseLithium{0.3};

bool is_lead(const BatterySettings& settings) {
  return settings.chemistry == Chemistry::LeadAcid;
}

std::string named(const SheddingSettings& settings, unsigned stage) {
  return stage == 0 ? "everything on" : "stage '" + settings.stages[stage - 1].id + "'";
}

std::string likely(std::optional<double> survival) {
  return survival ? fmt::format("{:.0f} % likely", *survival * 100) : "not known yet";
}

}  // namespace

std::string_view to_string(ShedReason reason) {
  switch (reason) {
    case ShedReason::EverythingOn: return "everything on";
    case ShedReason::Charge: return "charge";
    case ShedReason::Voltage: return "voltage";
    case ShedReason::Night: return "night";
    case ShedReason::Emergency: return "emergency";
    case ShedReason::Recovering: return "recovering";
    case ShedReason::Restored: return "restored";
    case ShedReason::Unknown: return "unknown";
  }
  return "unknown";
}

ShedLadder::ShedLadder(SheddingSettings settings, const BatterySettings& battery)
    : settings_{std::move(settings)}, battery_{battery} {}

StageMemory ShedLadder::remembered() const {
  return {state_.stage, state_.stage == 0 ? std::string{} : settings_.stages[state_.stage - 1].id};
}

// By its id; where that is gone, as deep as before.
unsigned ShedLadder::place_of(const StageMemory& before) const {
  const auto same = std::ranges::find(settings_.stages, before.id, &ShedStage::id);
  if (before.stage == 0 || same == settings_.stages.end()) {
    return std::min(before.stage, deepest());
  }
  return static_cast<unsigned>(same - settings_.stages.begin()) + 1;
}

void ShedLadder::reconfigure(SheddingSettings settings, const BatterySettings& battery) {
  const StageMemory before = remembered();
  settings_ = std::move(settings);
  battery_ = battery;
  entered_.stage = state_.stage = place_of(before);
  if (state_.stage == 0) {
    entered_ = {0, ShedReason::EverythingOn, ""};
    show(entered_.reason, "");
  }
  advice_.forget();
}

void ShedLadder::look(const LadderInputs& inputs, Instant now) {
  const auto number = [](auto value) { return value ? std::optional{value->value()} : std::nullopt; };
  const auto charge = careful_charge(inputs.battery);
  charge_.see(number(charge), now);
  band_.see(charge ? std::nullopt : number(middle_of(inputs.battery.band)), now);
  volts_.see(number(plausible(inputs.battery.resting_voltage, battery_)), now);
  if (const auto steady = charge_.at(now)) {
    least_charge_ = std::min(least_charge_.value_or(*steady), *steady);
  }
}

bool ShedLadder::is_below(const ShedStage& stage, Instant now) const {
  if (const auto charge = charge_.at(now)) {
    return *charge < stage.below.value();
  }
  if (const auto volts = volts_.at(now); volts && stage.below_volts) {
    return *volts < stage.below_volts->value();
  }
  const auto band = band_.at(now);
  return band && *band < stage.below.value();
}

bool ShedLadder::has_risen(const ShedStage& stage, Instant now) const {
  const auto charge = charge_.at(now);
  const auto volts = volts_.at(now);
  if (!charge && volts && stage.below_volts) {
    const Volts rise = (is_lead(battery_) ? kRiseLeadAcid : kRiseLithium) * blocks_of(battery_);
    return *volts >= (*stage.below_volts + rise).value();
  }
  const auto percent = charge ? charge : band_.at(now);
  return percent && *percent >= std::min(kMostRise, (stage.below + settings_.rise).value() + reluctance_);
}

// Where nobody tells of charging, charge that came back proves it.
bool ShedLadder::is_recovering(const LadderInputs& inputs, Instant now) const {
  if (const auto charging = is_charging(inputs.charging, inputs.battery, inputs.sample, battery_)) {
    return *charging || is_topping(inputs.sample.phase);
  }
  const auto charge = charge_.at(now);
  return charge && least_charge_ && *charge >= *least_charge_ + settings_.rise.value();
}

std::string ShedLadder::holds(Instant now) const {
  if (const auto charge = charge_.at(now)) {
    return fmt::format("the battery holds about {:.0f} %", *charge);
  }
  if (const auto volts = volts_.at(now)) {
    return fmt::format("the battery rests at {:.2f} V", *volts);
  }
  return fmt::format("the battery's voltage lies where some {:.0f} % are usual", band_.at(now).value_or(0));
}

std::optional<ShedLadder::Step> ShedLadder::emergency(const LadderInputs& inputs, Instant now) {
  const bool charging = is_charging(inputs.charging, inputs.battery, inputs.sample, battery_).value_or(false);
  const auto rest = volts_.at(now);
  const auto load = plausible(inputs.sample.battery_voltage, battery_);
  const Volts near_at_rest = above_disconnect(battery_, is_lead(battery_) ? kNearAtRestLeadAcid : kNearAtRestLithium);
  const bool low =
      (rest && *rest < near_at_rest.value()) || (load && *load < above_disconnect(battery_, kNearUnderLoad));
  const bool is_near = near_disconnect_.see((low || advice_.is_ending(now)) && !charging, kDebounce, now);
  if (!is_near || state_.stage >= deepest()) {
    return std::nullopt;
  }
  return Step{deepest(), ShedReason::Emergency,
              low ? fmt::format("the disconnect is near: {:.2f} V", rest.value_or(load.value_or(Volts{}).value()))
                  : "the disconnect is foretold within the hour"};
}

std::optional<ShedLadder::Step> ShedLadder::by_charge(Instant now) {
  unsigned wanted = deepest();
  while (wanted > state_.stage && !is_below(settings_.stages[wanted - 1], now)) {
    --wanted;
  }
  if (!deeper_.see(wanted > state_.stage, kDebounce, now)) {
    return std::nullopt;
  }
  const ShedStage& stage = settings_.stages[wanted - 1];
  if (stage.below_volts && volts_.at(now) && !charge_.at(now)) {
    return Step{wanted, ShedReason::Voltage,
                fmt::format("{}, '{}' begins below {:.2f} V", holds(now), stage.id, stage.below_volts->value())};
  }
  return Step{wanted, ShedReason::Charge,
              fmt::format("{}, '{}' begins below {:.0f} %", holds(now), stage.id, stage.below.value())};
}

std::optional<ShedLadder::Step> ShedLadder::by_night(const LadderInputs& inputs, Instant now,
                                                     std::optional<WallTime> wall) {
  if (!settings_.follow_forecast || !inputs.forecast || !wall) {
    return std::nullopt;
  }
  const auto deeper = advice_.deeper(inputs.forecast, state_.stage, deepest(), now, *wall);
  if (!deeper) {
    return std::nullopt;
  }
  return Step{
      deeper->stage, ShedReason::Night,
      fmt::format("to survive the night with {} is {}, with {} {}", named(settings_, state_.stage),
                  likely(deeper->survival_now), named(settings_, deeper->stage), likely(deeper->survival_then))};
}

std::optional<ShedLadder::Step> ShedLadder::rising(const LadderInputs& inputs, Instant now,
                                                   std::optional<WallTime> wall) {
  if (state_.stage == 0) {
    return std::nullopt;
  }
  const bool ready = has_risen(settings_.stages[state_.stage - 1], now) && is_recovering(inputs, now);
  if (!milder_.see(ready, kRiseHeld, now) || (state_.since && now - *state_.since < settings_.least_stay)) {
    return std::nullopt;
  }
  const unsigned milder = state_.stage - 1;
  if (settings_.follow_forecast && inputs.forecast && wall && !advice_.allows(inputs.forecast, milder, now)) {
    return std::nullopt;
  }
  const std::string text = holds(now) + " and is charging";
  return Step{milder, milder == 0 ? ShedReason::EverythingOn : ShedReason::Recovering, text};
}

void ShedLadder::show(ShedReason reason, std::string text) {
  state_.reason = reason;
  state_.text = std::move(text);
}

void ShedLadder::go(Step step, Instant now) {
  if (step.stage < state_.stage) {
    rose_ = now;
  } else if (rose_ && now - *rose_ < kTooEarly) {
    reluctance_ = std::min(kMostReluctance, reluctance_ + kReluctanceStep);
    rose_.reset();
  }
  state_.stage = step.stage;
  state_.since = now;
  entered_ = std::move(step);
  least_charge_ = charge_.at(now);
  deeper_.forget();
  milder_.forget();
  advice_.forget();
}

const LadderState& ShedLadder::see(const LadderInputs& inputs, Instant now, std::optional<WallTime> wall) {
  if (settings_.stages.empty()) {
    return state_;
  }
  if (!state_.since) {
    state_.since = now;
  }
  if (now - *state_.since > kForgetsReluctance) {
    reluctance_ = 0;
  }
  look(inputs, now);
  auto step = emergency(inputs, now);
  if (!step) {
    step = by_charge(now);
  }
  if (!step) {
    step = by_night(inputs, now, wall);
  }
  if (!step) {
    step = rising(inputs, now, wall);
  }
  if (step) {
    go(std::move(*step), now);
  }
  if (!is_known(now)) {
    show(ShedReason::Unknown, "nothing is known of the battery: stays at " + named(settings_, state_.stage));
  } else {
    show(entered_.reason, entered_.text);
  }
  return state_;
}

std::string ShedLadder::memory() const {
  return to_text(remembered());
}

Status ShedLadder::restore(std::string_view memory, Instant now) {
  const auto read = stage_memory_from(memory);
  if (!read) {
    return read.error();
  }
  const unsigned stage = place_of(*read);
  if (stage > 0) {
    go({stage, ShedReason::Restored, "as before the restart"}, now);
    show(entered_.reason, entered_.text);
  }
  return {};
}

}  // namespace karkara
