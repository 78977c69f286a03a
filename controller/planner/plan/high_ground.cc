#include "controller/planner/plan/high_ground.h"

#include <algorithm>
#include <atomic>
#include <cmath>
#include <optional>
#include <set>
#include <utility>

namespace karkara::planner {
namespace {

constexpr double kSquare = 0.1;  // degrees
constexpr int kSamples = 20;     // along a side
constexpr Metres kSamePlace{500};

using Square = std::pair<int, int>;  // latitude, longitude, in squares

Square square_of(const Place& place) {
  return {static_cast<int>(std::floor(place.latitude.value() / kSquare)),
          static_cast<int>(std::floor(place.longitude.value() / kSquare))};
}

std::optional<Place> highest_in(const TerrainView& terrain, const Square& square) {
  std::vector<Place> places;
  for (int row = 0; row < kSamples; ++row) {
    for (int column = 0; column < kSamples; ++column) {
      const double latitude = (square.first + (row + 0.5) / kSamples) * kSquare;
      const double longitude = (square.second + (column + 0.5) / kSamples) * kSquare;
      if (std::abs(latitude) < 90 && std::abs(longitude) <= 180) {
        places.push_back({Degrees{latitude}, Degrees{longitude}});
      }
    }
  }
  std::vector<double> heights(places.size());
  terrain.heights_at(places, Sampling::Bilinear, heights);
  std::optional<std::size_t> best;
  for (std::size_t i = 0; i < heights.size(); ++i) {
    if (!std::isnan(heights[i]) && (!best || heights[i] > heights[*best])) {
      best = i;
    }
  }
  return best ? std::optional{places[*best]} : std::nullopt;
}

}  // namespace

std::vector<Place> high_ground(const TerrainView& terrain, std::span<const Place> settlements, Executor& executor,
                               const Watch& watch) {
  std::set<Square> near;
  for (const Place& place : settlements) {
    const Square at = square_of(place);
    for (int north = -1; north <= 1; ++north) {
      for (int east = -1; east <= 1; ++east) {
        near.insert({at.first + north, at.second + east});
      }
    }
  }
  const std::vector<Square> squares{near.begin(), near.end()};
  std::vector<std::optional<Place>> highest(squares.size());
  std::atomic<std::size_t> done = 0;
  executor.run(squares.size(), [&](std::size_t i) {
    highest[i] = watch.cancelled() ? std::nullopt : highest_in(terrain, squares[i]);
    watch.progress("high ground", ++done, squares.size());
  });
  std::vector<Place> found;
  for (const auto& place : highest) {
    const bool lived_in = place && std::any_of(settlements.begin(), settlements.end(), [&](const Place& settlement) {
                            return std::abs((settlement.latitude - place->latitude).value()) < 0.01 &&
                                   distance(settlement, *place) < kSamePlace;
                          });
    if (place && !lived_in) {
      found.push_back(*place);
    }
  }
  return found;
}

}  // namespace karkara::planner
