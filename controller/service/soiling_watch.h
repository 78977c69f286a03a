// Compares the sun of all sites when it is time, and gives each site its finding. Refuses to compare under the fleet's
// lock: sessions would wait for it. Ticked by the controller's loop; the comparison itself is controller/fleet/sun.
#pragma once

#include "controller/service/live_fleet.h"

namespace karkara {

class SoilingWatch {
 public:
  // Days end at different hours and sites report when their link allows.
  static constexpr Duration kPause = std::chrono::hours{6};

  explicit SoilingWatch(LiveFleet& fleet) : fleet_{fleet} {}
  void tick();     // compares when the last time is kPause ago, or never was
  void compare();  // now; about a second for 35,000 sites

 private:
  LiveFleet& fleet_;
  std::optional<Instant> compared_;
};

}  // namespace karkara
