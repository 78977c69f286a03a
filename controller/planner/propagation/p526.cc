#include "controller/planner/propagation/p526.h"

#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include "controller/planner/propagation/checks.h"
#include "controller/planner/propagation/diffraction_steps.h"

namespace karkara::propagation::p526 {
namespace {

Status check_frequency(Megahertz frequency) {
  if (!is_between(frequency.value(), 10, 1'000'000)) {
    return refusal("p526", "the frequency is outside 10 MHz to 1 THz");
  }
  return {};
}

Status check(Metres distance, const Antennas& antennas, Megahertz frequency, Metres effective_radius) {
  if (!is_between(distance.value(), 1, 20'000'000)) {
    return refusal("p526", "the path is not between 1 m and 20000 km long");
  }
  if (!is_between(antennas.tx_height.value(), 0.1, 20'000) || !is_between(antennas.rx_height.value(), 0.1, 20'000)) {
    return refusal("p526", "an antenna is not between 0.1 m and 20 km above ground");
  }
  if (!is_between(effective_radius.value(), 100'000, 1e9)) {
    return refusal("p526", "the effective Earth radius is outside 100 to 1000000 km");
  }
  return check_frequency(frequency);
}

Status check(const Ground& ground) {
  if (!is_between(ground.permittivity, 1.01, 1e4) || !is_between(ground.conductivity, 0, 1e8)) {
    return refusal("p526", "no ground has this permittivity or conductivity");
  }
  return {};
}

std::vector<double> distances_of(const PathProfile& profile) {
  std::vector<double> km(profile.heights.size());
  for (std::size_t i = 0; i < km.size(); ++i) {
    km[i] = static_cast<double>(i) * profile.spacing.value() / 1000;
  }
  return km;
}

Ends ends_of(const PathProfile& profile, const Antennas& antennas) {
  return {profile.heights.front() + antennas.tx_height.value(), profile.heights.back() + antennas.rx_height.value()};
}

Result<Db> finite(double loss) {
  if (!std::isfinite(loss)) {
    return refusal("p526", "the path is outside what the model can compute");
  }
  return Db{std::max(loss, 0.0)};
}

double ghz_of(Megahertz frequency) {
  return frequency.value() / 1000;
}

}  // namespace

Db knife_edge(double v) {
  return Db{edge_loss(v)};
}

Result<Db> single_edge(Metres above_line, Metres from_tx, Metres from_rx, Megahertz frequency) {
  if (const Status sound = check_frequency(frequency); !sound) {
    return sound.error();
  }
  if (!is_between(from_tx.value(), 1e-3, 1e9) || !is_between(from_rx.value(), 1e-3, 1e9)) {
    return refusal("p526", "an edge stands between two ends, at distances above 0");
  }
  if (!is_between(above_line.value(), -1e6, 1e6)) {
    return refusal("p526", "the edge's height is no height");
  }
  const double wavelength = kLightPerGhz / ghz_of(frequency);
  const double v =
      above_line.value() * std::sqrt(2 / wavelength * (1 / from_tx.value() + 1 / from_rx.value()));  // (26)
  return finite(edge_loss(v));
}

Result<Db> bullington(const PathProfile& profile, const Antennas& antennas, Megahertz frequency,
                      Metres effective_radius) {
  if (const Status sound = check_profile(profile); !sound) {
    return sound.error();
  }
  if (const Status sound = check(profile.length(), antennas, frequency, effective_radius); !sound) {
    return sound.error();
  }
  const std::vector<double> km = distances_of(profile);
  const Ends ends = ends_of(profile, antennas);
  const RayPeaks peaks = ray_peaks({km, profile.heights}, ends, 1000 / effective_radius.value());
  return finite(bullington_loss(peaks, ends, km.back(), ghz_of(frequency)));
}

Result<Db> spherical_earth(Metres distance, const Antennas& antennas, const Wave& wave, const Ground& ground,
                           Metres effective_radius) {
  if (const Status sound = check(distance, antennas, wave.frequency, effective_radius); !sound) {
    return sound.error();
  }
  if (const Status sound = check(ground); !sound) {
    return sound.error();
  }
  return finite(spherical_loss(distance.value() / 1000, {antennas.tx_height.value(), antennas.rx_height.value()},
                               effective_radius.value() / 1000, ghz_of(wave.frequency), wave.polarization,
                               {ground, {}, 0}));
}

Result<DeltaBullington> delta_bullington(const PathProfile& profile, const Antennas& antennas, const Wave& wave,
                                         const Ground& ground, Metres effective_radius) {
  if (const Status sound = check_profile(profile); !sound) {
    return sound.error();
  }
  if (const Status sound = check(profile.length(), antennas, wave.frequency, effective_radius); !sound) {
    return sound.error();
  }
  if (const Status sound = check(ground); !sound) {
    return sound.error();
  }
  const std::vector<double> km = distances_of(profile);
  const Samples samples{km, profile.heights};
  const Ends ends = ends_of(profile, antennas);
  const double radius_km = effective_radius.value() / 1000;
  const SurfacePeaks peaks = surface_peaks(samples, ends, 1 / radius_km);
  const Smooth smooth =
      diffraction_surface(smooth_surface(peaks, km.back()), peaks, profile.heights.front(), profile.heights.back());
  const Delta delta = delta_bullington_loss(samples, ends, smooth, radius_km, ghz_of(wave.frequency), wave.polarization,
                                            {ground, {}, 0});
  const Result<Db> loss = finite(delta.loss);
  if (!loss) {
    return loss.error();
  }
  return DeltaBullington{*loss, Db{delta.bullington}, Db{delta.smooth_bullington}, Db{delta.spherical}};
}

}  // namespace karkara::propagation::p526
