// The steps of ITU-R P.1812 in its own units (km, m, GHz, mrad), shared by its two sources. Nobody else includes this.
#pragma once

#include "controller/planner/propagation/diffraction_steps.h"
#include "controller/planner/propagation/p1812.h"

namespace karkara::propagation::p1812 {

// What the path is made of (sections 3.2 to 3.7).
struct Zones {
  double sea_share = 0;       // omega
  double longest_land = 0;    // km, dtm
  double longest_inland = 0;  // km, dlm
  bool tx_at_sea = false;
  bool rx_at_sea = false;
};
Zones zones_of(const Terrain& terrain);

// Share of time, in percent, of strong gradients in the lowest 100 m: beta0, (2) to (5).
double anomalous_share(double latitude, const Zones& zones);

struct Horizons {
  Sight sight = Sight::Clear;
  Ends ends{};          // antennas above sea level, m
  double tx_km = 0;     // dlt
  double rx_km = 0;     // dlr
  double tx_angle = 0;  // mrad
  double rx_angle = 0;
  double path_angle = 0;  // theta
  Smooth diffraction;     // surface for the diffraction model
  Ends ducting{};         // effective heights for ducting, m
  double roughness = 0;   // hm, m
};
Horizons horizons_of(const Terrain& terrain, const Link& link, double radius_km);

// Standard normal deviate, (96), (97).
double deviate(double x);

double ducting_loss(const Horizons& path, const Zones& zones, const Link& link, double total_km, double ghz,
                    double time, double radius_km, double beta0);                             // (46) to (56)
double scatter_loss(double total_km, double path_angle, double ghz, double time, double n0);  // (44), (45)

}  // namespace karkara::propagation::p1812
