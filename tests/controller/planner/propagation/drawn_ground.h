// Ground for tests: drawn, flat or rolling by seed.
#pragma once

#include <cmath>
#include <cstdint>
#include <string>
#include <vector>

namespace karkara::drawn {

// Rows from top to bottom, each 10 m high; a column is a sample. '#' is ground.
inline std::vector<double> ground(const std::vector<std::string>& rows) {
  std::vector<double> heights(rows.front().size(), 0);
  for (std::size_t row = 0; row < rows.size(); ++row) {
    for (std::size_t i = 0; i < heights.size(); ++i) {
      if (rows[row][i] == '#' && heights[i] == 0) {
        heights[i] = 10.0 * static_cast<double>(rows.size() - row);
      }
    }
  }
  return heights;
}

inline std::vector<double> flat(std::size_t count, double height = 200) {
  return std::vector<double>(count, height);
}

// Whole metres, as elevation tiles have them.
inline std::vector<double> rolling(std::size_t count, std::uint32_t seed, double roughness = 8, double base = 300) {
  std::vector<double> heights(count);
  double z = base;
  for (double& height : heights) {
    seed = seed * 1664525U + 1013904223U;
    z += (static_cast<double>(seed >> 8) / 16777216.0 - 0.5) * roughness;
    height = std::round(z);
  }
  return heights;
}

}  // namespace karkara::drawn
