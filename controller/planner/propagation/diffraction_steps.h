// The steps of the ITU-R diffraction models in their own units (km, m, GHz), shared by P.526 and P.1812, which check
// what goes in. Equation numbers are P.1812's. Nobody else includes this.
#pragma once

#include "controller/planner/propagation/p526.h"
#include "controller/planner/propagation/path_kernels.h"

namespace karkara::propagation {

// Speed of light as P.2001 and P.1812 round it: wavelength in m = 0.2998 / GHz.
inline constexpr double kLightPerGhz = 0.2998;

struct Smooth {
  double tx = 0;  // surface under the antennas, m above sea level
  double rx = 0;
};

// The least-squares surface, (85) to (88).
Smooth smooth_surface(const SurfacePeaks& peaks, double total_km);

// As the diffraction model takes it: lowered under obstructions, never above the ground at the ends, (89) to (91).
Smooth diffraction_surface(const Smooth& fitted, const SurfacePeaks& peaks, double tx_ground, double rx_ground);

double edge_loss(double v);                                                                    // (12)
double bullington_loss(const RayPeaks& peaks, const Ends& ends, double total_km, double ghz);  // (13) to (21)

// Shares of land and sea under the path, each with its constants.
struct Surface {
  p526::Ground land;
  p526::Ground sea{80, 5};
  double sea_share = 0;
};

// Of effective heights above the smooth Earth, of which the sum is above 0.
double spherical_loss(double total_km, const Ends& above_smooth, double radius_km, double ghz,
                      Polarization polarization,
                      const Surface& surface);  // (22) to (36)

struct Delta {
  double loss;
  double bullington;
  double smooth_bullington;
  double spherical;
};
Delta delta_bullington_loss(const Samples& ground, const Ends& ends, const Smooth& smooth, double radius_km, double ghz,
                            Polarization polarization, const Surface& surface);  // (37) to (39)

}  // namespace karkara::propagation
