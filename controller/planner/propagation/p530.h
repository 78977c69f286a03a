// Design of line-of-sight hops by ITU-R P.530-18: clearance over terrain at two refractions, multipath fading, rain,
// and what both leave of the year. Refuses hops that are none, and what the Recommendation's maps do not give is an
// input: they may not be shipped. Backhaul planning calls it. No published cases exist; tests hold its laws and limits.
#pragma once

#include <optional>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/p526.h"
#include "controller/planner/propagation/p838.h"
#include "controller/planner/propagation/path_profile.h"

namespace karkara::propagation::p530 {

// --- Clearance (section 2.2) ---

enum class ClearanceClimate { Temperate, Tropical };  // in doubt tropical, which asks for more
enum class Obstacle { Isolated, Extended };

struct ClearanceRule {
  ClearanceClimate climate = ClearanceClimate::Tropical;
  Obstacle obstacle = Obstacle::Extended;
  double median_k = 4.0 / 3.0;
  // Exceeded in 99.9 % of the worst month. Figure 2 draws it for continental temperate climates, rising with the path's
  // length from about 0.6 at 20 km; 0.6 asks for more than the figure on longer paths.
  double low_k = 0.6;
};

struct Clearance {
  double fraction = 0;  // least of height over the ground by the first Fresnel radius; negative: obstructed
  Metres at;            // where, from the transmitter
};

struct Verdict {
  Clearance at_median_k;
  std::optional<Clearance> at_low_k;  // where the rule asks for it
  double asked_at_median_k = 1.0;
  double asked_at_low_k = 0;
  Metres missing;  // by which both antennas would have to rise; 0 when the hop is clear
  [[nodiscard]] bool clear() const { return !(missing.value() > 0); }
};

// What the second step of section 2.2.2.1 asks of a hop of that length at the low k; none where it asks for nothing.
std::optional<double> asked_at_low_k(const ClearanceRule& rule, Metres length);

Result<Metres> fresnel_radius(Metres from_tx, Metres from_rx, Megahertz frequency);  // first, (3)

Result<Clearance> clearance(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency, double k);

// Ground, vegetation and buildings are one: add what stands on the ground to the heights.
Result<Verdict> judge_clearance(const PathProfile& profile, const p526::Antennas& antennas, Megahertz frequency,
                                const ClearanceRule& rule = {});

// --- Multipath (section 2.3) ---

struct Hop {
  Metres length;
  Megahertz frequency;
  Metres tx_altitude;  // antennas above sea level
  Metres rx_altitude;
  Metres mean_ground;  // along the path, above sea level, without trees
  Degrees latitude;
  // Of the Recommendation's maps at the path's middle: log10 of the geoclimatic factor K, and the growth of
  // refractivity over the lowest 75 m in 0.1 % of the worst month, N-units.
  double log10_k;
  double dn75;
};

// Share of time in which a fade is deeper. 0 on hops up to 5 km, where the Recommendation asks for none. Refused where
// fading would occur more often than the Recommendation's distribution is drawn for (p0 above 1000 %).
Result<Percent> fade_in_worst_month(const Hop& hop, Db depth);  // (7) to (18)
Result<Percent> fade_in_year(const Hop& hop, Db depth);         // (24) to (25)

// --- Rain (section 2.4) ---

struct RainHop {
  Metres length;  // up to 60 km
  Megahertz frequency;
  Polarization polarization = Polarization::Vertical;
  Degrees elevation{0};
  p838::RainRate rate_0_01;  // exceeded in 0.01 % of the year, over minutes
};

// Exceeded for a share of the year, 0.001 to 1 %.
Result<Db> rain_attenuation(const RainHop& hop, Percent time);

// Share of the year in which rain takes more than `margin`.
Result<Percent> rain_outage(const RainHop& hop, Db margin);

// --- Both ---

struct Outage {
  Percent multipath;
  Percent rain;
  [[nodiscard]] Percent availability() const { return Percent{100} - multipath - rain; }
};
Result<Outage> outage_in_year(const Hop& hop, const RainHop& rain, Db margin);

}  // namespace karkara::propagation::p530
