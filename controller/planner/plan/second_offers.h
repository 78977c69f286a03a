// Ways out that a plan's masts could get besides their first ones: hops between masts that are built, an operator's
// network, a satellite terminal that sleeps until it is needed. Refuses new masts; masts are raised where a hop needs
// it. Called by second_way_search.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "controller/planner/plan/plan_fit.h"

namespace karkara::planner {

struct SecondWay {
  std::uint32_t node = kNoSite;
  BackhaulKind kind = BackhaulKind::Vsat;
  std::uint32_t pair = kNoSite;   // of a hop
  std::uint32_t other = kNoSite;  // node at its other end
  friend bool operator==(const SecondWay&, const SecondWay&) = default;
};
using SecondWays = std::vector<SecondWay>;

struct SecondOffer {
  SecondWay way;
  Money price = 0;  // without raised masts
};

// By node, then what it hangs on. A mast without a way out of its own is offered at least a satellite terminal.
[[nodiscard]] std::vector<SecondOffer> second_offers(const PlanModel& model, const PlanInput& input,
                                                     const Attempt& plan);

struct RaisedEnds {
  std::int8_t node = 0;
  std::int8_t other = 0;
  Money price = 0;  // of raising both
};

// The cheapest heights, at least those that stand, at which the way works; none where no heights do.
[[nodiscard]] std::optional<RaisedEnds> raised_ends(const PlanModel& model, const Chosen& chosen,
                                                    const std::vector<std::int8_t>& height, const SecondWay& way);

}  // namespace karkara::planner
