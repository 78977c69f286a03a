// What a radio hop gives over the year: margin, availability (P.530 multipath and rain, P.676 air), rate, clearance.
// And how far a profile may go at all. Refuses hops over unknown ground. Called by plan searches for the hops they
// chose, by `karkara-plan link` for any.
#pragma once

#include <utility>
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

// By the profile's own clearance rule.
[[nodiscard]] Result<HopQuality> hop_quality(const RadioProfile& profile, const Profile& path, const HopEnds& ends);

// What nobody knows exactly of the air over a hop. All are assumed: the maps of P.530 and P.837 come without errors.
struct HopDoubts {
  double log10_k = 0.5;  // the geoclimatic factor may be three times greater or smaller
  double dn75 = 15;      // N-units
  double rain = 0.25;    // of the rate
};

enum class HopCause : unsigned char { GeoclimaticFactor, RefractivityGradient, RainRate };

struct HopContribution {
  HopCause cause;
  Percent low;  // least and greatest availability, the nominal one included
  Percent high;
};

// How far the availability moves with these, one after the other.
struct AvailabilityBand {
  Percent nominal;
  Percent low;
  Percent high;
  std::vector<HopContribution> by_cause;
};

[[nodiscard]] Result<AvailabilityBand> availability_band(const RadioProfile& profile, const Profile& path,
                                                         const HopEnds& ends, const HopDoubts& doubts = {});

// Where a hop's antennas hang, above sea level; for what a table of hops knows of it.
struct HopAltitudes {
  Metres length;
  Metres from;
  Metres to;
  Metres mean_ground;
  Degrees latitude;
};

// Whether hops keep the profile's least rate for the share of the year that it asks for; what depends on length and
// rain alone is computed once, for each 100 m and, where rain goes by latitude, for each mm/h, and taken at the longer
// and wetter end. For a country's hops.
class HopYear {
 public:
  explicit HopYear(const RadioProfile& profile);
  [[nodiscard]] bool keeps(const HopAltitudes& hop) const;
  // No hop that is longer keeps it, however it runs and wherever: the rain alone takes more.
  [[nodiscard]] Metres reach() const;

 private:
  struct AtLength {
    Db margin;
    std::vector<Percent> rain;  // of the year without, by rate from the least on
  };
  [[nodiscard]] double rate_of(std::size_t step) const;

  RadioProfile profile_;
  std::pair<double, double> rates_;  // mm/h, the least and the greatest
  std::vector<AtLength> at_;         // up to the profile's reach, or to where no margin is left
};

// In still air, over a free path.
[[nodiscard]] Result<BitsPerSecond> rate_over(const RadioProfile& profile, Metres length);

// The longest hop over flat ground, both masts of that height, that keeps the profile's availability and least rate;
// at most its reach. 0 m where none does.
[[nodiscard]] Metres longest_hop(const RadioProfile& profile, Metres mast, Degrees latitude);

}  // namespace karkara::planner
