// When the router's clock may be believed, and how it is put right: routers boot in 1970, and certificates need a date.
// Time comes only from authenticated anchor echoes. Pure; reads no clock.
#pragma once

#include <algorithm>
#include <optional>

#include "agent/facts/effects.h"
#include "agent/facts/status.h"

namespace karkara {

class ClockKeeper {
 public:
  // certain: a time that has passed whatever a clock said: build, bundle. saved: what the clock said in an earlier run,
  // which may have been wrong. may_set: the agent owns the clock.
  ClockKeeper(WallTime certain, WallTime saved, bool may_set) : certain_{certain}, saved_{saved}, may_set_{may_set} {}

  void raise_certain(WallTime certain) { certain_ = std::max(certain_, certain); }
  void save(WallTime wall) { saved_ = wall; }
  void set_policy(bool may_set) { may_set_ = may_set; }
  // What to do about an anchor's time, given what the clock says now.
  Effects on(const AnchorTime& anchor, Instant now, WallTime wall);
  Effects on(const ClockStepped& step);

  // Good enough for certificates, which need dates and not seconds.
  [[nodiscard]] bool trusted(WallTime wall) const { return wall >= std::max(certain_, saved_); }

 private:
  WallTime certain_;
  WallTime saved_;
  bool may_set_;
  bool stepped_ = false;  // once a boot; afterwards the clock is only slewed
  bool stepping_ = false;
  std::optional<Instant> slewed_at_;
};

}  // namespace karkara
