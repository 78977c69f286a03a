// The loops over a path's samples of the diffraction models of ITU-R: rays over the ground from both ends, the smooth
// surface under it. Compiled for several instruction sets with the same bits, as profile_kernels.h. Samples may be
// unequally spaced: distances in km from the transmitter, heights in m. They refuse nothing. Called by P.526 and
// P.1812.
#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "controller/planner/propagation/lanes.h"

namespace karkara::propagation {

struct Samples {
  std::span<const double> km;       // ascending from 0
  std::span<const double> heights;  // as many, or none: all 0
};

struct Ends {
  double tx;  // m above sea level, antennas included
  double rx;
};

// Over the samples between both ends, on an Earth of `curvature` 1/km.
struct RayPeaks {
  double slope_from_tx;  // m/km, greatest
  double slope_from_rx;
  double obstruction;  // greatest of height above the direct line / sqrt(d1 d2), m/km
};
RayPeaks ray_peaks(const Samples& path, const Ends& ends, double curvature);

struct SurfacePeaks {
  double area = 0;  // v1 and v2 of the smooth surface's fit
  double moment = 0;
  double above_line = 0;         // greatest height above the line between the antennas, m
  double above_line_per_tx = 0;  // greatest of that over the distance from the transmitter, m/km
  double above_line_per_rx = 0;
  Peak tx_slope;     // elevation of the sight from the transmitter, m/km less the Earth's bend; the first of equals
  Peak rx_slope;     // from the receiver; the last of equals
  Peak obstruction;  // as of RayPeaks; the last of equals
};
SurfacePeaks surface_peaks(const Samples& path, const Ends& ends, double curvature);

struct PathKernels {
  const char* name;
  RayPeaks (*rays)(const Samples& path, const Ends& ends, double curvature);
  SurfacePeaks (*surface)(const Samples& path, const Ends& ends, double curvature);
};
std::vector<PathKernels> path_kernels();  // those that this processor can run, the widest last

}  // namespace karkara::propagation
