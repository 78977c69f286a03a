// A finished plan changed by hand: sites moved, masts raised or lowered, taken away or added, operators' towers lost.
// What was not touched stands as it stood; links are looked at from the plan's own sites alone, hops only where
// something changed, and ways out that broke are mended with what stands. Refuses to search for better places: `run`
// does. Called by `karkara-plan what-if`.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planner/executor.h"
#include "controller/planner/plan/plan_input.h"
#include "controller/planner/roadmap/network_losses.h"
#include "controller/planner/terrain/terrain_view.h"
#include "controller/planner/watch.h"

namespace karkara::planner {

struct MoveSite {
  std::uint32_t site = kNoSite;  // number in the plan, as below
  Place to;
};
struct RaiseMast {
  std::uint32_t site = kNoSite;
  std::size_t height = 0;  // index in the prices; lower ones are as good
};
struct AddMast {
  Place at;
  std::size_t height = 0;
  std::uint32_t settlement = kNoSite;  // number in the plan of the one that it stands at; none: a place of its own
};

struct WhatIf {
  std::vector<MoveSite> moves{};
  std::vector<RaiseMast> raises{};
  std::vector<std::uint32_t> drops{};
  std::vector<AddMast> adds{};
  LostNetworks lost{};
};

// Whose networks reach a place: numbers of the input's networks, the one that would carry first.
using NetworksAt = std::function<std::vector<std::uint32_t>(const Place&)>;

struct WhatIfAnswer {
  Plan before;                    // the plan as it stands over this input
  Plan after;                     // without a bound: nobody proved anything about it
  std::vector<std::string> told;  // what there is to know about it, a sentence each
};

// `hash`: of the input over this terrain. Refuses nothing asked, what contradicts itself, standing masts that would
// move or grow, places on unknown ground or on a site. Aborted when it is cancelled.
[[nodiscard]] Result<WhatIfAnswer> what_if(const Plan& plan, const PlanInput& input, std::uint64_t hash,
                                           const TerrainView& terrain, const WhatIf& asked,
                                           const NetworksAt& networks_at, Executor& executor, const Watch& watch);

}  // namespace karkara::planner
