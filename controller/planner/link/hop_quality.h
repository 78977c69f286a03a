// What a radio hop gives over the year: margin, availability (P.530 multipath and rain, P.676 air), rate, clearance.
// And how far a profile may go at all. Refuses hops over unknown ground. Called by plan searches for the hops they
// chose, by `karkara-plan link` for any.
#pragma once

#include <vector>

#include "common/result.h"
#include "controller/planner/link/link_budget.h"
#include "controller/planner/propagation/p530.h"
#include "controller/planner/terrain/profile.h"

namespace karkara::planner {

struct HopEnds {
  Metres from_mast;
  Metres to_mast;
  Degrees latitude;  // of the middle
};

struct HopQuality {
  Db loss;    // free space and air
  Db margin;  // for fading, over the least rate
  Percent availability;
  BitsPerSecond rate;  // in still air
  propagation::p530::Verdict clearance;
};

[[nodiscard]] Result<HopQuality> hop_quality(const RadioProfile& profile, const Profile& path, const HopEnds& ends,
                                             const propagation::p530::ClearanceRule& rule = {});

// Where a hop's antennas hang, above sea level; for what a table of hops knows of it.
struct HopAltitudes {
  Metres length;
  Metres from;
  Metres to;
  Metres mean_ground;
  Degrees latitude;
};

// Whether hops keep the profile's least rate for the share of the year that it asks for; what depends on length alone
// is computed once, for each 100 m, and taken at the longer end. For a country's hops.
class HopYear {
 public:
  explicit HopYear(const RadioProfile& profile);
  [[nodiscard]] bool keeps(const HopAltitudes& hop) const;
  // No hop that is longer keeps it, however it runs: the rain alone takes more.
  [[nodiscard]] Metres reach() const;

 private:
  struct AtLength {
    Db margin;
    Percent rain;  // of the year without
  };
  RadioProfile profile_;
  std::vector<AtLength> at_;  // up to the profile's reach, or to where no margin is left
};

// In still air, over a free path.
[[nodiscard]] Result<BitsPerSecond> rate_over(const RadioProfile& profile, Metres length);

// The longest hop over flat ground, both masts of that height, that keeps the profile's availability and least rate;
// at most its reach. 0 m where none does.
[[nodiscard]] Metres longest_hop(const RadioProfile& profile, Metres mast, Degrees latitude);

}  // namespace karkara::planner
