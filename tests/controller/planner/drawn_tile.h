// Tiles drawn as digits: each is ten metres, '?' is a void. Rows go south.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "controller/planner/terrain/tile.h"

namespace karkara::planner {

inline Tile drawn_tile(const std::string& name, double north, double west, double step,
                       const std::vector<std::string>& rows) {
  auto heights = std::make_shared<std::vector<std::int16_t>>();
  for (const std::string& row : rows) {
    for (const char c : row) {
      heights->push_back(c == '?' ? std::int16_t{-32768} : static_cast<std::int16_t>((c - '0') * 10));
    }
  }
  Tile tile;
  tile.name = name;
  tile.north = Degrees{north};
  tile.west = Degrees{west};
  tile.row_step = Degrees{step};
  tile.column_step = Degrees{step};
  tile.rows = static_cast<std::uint32_t>(rows.size());
  tile.columns = static_cast<std::uint32_t>(rows[0].size());
  tile.samples = *heights;
  tile.bytes = heights;
  return tile;
}

}  // namespace karkara::planner
