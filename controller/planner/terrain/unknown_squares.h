// Where nobody knows the ground, by square degrees, as tiles come: of links that run over it, and of the ground around
// settlements. Refuses to know files. Called by tables of links, for what a plan says of itself, and by checks of
// terrain.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <vector>

#include "controller/planner/executor.h"
#include "controller/planner/terrain/profile.h"
#include "controller/planner/terrain/terrain_view.h"

namespace karkara::planner {

struct GroundSquare {
  int latitude = 0;  // of its south-western corner, whole degrees
  int longitude = 0;
  friend auto operator<=>(const GroundSquare&, const GroundSquare&) = default;
};

[[nodiscard]] GroundSquare ground_square_of(const Place& place);
// "N13E002", as tiles are called.
[[nodiscard]] std::string name_of(const GroundSquare& square);

// How many links run over unknown ground in each.
using UnknownSquares = std::map<GroundSquare, std::uint64_t>;

// So many links more in each square where the way between has unknown heights.
void add_unknown(const Place& from, const Place& to, const Profile& way, std::uint64_t links, UnknownSquares& squares);
void add_squares(const UnknownSquares& more, UnknownSquares& squares);
// "N13E002 (812), N14E002 (7) and 3 more", those with most links first.
[[nodiscard]] std::string text_of(const UnknownSquares& squares, std::size_t most);

struct SquareGround {
  GroundSquare square;
  std::size_t looked_at = 0;  // places in it, some kilometres apart
  std::size_t unknown = 0;    // of these
  friend bool operator==(const SquareGround&, const SquareGround&) = default;
};

// Squares with unknown ground within `reach` of somebody, those with most of it first.
[[nodiscard]] std::vector<SquareGround> unknown_around(const TerrainView& terrain, std::span<const Place> settlements,
                                                       Metres reach, Executor& executor);

}  // namespace karkara::planner
