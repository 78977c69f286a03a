// The ways of a plan from each site to the world outside, first and second ones, walked while parts of it are down.
// Radio hops carry both ways, so whoever hangs on a site may bring it out, too. Refuses to know how second ways were
// chosen: it walks what the plan says. Called by plan_failures and plan_losses, and by whoever explains a plan.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

// A way is a number: of a site its first one, behind those of all sites the second ways in the plan's order.
inline constexpr std::uint32_t kNoWay = kNoSite;

struct WayStep {
  std::uint32_t from = kNoSite;
  std::uint32_t to = kNoSite;  // kNoSite: the world outside
  std::uint32_t way = kNoWay;
};

class PlanWays {
 public:
  // Keeps a reference. Ways whose numbers lead nowhere are left out.
  explicit PlanWays(const Plan& plan);

  // Of each site, whether it stands and has a way out without those sites and that way.
  [[nodiscard]] std::vector<char> in_touch(std::span<const std::uint32_t> down, std::uint32_t way = kNoWay) const;
  // The steps out of a site, as few as there are; empty where none lead out.
  [[nodiscard]] std::vector<WayStep> way_out(std::uint32_t site, std::span<const std::uint32_t> down,
                                             std::uint32_t way = kNoWay) const;
  // Sites that its first way out runs over, from the next one to the last.
  [[nodiscard]] std::vector<std::uint32_t> first_way(std::uint32_t site) const;

  [[nodiscard]] const Plan& plan() const { return plan_; }
  [[nodiscard]] BackhaulKind kind(std::uint32_t way) const;
  [[nodiscard]] const PlanHop& hop(std::uint32_t way) const;
  [[nodiscard]] bool is_unproven(std::uint32_t way) const;
  [[nodiscard]] std::uint32_t second(std::size_t number) const {
    return static_cast<std::uint32_t>(plan_.sites.size() + number);
  }

 private:
  void add(std::uint32_t site, BackhaulKind kind, const PlanHop& hop, std::uint32_t way);

  const Plan& plan_;
  std::vector<std::vector<WayStep>> steps_;  // of each site
};

}  // namespace karkara::planner
