// What an uplink is, all that is known taken together: its health, what other features advise, what an operator
// ordered, what the ledger allows. Pure; the choice and the reports are made from it.
#pragma once

#include <string>

#include "agent/facts/uplink_advice.h"
#include "agent/uplink/health.h"

namespace karkara {

struct Standing {
  UplinkState shown = UplinkState::Absent;
  std::string why;               // the evidence, or what overrules it
  std::string held;              // no class may use it
  std::string held_but_control;  // only the control class may
  bool draining = false;
  bool walled = false;      // good by its echoes, and leads to a portal: used only when nothing else is there
  std::string overspent{};  // only the control class and those that may overspend may
};

struct StandingInputs {
  const UplinkHealth& health;
  const UplinkAdvice& advice;
  std::string held_by_operator{};
  std::string portal{};           // who answers instead of the outside
  std::string quota{};            // why the bundle holds it; the control class may use the reserve
  bool quota_for_control = true;  // false: not even that is left
  std::string cost{};             // why its money holds it
};

[[nodiscard]] Standing standing(const StandingInputs& inputs);

// No way out over it, and not because nobody can be asked: an interface without an address is as dead as one without
// carrier.
[[nodiscard]] bool has_failed(const UplinkHealth& health);

}  // namespace karkara
