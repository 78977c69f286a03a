// Who has service now: whom the plan serves from a mast that stands and is up, best or second best, summed by region,
// department and commune. A site that goes up or down costs its own settlements alone. Refuses to know the fleet and
// time: it is told. Called by controller/planning.
#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "controller/planner/live/division_table.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

inline constexpr std::uint32_t kMostPhases = 50;  // those beyond are not counted apart

enum class ServedBy : unsigned char { Nobody, Best, Second };

struct CoverageSums {
  std::int64_t people = 0;  // of all settlements; unknown ones count nothing
  std::int64_t people_planned = 0;
  std::int64_t people_served = 0;     // now
  std::int64_t people_by_second = 0;  // of them
  std::uint32_t settlements = 0;
  std::uint32_t settlements_planned = 0;
  std::uint32_t settlements_served = 0;
  std::uint32_t settlements_unknown = 0;  // nobody knows their people
  std::uint32_t sites = 0;
  std::uint32_t sites_up = 0;
  PlanCost cost;                              // of the sites
  std::vector<std::int64_t> people_by_phase;  // as long as the plan has phases; the first is phase 1
  friend bool operator==(const CoverageSums&, const CoverageSums&) = default;
};

struct AreaCoverage {
  unsigned level = 0;  // 0 the whole, 1 region, 2 department, 3 commune
  AreaNames name;      // of its level and above
  CoverageSums sums;
};

struct PlanDivisions {
  std::vector<AreaNames> sites;        // one each of the plan's sites
  std::vector<AreaNames> settlements;  // and settlements
};

class LiveCoverage {
 public:
  // Nothing is up. The divisions are as long as the plan's lists.
  LiveCoverage(std::shared_ptr<const Plan> plan, const PlanDivisions& divisions);

  // How many settlements were looked at: those of the site, when it changed.
  std::size_t set_up(std::uint32_t site, bool up);

  [[nodiscard]] bool is_up(std::uint32_t site) const { return up_[site] != 0; }
  [[nodiscard]] ServedBy served_by(std::uint32_t settlement) const { return served_[settlement]; }
  [[nodiscard]] const CoverageSums& whole() const { return areas_.front().sums; }
  // The whole, then each region followed by its departments, each by its communes; by name.
  [[nodiscard]] const std::vector<AreaCoverage>& areas() const { return areas_; }
  [[nodiscard]] const Plan& plan() const { return *plan_; }

 private:
  using AreasOf = std::array<std::uint32_t, 4>;  // numbers of the whole, region, department, commune
  void divide(const PlanDivisions& divisions);
  void sum_plan();
  void settle(std::uint32_t settlement, ServedBy now);
  template <class Deed>
  void in_areas(const AreasOf& areas, Deed deed);

  std::shared_ptr<const Plan> plan_;
  std::vector<AreaCoverage> areas_;
  std::vector<AreasOf> areas_of_site_;
  std::vector<AreasOf> areas_of_settlement_;
  std::vector<char> up_;
  std::vector<ServedBy> served_;
  std::vector<std::uint32_t> first_of_;        // of each site, where its settlements begin in `settlements_of_`
  std::vector<std::uint32_t> settlements_of_;  // whom it serves best or second best
};

}  // namespace karkara::planner
