#include "agent/mesh/radio_deed.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr double kSlack = 0.5;  // drivers round to whole dBm

const RadioInterface* loudest(const RadioSeen& seen) {
  const RadioInterface* found = nullptr;
  for (const RadioInterface& interface : seen.interfaces) {
    if (interface.on && interface.power && (found == nullptr || *interface.power > *found->power)) {
      found = &interface;
    }
  }
  return found;
}

std::optional<RadioDeed> switch_deed(const RadioState& state) {
  RadioSwitch deed{state.wish.on, {}};
  for (const RadioInterface& interface : state.seen.interfaces) {
    const bool by_us = std::ranges::find(state.memory.off, interface.name) != state.memory.off.end();
    if (state.wish.on ? !interface.on && by_us : interface.on) {
      deed.interfaces.push_back(interface);
    }
  }
  return deed.interfaces.empty() ? std::nullopt : std::optional<RadioDeed>{std::move(deed)};
}

// A driver may give less than it was asked for, by its tables or its heat; that is not asked for again and again.
bool gave_less(const RadioState& state, Dbm wanted, Dbm now) {
  return now < wanted && state.set && state.set->asked == wanted && state.set->came &&
         now.value() >= state.set->came->value() - kSlack;
}

std::optional<RadioDeed> level_deed(const RadioState& state) {
  if (!state.wish.most) {
    return state.memory.lowered ? std::optional<RadioDeed>{RadioLevel{state.memory.lowered->fixed}} : std::nullopt;
  }
  const auto now = power_of(state.seen);
  const auto wanted = allowed_level(state.wish, state.seen);
  if (!now || !wanted) {
    return std::nullopt;
  }
  const bool louder = now->value() > wanted->value() + kSlack;
  const bool quieter = now->value() < wanted->value() - kSlack;
  const bool raise = quieter && !state.wish.saves && !gave_less(state, *wanted, *now);
  return louder || raise ? std::optional<RadioDeed>{RadioLevel{wanted}} : std::nullopt;
}

}  // namespace

bool operator==(const RadioSwitch& a, const RadioSwitch& b) {
  return a.on == b.on &&
         std::ranges::equal(a.interfaces, b.interfaces, {}, &RadioInterface::name, &RadioInterface::name);
}

std::optional<RadioDeed> next_deed(const RadioState& state) {
  if (auto deed = switch_deed(state)) {
    return deed;
  }
  return state.wish.on ? level_deed(state) : std::nullopt;
}

std::optional<Dbm> power_of(const RadioSeen& seen) {
  const RadioInterface* found = loudest(seen);
  return found != nullptr ? found->power : std::nullopt;
}

bool is_on(const RadioSeen& seen) {
  return std::ranges::any_of(seen.interfaces, &RadioInterface::on);
}

std::optional<Dbm> allowed_level(const RadioWish& wish, const RadioSeen& seen) {
  if (!wish.most) {
    return std::nullopt;
  }
  const RadioInterface* found = loudest(seen);
  const bool limited = found != nullptr && found->allowed && *found->allowed < *wish.most;
  return limited ? Dbm{std::floor(found->allowed->value())} : *wish.most;
}

bool is_reduction(const RadioDeed& deed, const RadioSeen& seen) {
  return std::visit(Overloaded{[](const RadioSwitch& change) { return !change.on; },
                               [&](const RadioLevel& change) {
                                 const auto now = power_of(seen);
                                 return change.most && now && *change.most < *now;
                               }},
                    deed);
}

std::string to_text(const RadioDeed& deed) {
  return std::visit(Overloaded{[](const RadioSwitch& change) { return std::string{change.on ? "on" : "off"}; },
                               [](const RadioLevel& change) {
                                 return change.most ? fmt::format("{:.0f} dBm at most", change.most->value())
                                                    : std::string{"power as the driver likes"};
                               }},
                    deed);
}

}  // namespace karkara
