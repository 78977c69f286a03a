// How metrics and pages look at the fleet: a visit under the owner's lock. Refuses to hand out anything that outlives
// the visit. Implemented by controller/service/live_fleet.h.
#pragma once

#include <functional>

#include "controller/fleet/fleet.h"

namespace karkara {

class FleetAccess {
 public:
  virtual ~FleetAccess() = default;
  using Visit = std::function<void(const Fleet& fleet, Moment now)>;
  // Keep it short: sessions wait meanwhile.
  virtual void visit(const Visit& look) const = 0;
};

}  // namespace karkara
