// In which order a plan's sites would best be built: each step is a site with all that must stand before it works (the
// sites that its way out runs over) and with second ways out as soon as their ends stand, the step that buys the most
// people for its money first. Refuses to change the plan: which sites there are is decided. Phases and the curve of
// people against cost come from it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/planner/plan/plan.h"

namespace karkara::planner {

inline constexpr std::uint32_t kNotNow = 0xFFFF'FFFFU;  // a rank: such a site begins no step, but may be part of one

struct BuildStep {
  std::vector<std::uint32_t> sites;  // in the order of building: what others hang on first
  std::int64_t people = 0;           // that they serve
  std::uint64_t settlements = 0;     // also of unknown people
  std::int64_t weight = 0;           // of the people that count for the order
  PlanCost cost;
};

class BuildOrder {
 public:
  // `weight` of each site: the people that count; `rank`: lower ones first, whatever they cost. As long as plan.sites.
  BuildOrder(const Plan& plan, std::vector<std::int64_t> weight, std::vector<std::uint32_t> rank);

  // The best step whose capital cost is at most that; none when nothing is left that fits. By net present cost, or by
  // capital cost alone.
  [[nodiscard]] std::optional<BuildStep> best(Money most_capex, bool by_npv) const;
  void build(const BuildStep& step);
  void set_rank(std::vector<std::uint32_t> rank) { rank_ = std::move(rank); }

  [[nodiscard]] bool is_built(std::uint32_t site) const { return built_[site] != 0; }
  // Sites that can never work: their way out runs in a circle or to nowhere.
  [[nodiscard]] bool is_stranded(std::uint32_t site) const { return stranded_[site] != 0; }

 private:
  [[nodiscard]] BuildStep sums_to(std::uint32_t site) const;  // without the list of sites
  // Of second ways whose ends both stand once the site and what it hangs on are built.
  void add_second_ways(std::uint32_t site, BuildStep& step) const;
  [[nodiscard]] bool stands_with(std::uint32_t wanted, std::uint32_t site) const;

  const Plan& plan_;
  std::vector<std::int64_t> weight_;
  std::vector<std::uint32_t> rank_;
  std::vector<char> built_, stranded_;
  std::vector<std::vector<std::uint32_t>> second_ways_;  // of each site, those of which it is an end
};

// What each step adds, all sites, by net present cost: the honest curve with its expensive tail.
struct CurvePoint {
  std::uint64_t sites = 0;  // built by then
  std::int64_t people = 0;  // served by then
  Money npv = 0;            // spent by then
  Money capex = 0;
  double last_per_person = 0;  // net present cost of the step that led here, by its people; infinite for unknown ones
};
[[nodiscard]] std::vector<CurvePoint> cost_curve(const Plan& plan);
// The first point that serves at least that share of `people`; none where the plan never does.
[[nodiscard]] std::optional<CurvePoint> point_at(const std::vector<CurvePoint>& curve, std::int64_t people,
                                                 double share);

}  // namespace karkara::planner
