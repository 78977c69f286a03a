// Pairs within a radius: settlements are sorted by bands of latitude one radius high, and in each by longitude.
#include <algorithm>
#include <cmath>
#include <numbers>

#include "controller/planner/cover/cover_problem.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kPieces = 64;  // fixed: the pieces, not the threads, decide the order of anything

struct Band {
  std::vector<std::uint32_t> by_longitude;
};

class Bands {
 public:
  Bands(std::span<const Place> places, double height) : places_{places}, height_{height} {
    bands_.resize(static_cast<std::size_t>(180 / height) + 2);
    for (std::uint32_t i = 0; i < places.size(); ++i) {
      bands_[band_of(places[i].latitude.value())].by_longitude.push_back(i);
    }
    for (Band& band : bands_) {
      std::stable_sort(band.by_longitude.begin(), band.by_longitude.end(),
                       [&](std::uint32_t a, std::uint32_t b) { return places[a].longitude < places[b].longitude; });
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> near(const Place& site, Metres radius) const {
    std::vector<std::uint32_t> found;
    const double latitude = site.latitude.value();
    const std::size_t middle = band_of(latitude);
    for (std::size_t i = middle > 0 ? middle - 1 : 0; i <= std::min(middle + 1, bands_.size() - 1); ++i) {
      add_near(bands_[i], site, radius, found);
    }
    std::sort(found.begin(), found.end());
    return found;
  }

 private:
  [[nodiscard]] std::size_t band_of(double latitude) const {
    return static_cast<std::size_t>(std::clamp((latitude + 90) / height_, 0.0, static_cast<double>(bands_.size() - 1)));
  }

  void add_near(const Band& band, const Place& site, Metres radius, std::vector<std::uint32_t>& found) const {
    // The widest longitude difference of a circle: sin(east) = sin(arc) / cos(latitude); near a pole, all around.
    const double arc = radius / kEarthRadius;
    const double sine = std::sin(arc) / std::cos(site.latitude.value() * (std::numbers::pi / 180));
    const bool all = !(sine < 1) || arc > 1.5;
    const double east = all ? 360 : std::asin(sine) * (180 / std::numbers::pi) + 1e-9;
    const double middle = site.longitude.value();
    const bool wraps = all || middle - east < -180 || middle + east > 180;
    const auto first =
        wraps ? band.by_longitude.begin()
              : std::lower_bound(band.by_longitude.begin(), band.by_longitude.end(), middle - east,
                                 [&](std::uint32_t i, double from) { return places_[i].longitude.value() < from; });
    for (auto at = first; at != band.by_longitude.end(); ++at) {
      const Place& place = places_[*at];
      if (!wraps && place.longitude.value() > middle + east) {
        break;
      }
      if (distance(site, place) <= radius) {
        found.push_back(*at);
      }
    }
  }

  std::span<const Place> places_;
  double height_;
  std::vector<Band> bands_;
};

}  // namespace

Incidence sites_within(std::span<const Place> sites, std::span<const Place> settlements, Metres radius,
                       Executor& executor) {
  // A band is as high as the radius (and a little, against rounding), at least 0.01 degrees so that there are few.
  const double height = std::clamp((radius / kEarthRadius) * (180 / std::numbers::pi) * (1 + 1e-9) + 1e-9, 0.01, 180.0);
  const Bands bands{settlements, height};
  std::vector<Incidence> parts(kPieces);
  executor.run(kPieces, [&](std::size_t piece) {
    for (std::size_t i = sites.size() * piece / kPieces; i < sites.size() * (piece + 1) / kPieces; ++i) {
      parts[piece].push_back(bands.near(sites[i], radius));
    }
  });
  Incidence all;
  for (const Incidence& part : parts) {
    for (std::size_t i = 0; i < part.size(); ++i) {
      all.push_back(part[i]);
    }
  }
  return all;
}

}  // namespace karkara::planner
