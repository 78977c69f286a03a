// Which of the fleet's sites stands where a plan wants one: by the id, else the nearest, each within a
// kilometre and at most once; without a place by the id alone. Refuses to guess by names. Called when a plan comes or a
// site is registered anew.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct FleetPlace {
  std::string id;
  std::optional<Place> place;
};

inline constexpr Metres kSamePlace{1'000};  // a village's middle and its mast are not the same point

// For each of the plan's sites the number of the fleet's, or kNoSite; of equal distances the first. `within` is at most
// 1 km.
[[nodiscard]] std::vector<std::uint32_t> match_sites(const Plan& plan, const std::vector<FleetPlace>& fleet,
                                                     Metres within = kSamePlace);

}  // namespace karkara::planner
