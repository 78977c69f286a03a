#include "controller/planner/plan/site_room.h"

#include <algorithm>
#include <limits>
#include <numeric>

namespace karkara::planner {
namespace {

constexpr double kWholeChannel = 1 + 1e-9;

class Rooms {
 public:
  Rooms(const AccessTable& all, const AccessPlaces& places, const PlanInput& input, const std::vector<double>& airtime)
      : all_{all}, places_{places}, input_{input}, airtime_{airtime} {}

  RoomyPairs make() {
    found_.table = all_;
    found_.table.begin = {0};
    found_.table.pairs.clear();
    for (std::size_t site = 0; site < places_.sites.size(); ++site) {
      fill(site);
      found_.table.begin.push_back(found_.kept.size());
    }
    for (const std::size_t number : found_.kept) {
      found_.table.pairs.push_back(all_.pairs[number]);
    }
    return std::move(found_);
  }

 private:
  [[nodiscard]] std::vector<std::size_t> in_order(std::size_t site) const {
    std::vector<std::size_t> order(all_.begin[site + 1] - all_.begin[site]);
    std::iota(order.begin(), order.end(), all_.begin[site]);
    std::vector<Metres> away;
    for (const AccessPair& pair : all_.of(site)) {
      away.push_back(distance(places_.sites[site], places_.settlements[pair.settlement]));
    }
    const std::size_t first = all_.begin[site];
    std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
      const std::uint32_t least_a = all_.pairs[a].least;
      const std::uint32_t least_b = all_.pairs[b].least;
      return least_a != least_b ? least_a < least_b : away[a - first] < away[b - first];
    });
    return order;
  }

  void fill(std::size_t site) {
    const std::size_t first = found_.kept.size();
    std::int64_t room = input_.most_people > 0 ? input_.most_people : std::numeric_limits<std::int64_t>::max();
    double taken = 0;
    for (const std::size_t number : in_order(site)) {
      const std::uint32_t settlement = all_.pairs[number].settlement;
      const std::int64_t people = input_.settlements[settlement].people.value_or(0);
      const double air = airtime_.empty() ? 0 : airtime_[number];
      if ((people <= room && taken + air <= kWholeChannel) || settlement == site) {
        room = std::max<std::int64_t>(0, room - people);
        taken += air;
        found_.kept.push_back(number);
      }
    }
    std::sort(found_.kept.begin() + static_cast<std::ptrdiff_t>(first), found_.kept.end());
  }

  const AccessTable& all_;
  const AccessPlaces& places_;
  const PlanInput& input_;
  const std::vector<double>& airtime_;
  RoomyPairs found_;
};

}  // namespace

RoomyPairs with_room(const AccessTable& all, const AccessPlaces& places, const PlanInput& input,
                     const std::vector<double>& airtime) {
  return Rooms{all, places, input, airtime}.make();
}

}  // namespace karkara::planner
