// ITU-R P.1812: basic transmission loss of a terrestrial path that is not exceeded for a share of time and of
// locations, 30 MHz to 6 GHz, 0.25 to 3000 km, antennas within 3 km of the ground. Line of sight, diffraction, ducting
// and scatter. Refuses what the Recommendation refuses (and unknown heights); a frequency outside its range is a
// warning, as in the reference implementation. The refractivity gradient and the sea-level refractivity come from ITU
// maps that may not be shipped: they are inputs. Coverage calls it, as a second opinion beside ITM and wherever clutter
// heights are known.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/units.h"
#include "controller/planner/propagation/path_profile.h"
#include "controller/planner/propagation/polarization.h"

namespace karkara::propagation::p1812 {

enum class Zone : std::uint8_t { Sea = 1, CoastalLand = 3, Inland = 4 };

// Unequal steps are allowed. NaN is an unknown height.
struct Terrain {
  std::span<const double> km;       // ascending, the first 0
  std::span<const double> heights;  // m above sea level
  std::span<const double> clutter;  // m above ground; none: bare ground
  std::span<const Zone> zones;      // none: all inland
};

std::vector<double> equal_distances(const PathProfile& profile);  // km, for Terrain

struct Link {
  Metres tx_height;  // above ground
  Metres rx_height;
  Megahertz frequency;
  Polarization polarization = Polarization::Vertical;
  Degrees latitude;              // of the path's middle
  double gradient_n_units = 45;  // average lapse of refractivity in the lowest kilometre, N-units/km, positive
  double sea_level_n_units = 325;
  double tx_coast_km = 500;  // over land to the coast; 0 for a ship
  double rx_coast_km = 500;
};

struct Share {
  Percent time{50};       // 1 to 50
  Percent locations{50};  // within 1 to 99 it means something
  Db location_sigma{0};
};

enum class Sight { Clear, BeyondHorizon };

struct Answer {
  Db loss;
  Db free_space;
  Db diffraction;             // beyond free space, for the share of time
  double field_strength = 0;  // dB(uV/m) for 1 kW effective radiated
  Sight sight = Sight::Clear;
  double tx_horizon_km = 0;
  double rx_horizon_km = 0;
  std::uint32_t warnings = 0;
};

inline constexpr std::uint32_t kFrequencyOutOfRange = 1;
inline constexpr std::uint32_t kPathTooShort = 2;  // under 250 m
inline constexpr std::uint32_t kPathTooLong = 4;   // over 3000 km
inline constexpr std::uint32_t kLocationsInTail = 8;
std::vector<std::string_view> warning_texts(std::uint32_t warnings);
// Whatever the path.
std::uint32_t warnings_of(const Link& link, const Share& share);

Result<Answer> loss(const Terrain& terrain, const Link& link, const Share& share);
// Over equal steps. What the profile says stands on the ground is clutter of section 3.2: it counts for diffraction,
// and not for the smooth Earth under it.
Result<Answer> loss_over(const PathProfile& profile, const Link& link, const Share& share);

// What a share of locations costs over the median where they vary by `sigma`, as in (69): below 50 % less than nothing.
Db location_margin(Percent locations, Db sigma);

// How much the loss varies within a square of `width` around the receiver (section 4.8): a standard deviation.
Db location_sigma(Megahertz frequency, Metres rx_height, Metres clutter_height, Metres width);

}  // namespace karkara::propagation::p1812
