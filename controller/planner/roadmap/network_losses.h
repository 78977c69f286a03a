// What of a plan rests on operators that are lost: a tower falls, or an operator leaves with all its towers. Sites that
// buy a network there go on with the next one within reach, as far as the plan knows of any; sites on lost masts fall.
// Refuses repair: a hop or a satellite in their place is `what-if`'s to find.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

struct LostNetworks {
  std::vector<std::string> towers;     // ids of masts
  std::vector<std::string> operators;  // names
  [[nodiscard]] bool empty() const { return towers.empty() && operators.empty(); }
};

// Of each network that reaches a place, whether it is left. An area says nothing of towers: one whose operator lost a
// tower that reached the place does not count any more.
[[nodiscard]] std::vector<char> still_stand(const std::vector<PlanNetwork>& networks, const LostNetworks& lost);

// Whether a standing mast is lost.
[[nodiscard]] bool falls(const std::string& mast, const std::string& owner, const LostNetworks& lost);

struct NetworkFallback {
  std::uint32_t site = kNoSite;
  PlanNetwork to;
};

struct NetworkLoss {
  std::vector<std::uint32_t> fallen;      // sites on lost masts
  std::vector<NetworkFallback> fallback;  // sites that buy another network now
  std::vector<std::uint32_t> cut;         // sites that find none: they need a hop or a satellite
  std::vector<std::uint32_t> unknown;     // sites with a SIM of which the plan does not say whose it is
};

[[nodiscard]] NetworkLoss network_loss_of(const Plan& plan, const LostNetworks& lost);

// All that the plan's sites rest on or could fall back to, each once, in order.
[[nodiscard]] std::vector<std::string> towers_named(const Plan& plan);
[[nodiscard]] std::vector<std::string> operators_named(const Plan& plan);

}  // namespace karkara::planner
