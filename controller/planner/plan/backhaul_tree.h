// The way out of every chosen mast, as cheap as it is found: each joins a neighbour by a radio hop or has a way out of
// its own; masts are raised and relays added where that pays. Refuses to change who serves whom. It searches, it does
// not prove; the bound is plan_search's. Called many times by plan_search; depends on its input alone.
#pragma once

#include <cstdint>
#include <vector>

#include "controller/planner/plan/plan_model.h"

namespace karkara::planner {

inline constexpr std::int8_t kNoMast = -1;

struct Chosen {
  std::vector<std::int8_t> serving;  // of each node: index of the lowest mast that serves whom it must; kNoMast
  std::vector<double> demand;        // of each node, bit/s in the busy hour; empty: not asked
};

struct Backhaul {
  std::vector<std::int8_t> height;    // of each node, index; kNoMast where nothing is built
  std::vector<std::uint32_t> hop;     // of each node, the pair to its parent; kNoSite for its own way out
  std::vector<std::uint32_t> parent;  // node
  Money cost = 0;                     // masts and ways out
};

[[nodiscard]] Backhaul cheapest_backhaul(const PlanModel& model, const Chosen& chosen);

// The same with masts to begin with that are so high, of each node, kNoMast where none is asked for: what is needless
// is taken down again.
[[nodiscard]] Backhaul cheapest_backhaul(const PlanModel& model, const Chosen& chosen,
                                         const std::vector<std::int8_t>& begin_with);

// The same where only the `open` nodes may have changed: hops between others stay as they were, and relays are tried
// among the open ones alone. Not for another `chosen` at nodes that are not open, but for a lower mast there.
[[nodiscard]] Backhaul mended_backhaul(const PlanModel& model, const Chosen& chosen, const Backhaul& before,
                                       const std::vector<std::uint32_t>& open);

// `now` with all that differs between `before` and `after`, which were made from an earlier state; mended where both
// do not go together.
[[nodiscard]] Backhaul merged_backhaul(const PlanModel& model, const Chosen& chosen, const Backhaul& now,
                                       const Backhaul& before, const Backhaul& after);

// What passes each node in the busy hour, its own among it; nothing where demand is not asked.
[[nodiscard]] std::vector<double> traffic_of(const Backhaul& built, const std::vector<double>& demand);

// What a mast costs there at that height.
[[nodiscard]] Money mast_price(const PlanModel& model, const Chosen& chosen, std::uint32_t node, std::int8_t height);

// The cheapest way out of one more mast, by its height, given what is built: its own, or a hop with what it takes to
// raise both ends.
[[nodiscard]] Heights prices_to_join(const PlanModel& model, const Chosen& chosen, const Backhaul& built,
                                     std::uint32_t node);

}  // namespace karkara::planner
