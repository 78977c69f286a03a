// How fast a raster of signal fills by sweeps, and how much faster than each cell asked alone, on one core.
#pragma once

#include <cstdint>
#include <vector>

namespace karkara::bench {

struct RasterRates {
  double swept = 0;  // cells a second within reach of a mast
  double alone = 0;
  double cells = 0;
};

// Over a square degree of 1201 by 1201 heights from the north-west, of which the middle is the mast's place; cells of
// 0.001 degrees around a mast of 30 m that reaches 30 km at 900 MHz.
RasterRates raster_rates(const std::vector<std::int16_t>& heights);

}  // namespace karkara::bench
