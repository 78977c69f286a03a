#include "controller/planner/live/site_match.h"

#include <algorithm>
#include <cmath>
#include <map>
#include <string_view>
#include <tuple>
#include <utility>

namespace karkara::planner {
namespace {

// Squares of a fiftieth of a degree: over 1 km even at 60 degrees north.
using PlaceSquare = std::pair<long, long>;

PlaceSquare square_around(const Place& place) {
  constexpr double kStep = 0.02;
  return {std::lround(std::floor(place.latitude.value() / kStep)),
          std::lround(std::floor(place.longitude.value() / kStep))};
}

struct Pairing {
  Metres away;
  std::uint32_t planned = 0;
  std::uint32_t standing = 0;
};

class Matching {
 public:
  Matching(const Plan& plan, const std::vector<FleetPlace>& fleet)
      : plan_{plan}, fleet_{fleet}, found_(plan.sites.size(), kNoSite), taken_(fleet.size(), 0) {}

  void by_id(Metres within) {
    std::map<std::string_view, std::uint32_t> ids;
    for (std::uint32_t i = 0; i < fleet_.size(); ++i) {
      ids.emplace(fleet_[i].id, i);
    }
    for (std::uint32_t i = 0; i < plan_.sites.size(); ++i) {
      const auto standing = ids.find(plan_.sites[i].id);
      if (standing != ids.end() && taken_[standing->second] == 0 && may_stand(i, standing->second, within)) {
        take(i, standing->second);
      }
    }
  }

  void by_place(Metres within) {
    std::vector<Pairing> pairs = pairs_within(within);
    std::sort(pairs.begin(), pairs.end(), [](const Pairing& a, const Pairing& b) {
      return std::tuple{a.away, a.planned, a.standing} < std::tuple{b.away, b.planned, b.standing};
    });
    for (const Pairing& pair : pairs) {
      if (found_[pair.planned] == kNoSite && taken_[pair.standing] == 0) {
        take(pair.planned, pair.standing);
      }
    }
  }

  [[nodiscard]] std::vector<std::uint32_t> found() && { return std::move(found_); }

 private:
  // Settlements and sites of the fleet may be called alike by chance; where nobody knows the place, the id counts.
  [[nodiscard]] bool may_stand(std::uint32_t planned, std::uint32_t standing, Metres within) const {
    const auto& place = fleet_[standing].place;
    return !place || distance(plan_.sites[planned].place, *place) <= within;
  }

  void take(std::uint32_t planned, std::uint32_t standing) {
    found_[planned] = standing;
    taken_[standing] = 1;
  }

  [[nodiscard]] std::vector<Pairing> pairs_within(Metres within) const {
    std::multimap<PlaceSquare, std::uint32_t> squares;
    for (std::uint32_t i = 0; i < fleet_.size(); ++i) {
      if (taken_[i] == 0 && fleet_[i].place) {
        squares.emplace(square_around(*fleet_[i].place), i);
      }
    }
    std::vector<Pairing> pairs;
    for (std::uint32_t i = 0; i < plan_.sites.size(); ++i) {
      if (found_[i] != kNoSite) {
        continue;
      }
      const PlaceSquare middle = square_around(plan_.sites[i].place);
      for (long square = 0; square < 9; ++square) {
        const auto near = squares.equal_range({middle.first + square / 3 - 1, middle.second + square % 3 - 1});
        for (auto at = near.first; at != near.second; ++at) {
          const Metres away = distance(plan_.sites[i].place, *fleet_[at->second].place);
          if (away <= within) {
            pairs.push_back({away, i, at->second});
          }
        }
      }
    }
    return pairs;
  }

  const Plan& plan_;
  const std::vector<FleetPlace>& fleet_;
  std::vector<std::uint32_t> found_;
  std::vector<char> taken_;
};

}  // namespace

std::vector<std::uint32_t> match_sites(const Plan& plan, const std::vector<FleetPlace>& fleet, Metres within) {
  Matching matching{plan, fleet};
  matching.by_id(within);
  matching.by_place(within);
  return std::move(matching).found();
}

}  // namespace karkara::planner
