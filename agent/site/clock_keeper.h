// When the router's clock may be believed, and how it is put right: routers boot in 1970, and certificates need a date.
// Time comes only from authenticated anchor echoes. Pure; reads no clock.
#pragma once

#include <optional>

#include "agent/facts/effects.h"
#include "agent/facts/status.h"

namespace karkara {

class ClockKeeper {
 public:
  // floor: the latest time that is known to have passed: build, last saved, bundle. may_set: the agent owns the clock.
  ClockKeeper(WallTime floor, bool may_set) : floor_{floor}, may_set_{may_set} {}

  void raise_floor(WallTime floor) { floor_ = std::max(floor_, floor); }
  void set_policy(bool may_set) { may_set_ = may_set; }
  // What to do about an anchor's time, given what the clock says now.
  Effects on(const AnchorTime& anchor, Instant now, WallTime wall);
  Effects on(const ClockStepped& step);

  [[nodiscard]] bool trusted(WallTime wall) const { return wall >= floor_; }
  [[nodiscard]] WallTime floor() const { return floor_; }

 private:
  WallTime floor_;
  bool may_set_;
  bool stepped_ = false;  // once a boot; afterwards the clock is only slewed
  bool stepping_ = false;
  std::optional<Instant> slewed_at_;
};

}  // namespace karkara
