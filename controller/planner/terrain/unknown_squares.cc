#include "controller/planner/terrain/unknown_squares.h"

#include <algorithm>
#include <cmath>
#include <cstdio>
#include <numbers>
#include <utility>

namespace karkara::planner {
namespace {

constexpr int kCellsADegree = 20;  // of the ground that is looked at: 5.5 km
constexpr double kMetresADegree = 111'195;
constexpr double kNarrowest = 0.01;  // of a degree of longitude to one of latitude: near a pole, all around
constexpr std::size_t kCellPieces = 64;
constexpr std::size_t kManyCells = 1'000'000;  // neighbours' are mostly the same: time to throw the repeated ones away

using GroundCell = std::pair<int, int>;  // latitude, longitude, in cells

int cell_of(double degrees) {
  return static_cast<int>(std::floor(degrees * kCellsADegree));
}

Place middle_of(const GroundCell& cell) {
  return {Degrees{(cell.first + 0.5) / kCellsADegree}, Degrees{(cell.second + 0.5) / kCellsADegree}};
}

bool is_on_the_globe(const Place& place) {
  return std::abs(place.latitude.value()) < 90 && std::abs(place.longitude.value()) <= 180;
}

void add_cells(const Place& settlement, Metres reach, std::vector<GroundCell>& cells) {
  const double latitude = settlement.latitude.value();
  const double longitude = settlement.longitude.value();
  const double squeeze = std::max(kNarrowest, std::cos(latitude * (std::numbers::pi / 180)));
  const double north = reach.value() / kMetresADegree;
  const double east = std::min(180.0, north / squeeze);
  cells.emplace_back(cell_of(latitude), cell_of(longitude));
  for (int row = cell_of(latitude - north); row <= cell_of(latitude + north); ++row) {
    for (int column = cell_of(longitude - east); column <= cell_of(longitude + east); ++column) {
      const Place middle = middle_of({row, column});
      if (is_on_the_globe(middle) && distance(settlement, middle) <= reach) {
        cells.emplace_back(row, column);
      }
    }
  }
}

// By place, each once.
std::vector<Place> ground_around(std::span<const Place> settlements, Metres reach) {
  std::vector<GroundCell> cells;
  const auto once = [&] {
    std::sort(cells.begin(), cells.end());
    cells.erase(std::unique(cells.begin(), cells.end()), cells.end());
  };
  std::size_t crowded = kManyCells;
  for (const Place& settlement : settlements) {
    add_cells(settlement, reach, cells);
    if (cells.size() > crowded) {
      once();
      crowded = 2 * cells.size() + kManyCells;
    }
  }
  once();
  std::vector<Place> places(cells.size());
  std::transform(cells.begin(), cells.end(), places.begin(), middle_of);
  return places;
}

}  // namespace

GroundSquare ground_square_of(const Place& place) {
  const int longitude = static_cast<int>(std::floor(place.longitude.value()));
  return {static_cast<int>(std::floor(place.latitude.value())), (longitude + 540) % 360 - 180};
}

std::string name_of(const GroundSquare& square) {
  char text[32];
  std::snprintf(text, sizeof text, "%c%02d%c%03d", square.latitude < 0 ? 'S' : 'N', std::abs(square.latitude),
                square.longitude < 0 ? 'W' : 'E', std::abs(square.longitude));
  return text;
}

void add_unknown(const Place& from, const Place& to, const Profile& way, std::uint64_t links, UnknownSquares& squares) {
  const double north = (to.latitude - from.latitude).value();
  const double east = std::remainder((to.longitude - from.longitude).value(), 360.0);
  const double steps = static_cast<double>(std::max<std::size_t>(way.heights.size(), 2) - 1);
  GroundSquare last{1'000, 0};
  for (std::size_t i = 0; i < way.heights.size(); ++i) {
    if (!std::isnan(way.heights[i])) {
      continue;
    }
    // A straight line in degrees: within a hop's length, near enough for a square of a degree.
    const double part = static_cast<double>(i) / steps;
    const GroundSquare square =
        ground_square_of({from.latitude + Degrees{part * north}, from.longitude + Degrees{part * east}});
    if (square != last) {
      squares[square] += links;
      last = square;
    }
  }
}

void add_squares(const UnknownSquares& more, UnknownSquares& squares) {
  for (const auto& [square, links] : more) {
    squares[square] += links;
  }
}

std::string text_of(const UnknownSquares& squares, std::size_t most) {
  std::vector<std::pair<GroundSquare, std::uint64_t>> order{squares.begin(), squares.end()};
  std::stable_sort(order.begin(), order.end(), [](const auto& a, const auto& b) { return a.second > b.second; });
  std::string text;
  for (std::size_t i = 0; i < std::min(most, order.size()); ++i) {
    text += (i == 0 ? "" : ", ") + name_of(order[i].first) + " (" + std::to_string(order[i].second) + ")";
  }
  return order.size() > most ? text + " and " + std::to_string(order.size() - most) + " more" : text;
}

std::vector<SquareGround> unknown_around(const TerrainView& terrain, std::span<const Place> settlements, Metres reach,
                                         Executor& executor) {
  const std::vector<Place> places = ground_around(settlements, reach);
  std::vector<double> heights(places.size());
  executor.run(kCellPieces, [&](std::size_t piece) {
    const std::size_t first = places.size() * piece / kCellPieces;
    const std::size_t count = places.size() * (piece + 1) / kCellPieces - first;
    terrain.heights_at(std::span{places}.subspan(first, count), Sampling::Nearest,
                       std::span{heights}.subspan(first, count));
  });
  std::map<GroundSquare, SquareGround> squares;
  for (std::size_t i = 0; i < places.size(); ++i) {
    SquareGround& square = squares[ground_square_of(places[i])];
    ++square.looked_at;
    square.unknown += std::isnan(heights[i]) ? 1 : 0;
  }
  std::vector<SquareGround> unknown;
  for (auto& [at, square] : squares) {
    square.square = at;
    if (square.unknown > 0) {
      unknown.push_back(square);
    }
  }
  std::stable_sort(unknown.begin(), unknown.end(),
                   [](const SquareGround& a, const SquareGround& b) { return a.unknown > b.unknown; });
  return unknown;
}

}  // namespace karkara::planner
