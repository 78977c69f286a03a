// A plan beside the fleet: which of the fleet's sites stands at which of the plan's, whether each serves now, and so
// who has service. Sites that changed are looked at alone; all of them only when a plan comes or a site moved. Refuses
// threads, time and the fleet's lock: it is given copies. Owned by PlanDesk's thread.
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "controller/fleet/fleet.h"
#include "controller/planner/live/live_coverage.h"
#include "controller/planning/fleet_lists.h"

namespace karkara {

// Whether the villagers at a site have service: heard lately, a way out, and not all of their traffic shed.
[[nodiscard]] bool serves_now(const SiteView& view);

struct StandingSite {
  SiteId id;
  std::optional<planner::Place> place;
  bool serves = false;
};
// Copies, so that the fleet's lock is held shortly.
[[nodiscard]] std::vector<StandingSite> standing_sites(const Fleet& fleet);
[[nodiscard]] std::vector<StandingSite> standing_sites(const Fleet& fleet, const std::set<SiteId>& wanted);

class CoverageWatch {
 public:
  CoverageWatch(std::shared_ptr<const planner::Plan> plan, const planner::PlanDivisions& divisions);

  // The whole fleet; all are matched again.
  void look_at_all(const std::vector<StandingSite>& fleet);
  // Sites that changed. False: one of them is new or moved, all must be looked at.
  [[nodiscard]] bool look_at(const std::vector<StandingSite>& changed);

  [[nodiscard]] const planner::LiveCoverage& live() const { return live_; }
  // Of each of the plan's sites the id of the fleet's; empty: none stands there.
  [[nodiscard]] const std::vector<std::string>& standing() const { return standing_; }
  [[nodiscard]] MastHeights mast_heights() const;
  // Settlements that were looked at since the beginning.
  [[nodiscard]] std::size_t settlements_looked_at() const { return looked_at_; }
  // Times that a site which was looked at alone went up or down. Sums do not tell: of two sites one may take the
  // other's place.
  [[nodiscard]] std::size_t flips() const { return flips_; }

 private:
  planner::LiveCoverage live_;
  std::map<SiteId, std::optional<planner::Place>> places_;  // of the whole fleet, as they were matched
  std::map<SiteId, std::uint32_t> planned_;                 // numbers in the plan of those that stand in it
  std::vector<std::string> standing_;
  std::size_t looked_at_ = 0;
  std::size_t flips_ = 0;
};

}  // namespace karkara
