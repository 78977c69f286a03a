#include "controller/planner/terrain/tiled_terrain.h"

#include <algorithm>
#include <bit>
#include <cmath>
#include <limits>

#include "controller/planner/terrain/content_hash.h"

namespace karkara::planner {
namespace {

constexpr int kDegreesAround = 360;
constexpr int kDegreesUp = 180;
constexpr double kNoHeight = std::numeric_limits<double>::quiet_NaN();
// A place this near to a sample (in steps) is the sample: degrees in binary are rarely whole steps.
constexpr double kOnSample = 1e-6;

double sample(const Tile& tile, std::size_t row, std::size_t column) {
  const auto raw = static_cast<std::uint16_t>(tile.samples[row * tile.columns + column]);
  const auto swapped = static_cast<std::uint16_t>((raw >> 8U) | (raw << 8U));
  const auto value = static_cast<std::int16_t>(tile.order == ByteOrder::Big ? swapped : raw);
  return value == tile.unknown ? kNoHeight : value * tile.unit;
}

// In steps from the first sample, south and east.
struct Position {
  double row;
  double column;
};

Position position_in(const Tile& tile, const Place& place) {
  double east = place.longitude.value() - tile.west.value();
  // A tile that crosses the date line has its east beyond 180 degrees.
  if (east < -tile.column_step.value() && east + 360 <= tile.columns * tile.column_step.value()) {
    east += 360;
  }
  return {(tile.north.value() - place.latitude.value()) / tile.row_step.value(), east / tile.column_step.value()};
}

bool is_inside(const Tile& tile, const Position& at) {
  return at.row >= -0.5 && at.row < tile.rows - 0.5 && at.column >= -0.5 && at.column < tile.columns - 0.5;
}

// Between four known samples of one tile, all with weight; NaN when it is not so simple.
double inside(const Tile& tile, const Place& place) {
  const double row = (tile.north.value() - place.latitude.value()) / tile.row_step.value();
  const double column = (place.longitude.value() - tile.west.value()) / tile.column_step.value();
  if (!(row >= 0 && column >= 0 && row < tile.rows - 1 && column < tile.columns - 1)) {
    return kNoHeight;
  }
  const auto top = static_cast<std::size_t>(row);
  const auto left = static_cast<std::size_t>(column);
  const double south = row - static_cast<double>(top);
  const double east = column - static_cast<double>(left);
  const double a = sample(tile, top, left);
  const double b = sample(tile, top, left + 1);
  const double c = sample(tile, top + 1, left);
  const double d = sample(tile, top + 1, left + 1);
  const double upper = a + (b - a) * east;
  return upper + (c + (d - c) * east - upper) * south;
}

std::size_t degree_index(int latitude, int longitude) {
  const int row = std::clamp(latitude + 90, 0, kDegreesUp - 1);
  const int column = ((longitude + 180) % kDegreesAround + kDegreesAround) % kDegreesAround;
  return static_cast<std::size_t>(row) * kDegreesAround + static_cast<std::size_t>(column);
}

int whole(double degrees) {
  return static_cast<int>(std::floor(degrees));
}

}  // namespace

struct TiledTerrain::Cover {
  TiledTerrain classes;
  CoverHeights heights;
};

Status check(const Tile& tile) {
  const auto refuse = [&](const char* what) {
    return Status{Error{ErrorCode::InvalidArgument, tile.name + ": " + what}};
  };
  const bool numbers = std::isfinite(tile.north.value()) && std::isfinite(tile.west.value()) &&
                       tile.row_step.value() > 0 && tile.column_step.value() > 0 && tile.unit > 0;
  if (!numbers || tile.rows < 2 || tile.columns < 2) {
    return refuse("not a grid of at least 2 by 2 heights with steps over 0");
  }
  if (tile.samples.size() != std::size_t{tile.rows} * tile.columns) {
    return refuse("not as many heights as rows and columns say");
  }
  const double south = tile.north.value() - (tile.rows - 1) * tile.row_step.value();
  const double width = (tile.columns - 1) * tile.column_step.value();
  if (tile.north.value() > 90.01 || south < -90.01 || tile.west.value() < -180.01 || tile.west.value() >= 180 ||
      width > 360.01) {
    return refuse("reaches beyond the globe");
  }
  return {};
}

TiledTerrain::TiledTerrain(std::vector<Tile> tiles) : by_degree_(std::size_t{kDegreesAround} * kDegreesUp) {
  for (Tile& tile : tiles) {
    if (check(tile).ok()) {
      tiles_.push_back(std::move(tile));
    }
  }
  std::stable_sort(tiles_.begin(), tiles_.end(), [](const Tile& a, const Tile& b) {
    return a.row_step != b.row_step ? a.row_step < b.row_step : a.name < b.name;
  });
  for (std::uint32_t i = 0; i < tiles_.size(); ++i) {
    const Tile& tile = tiles_[i];
    const double half_row = tile.row_step.value() / 2;
    const double half_column = tile.column_step.value() / 2;
    const double south = tile.north.value() - (tile.rows - 1) * tile.row_step.value();
    const double east = tile.west.value() + (tile.columns - 1) * tile.column_step.value();
    for (int lat = whole(std::max(-90.0, south - half_row)); lat <= whole(tile.north.value() + half_row); ++lat) {
      for (int lon = whole(tile.west.value() - half_column); lon <= whole(east + half_column); ++lon) {
        auto& here = by_degree_[degree_index(lat, lon)];
        if (here.empty() || here.back() != i) {
          here.push_back(i);
        }
      }
    }
  }
}

std::span<const std::uint32_t> TiledTerrain::near(const Place& place) const {
  return by_degree_[degree_index(whole(place.latitude.value()), whole(place.longitude.value()))];
}

double TiledTerrain::nearest(const Place& place) const {
  for (const std::uint32_t i : near(place)) {
    const Tile& tile = tiles_[i];
    const Position at = position_in(tile, place);
    if (!is_inside(tile, at)) {
      continue;
    }
    const double height =
        sample(tile, static_cast<std::size_t>(at.row + 0.5), static_cast<std::size_t>(at.column + 0.5));
    if (!std::isnan(height)) {
      return height;
    }
  }
  return kNoHeight;
}

// False when the tile does not reach there. The height may be unknown.
bool TiledTerrain::bilinear_in(const Tile& tile, const Place& place, double& height) const {
  const Position at = position_in(tile, place);
  if (!is_inside(tile, at)) {
    return false;
  }
  const double row = std::floor(at.row + kOnSample);
  const double column = std::floor(at.column + kOnSample);
  const double south = at.row - row < kOnSample ? 0 : at.row - row;
  const double east = at.column - column < kOnSample ? 0 : at.column - column;
  const auto corner = [&](double r, double c) {
    if (r >= 0 && c >= 0 && r < tile.rows && c < tile.columns) {
      return sample(tile, static_cast<std::size_t>(r), static_cast<std::size_t>(c));
    }
    // Between this tile's last samples and the neighbour's first.
    const double latitude = tile.north.value() - r * tile.row_step.value();
    const double longitude = tile.west.value() + c * tile.column_step.value();
    return nearest(Place{Degrees{std::clamp(latitude, -90.0, 90.0)}, Degrees{std::remainder(longitude, 360.0)}});
  };
  // A corner without weight may be unknown.
  const auto along_row = [&](double r) {
    const double a = corner(r, column);
    return east == 0 ? a : a + (corner(r, column + 1) - a) * east;
  };
  const double upper = along_row(row);
  height = south == 0 ? upper : upper + (along_row(row + 1) - upper) * south;
  return true;
}

double TiledTerrain::bilinear(const Place& place) const {
  for (const std::uint32_t i : near(place)) {
    double height = kNoHeight;
    if (bilinear_in(tiles_[i], place, height) && !std::isnan(height)) {
      return height;
    }
  }
  return kNoHeight;
}

void TiledTerrain::heights_at(std::span<const Place> places, Sampling sampling, std::span<double> heights) const {
  // Places of a profile mostly follow one another in one square degree, well inside one tile.
  double south = kNoHeight;
  double west = kNoHeight;
  const Tile* finest = nullptr;
  for (std::size_t i = 0; i < places.size(); ++i) {
    const double latitude = places[i].latitude.value();
    const double longitude = places[i].longitude.value();
    if (!(latitude >= south && latitude < south + 1 && longitude >= west && longitude < west + 1)) {
      south = std::floor(latitude);
      west = std::floor(longitude);
      const auto here = near(places[i]);
      finest = here.empty() ? nullptr : &tiles_[here.front()];
    }
    heights[i] = sampling == Sampling::Bilinear && finest != nullptr ? inside(*finest, places[i]) : kNoHeight;
    if (std::isnan(heights[i])) {
      heights[i] = sampling == Sampling::Nearest ? nearest(places[i]) : bilinear(places[i]);
    }
  }
}

void TiledTerrain::cover_with(std::vector<Tile> classes, const CoverHeights& heights) {
  cover_ = std::make_shared<const Cover>(Cover{TiledTerrain{std::move(classes)}, heights});
}

void TiledTerrain::add_cover(std::span<const Place> places, std::span<double> heights) const {
  if (!cover_) {
    return;
  }
  for (std::size_t i = 0; i < places.size(); ++i) {
    heights[i] += cover_->heights.of(cover_->classes.nearest(places[i]));
  }
}

std::uint64_t TiledTerrain::content_hash() const {
  std::uint64_t hash = 0;
  for (const Tile& tile : tiles_) {
    hash = mixed(hash, planner::content_hash(tile));
  }
  if (cover_) {
    hash = mixed(hash, cover_->classes.content_hash());
    for (int number = 0; number <= kMostCoverClass; ++number) {
      hash = mixed(hash, std::bit_cast<std::uint64_t>(cover_->heights.of(number)));
    }
  }
  return hash;
}

Degrees TiledTerrain::resolution_at(const Place& place) const {
  for (const std::uint32_t i : near(place)) {
    const Position at = position_in(tiles_[i], place);
    if (is_inside(tiles_[i], at) && !std::isnan(sample(tiles_[i], static_cast<std::size_t>(at.row + 0.5),
                                                       static_cast<std::size_t>(at.column + 0.5)))) {
      return tiles_[i].row_step;
    }
  }
  return Degrees{0};
}

}  // namespace karkara::planner
