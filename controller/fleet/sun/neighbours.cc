#include "controller/fleet/sun/neighbours.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <numbers>
#include <utility>

namespace karkara {
namespace {

constexpr double kKmADegree = 111.2;
constexpr double kCell = 0.15;  // degrees, about 16 km: some twenty sites where villages are dense
constexpr std::int64_t kRow = 1 << 16;
constexpr std::array kRings{1, 2, 4, 10};  // the last one holds all within reach below 26 degrees of latitude
constexpr double kFarthestWeight = 0.6;    // three such and a near one: 1 < 2 * 0.6

struct Placed {
  std::int64_t cell = 0;
  std::uint32_t site = 0;
  double latitude = 0;
  double longitude = 0;
};

std::int64_t row_of(double latitude) {
  return static_cast<std::int64_t>(std::floor((latitude + 90) / kCell));
}
std::int64_t column_of(double longitude) {
  return static_cast<std::int64_t>(std::floor((longitude + 180) / kCell)) + kRings.back();
}

bool is_on_earth(const std::optional<Position>& place) {
  return place && std::abs(place->latitude.value()) <= 90 && std::abs(place->longitude.value()) <= 180;
}

// On a plane: within the reach off by less than a hundredth, and nobody stands at the poles or the date line.
double distance_km(const Placed& a, const Placed& b) {
  const double middle = (a.latitude + b.latitude) / 2 * std::numbers::pi / 180;
  const double east = (a.longitude - b.longitude) * std::cos(middle);
  const double north = a.latitude - b.latitude;
  return kKmADegree * std::sqrt(east * east + north * north);
}

class Grid {
 public:
  explicit Grid(std::span<const std::optional<Position>> sites) {
    for (std::uint32_t i = 0; i < sites.size(); ++i) {
      if (is_on_earth(sites[i])) {
        const double latitude = sites[i]->latitude.value();
        const double longitude = sites[i]->longitude.value();
        placed_.push_back({row_of(latitude) * kRow + column_of(longitude), i, latitude, longitude});
      }
    }
    std::sort(placed_.begin(), placed_.end(), [](const Placed& a, const Placed& b) {
      return std::pair{a.cell, a.site} < std::pair{b.cell, b.site};
    });
  }
  [[nodiscard]] std::span<const Placed> placed() const { return placed_; }

  // The nearest, as (distance, site).
  void nearest(const Placed& here, std::vector<std::pair<double, std::uint32_t>>& found) const {
    for (const int ring : kRings) {
      const double sure = std::min(Neighbours::kReachKm, ring * kCell * kKmADegree * cosine(here.latitude));
      gather(here, ring, found);
      const auto within = std::count_if(found.begin(), found.end(), [&](const auto& one) { return one.first <= sure; });
      if (static_cast<std::size_t>(within) >= Neighbours::kMost || ring == kRings.back()) {
        break;
      }
    }
    const std::size_t kept = std::min(found.size(), Neighbours::kMost);
    std::partial_sort(found.begin(), found.begin() + static_cast<std::ptrdiff_t>(kept), found.end());
    found.resize(kept);
  }

 private:
  static double cosine(double latitude) { return std::cos(latitude * std::numbers::pi / 180); }

  void gather(const Placed& here, int ring, std::vector<std::pair<double, std::uint32_t>>& found) const {
    found.clear();
    for (std::int64_t row = -ring; row <= ring; ++row) {
      const std::int64_t first = here.cell + row * kRow - ring;
      auto at = std::lower_bound(placed_.begin(), placed_.end(), first,
                                 [](const Placed& one, std::int64_t cell) { return one.cell < cell; });
      for (; at != placed_.end() && at->cell <= first + std::int64_t{2} * ring; ++at) {
        const double away = distance_km(here, *at);
        if (at->site != here.site && away <= Neighbours::kReachKm) {
          found.emplace_back(away, at->site);
        }
      }
    }
  }

  std::vector<Placed> placed_;
};

}  // namespace

Neighbours::Neighbours(std::span<const std::optional<Position>> sites) : first_(sites.size() + 1) {
  const Grid grid{sites};
  std::vector<const Placed*> by_site(sites.size(), nullptr);
  for (const Placed& one : grid.placed()) {
    by_site[one.site] = &one;
  }
  std::vector<std::pair<double, std::uint32_t>> found;
  for (std::size_t i = 0; i < sites.size(); ++i) {
    first_[i] = all_.size();
    if (by_site[i] == nullptr) {
      continue;
    }
    grid.nearest(*by_site[i], found);
    for (const auto& [away, site] : found) {
      all_.push_back({site, static_cast<float>(1 - (1 - kFarthestWeight) * away / kReachKm)});
    }
  }
  first_.back() = all_.size();
}

}  // namespace karkara
