// Diffraction by ITU-R P.526: a single knife edge, the Bullington construction, a smooth spherical Earth, and the
// "delta-Bullington" method for general ground that joins the last two. Losses are beyond free space and never
// negative. They refuse paths without length, antennas under the smooth ground and ground constants that no ground has;
// an unknown height is an error. Backhaul hops and P.1812 call it. Valid above 10 MHz.
#pragma once

#include <span>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/path_profile.h"
#include "controller/planner/propagation/polarization.h"

namespace karkara::propagation::p526 {

// 4/3 of the Earth's mean radius, 6371 km: the median of a standard atmosphere.
inline constexpr Metres kEffectiveRadius{8'494'667};

struct Ground {
  double permittivity = 22;     // relative; land of P.1812 and P.452
  double conductivity = 0.003;  // S/m
};

struct Wave {
  Megahertz frequency;
  Polarization polarization = Polarization::Vertical;
};

struct Antennas {
  Metres tx_height;  // above ground
  Metres rx_height;
};

// J(v) of (31) for the edge's parameter v: 0 dB below -0.78, 6.0 dB at grazing.
Db knife_edge(double v);

// An edge `above_line` over (or under, if negative) the straight line between the ends, the Earth's bulge included.
Result<Db> single_edge(Metres above_line, Metres from_tx, Metres from_rx, Megahertz frequency);

Result<Db> bullington(const PathProfile& profile, const Antennas& antennas, Megahertz frequency,
                      Metres effective_radius = kEffectiveRadius);

Result<Db> spherical_earth(Metres distance, const Antennas& antennas, const Wave& wave, const Ground& ground = {},
                           Metres effective_radius = kEffectiveRadius);

struct DeltaBullington {
  Db loss;
  Db bullington;         // over the ground as it is
  Db smooth_bullington;  // over the smooth surface
  Db spherical;
};
Result<DeltaBullington> delta_bullington(const PathProfile& profile, const Antennas& antennas, const Wave& wave,
                                         const Ground& ground = {}, Metres effective_radius = kEffectiveRadius);

}  // namespace karkara::propagation::p526
