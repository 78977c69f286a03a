// Two devices that tell of one uplink: what either asks for holds, so that the more urgent wins, and the reasons of
// both are told. Refuses to choose between two places: where the uplink is, the first says that says anything. Pure.
// Used by UplinkDevices and Site.
#pragma once

#include <string>

#include "agent/facts/uplink_advice.h"

namespace karkara {

inline void join(const std::string& said, std::string& all) {
  if (!said.empty() && all.find(said) == std::string::npos) {
    all += (all.empty() ? "" : "; ") + said;
  }
}

inline void join(const UplinkAdvice& more, UplinkAdvice& advice) {
  const UplinkAdvice before = advice;
  const bool is_placed =
      !before.interface.empty() || before.address || before.address6 || before.gateway || !before.ledger_key.empty();
  if (!is_placed) {
    advice = more;
    advice.draining = before.draining;
    advice.held = before.held;
    advice.unusable = before.unusable;
    advice.recovering = before.recovering;
  }
  join(more.draining, advice.draining);
  join(more.held, advice.held);
  join(more.unusable, advice.unusable);
  join(more.recovering, advice.recovering);
}

}  // namespace karkara
