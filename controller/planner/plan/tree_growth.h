// Trees of hops as Kruskal's grow: the hop that saves most joins two trees, masts at both ends raised where that pays;
// of their two ways out the dearer one is given up. Refuses to add masts; one that only passes on and joins nothing is
// taken away. Called by backhaul_tree, for the whole country or from trees that mostly stand.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/backhaul_tree.h"

namespace karkara::planner {

struct Frame {
  std::vector<std::int8_t> height;  // of each node that is built, at least; kNoMast elsewhere
  std::vector<std::uint32_t> kept;  // pairs that are joined before any other, where their masts see each other
};

[[nodiscard]] Backhaul grown(const PlanModel& model, const Chosen& chosen, Frame frame);

}  // namespace karkara::planner
