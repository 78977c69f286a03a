// Relays and raised masts that pay only for several hops at once: what trees that grow hop by hop do not see. Refuses
// to build; backhaul_tree grows its trees again with them. Called between growths.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/backhaul_tree.h"

namespace karkara::planner {

// One more relay, or one mast higher, that joins several trees.
struct Star {
  Money gain = 0;
  std::uint32_t node = 0;
  std::int8_t height = 0;
  std::vector<std::uint32_t> trees;
};

// At one of the `near` nodes, ascending. The best first; of those that share a tree only the best.
[[nodiscard]] std::vector<Star> paying_stars(const PlanModel& model, const Chosen& chosen, const Backhaul& built,
                                             const std::vector<std::uint32_t>& near);

}  // namespace karkara::planner
