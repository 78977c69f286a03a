#include "agent/uplink/standing.h"

namespace karkara {

Standing standing(const StandingInputs& in) {
  Standing now{in.health.state(), in.health.evidence(), {}, {}, false};
  const bool good = now.shown == UplinkState::Up || now.shown == UplinkState::Suspect;
  if (!in.advice.draining.empty() && good) {
    now = {UplinkState::Drain, in.advice.draining, {}, {}, true};
  }
  if (!in.advice.recovering.empty() && !good) {
    now.shown = UplinkState::Recover;
    now.why = in.advice.recovering;
  }
  if (!in.advice.unusable.empty() && has_failed(in.health)) {
    now.why = in.advice.unusable;
  }
  if (!in.portal.empty()) {
    now.shown = UplinkState::Portal;
    now.why = in.portal;
    // What lets echoes pass may let a village sign in; and were it our own fault, no village may be cut off by it.
    now.walled = good;
    now.held = good ? "" : in.portal;
  }
  if (!in.quota.empty()) {
    now.shown = good ? UplinkState::Held : now.shown;
    now.why = good ? in.quota : now.why;
    (in.quota_for_control ? now.held_but_control : now.held) = in.quota;
  }
  if (!in.cost.empty()) {
    now.shown = good ? UplinkState::Held : now.shown;
    now.why = good && in.quota.empty() ? in.cost : now.why;
    now.overspent = in.cost;
  }
  // A person's word is shown before all else: it is what another person has to take back.
  for (const std::string& held : {in.advice.held, in.held_by_operator}) {
    if (!held.empty()) {
      now.shown = in.health.path().link == 0 ? now.shown : UplinkState::Held;
      now.why = now.held = held;
    }
  }
  return now;
}

bool has_failed(const UplinkHealth& health) {
  switch (health.state()) {
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Down: return true;
    case UplinkState::Addressed: return !health.path().usable();
    case UplinkState::Probation:
    case UplinkState::Up:
    case UplinkState::Suspect:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: break;
  }
  return false;
}

}  // namespace karkara
