// What any one failure does to a plan (N-1): each mast, hop and way out is taken away in turn, all that is left is
// walked anew, and whoever stands without a way out is told. So it holds for plans that anybody wrote, and shares
// nothing with the search that bought second ways. Refuses to mend. Called by checks, explanations, exports and
// reports.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "controller/planner/roadmap/plan_ways.h"

namespace karkara::planner {

enum class FailingPart : unsigned char { Mast, Hop, WayOut, SecondWay };

struct PlanFailure {
  FailingPart part = FailingPart::Mast;
  std::uint32_t number = 0;            // of the site whose it is; of a second way
  std::vector<std::uint32_t> cut_off;  // sites that stand, but not the one whose own mast or way out it is
  std::int64_t people = 0;             // whom they serve best
};

// "mast of Gona", "hop from Gona to Kollo", "way out of Gona": with ids, as the plan's author wrote them.
[[nodiscard]] std::string name_of(const Plan& plan, const PlanFailure& failure);

// Every failure that cuts anybody off, the worst first.
[[nodiscard]] std::vector<PlanFailure> failures_of(const Plan& plan);

struct SiteGroup {
  std::uint64_t sites = 0;
  std::int64_t people = 0;
};

struct PlanSafety {
  SiteGroup two_ways;                // in touch whatever fails, but for themselves
  SiteGroup own_way;                 // their own way out is the only one; nobody else's failure matters to them
  SiteGroup one_way;                 // some failure elsewhere cuts them off
  std::optional<PlanFailure> worst;  // of a mast that falls; none: nobody is ever cut off
};
[[nodiscard]] PlanSafety safety_of(const Plan& plan);

// Sites that some failure would cut off if that second way were not there.
struct KeptInTouch {
  std::vector<std::uint32_t> sites;
  std::int64_t people = 0;
};
[[nodiscard]] KeptInTouch kept_in_touch(const PlanWays& ways, std::size_t second_way);

// How a site stays in touch while something that its first way out runs over is down.
struct Detour {
  std::vector<std::uint32_t> when_down;  // any one of these sites; empty: its own way out
  std::vector<WayStep> steps;            // to the world outside; empty: it is cut off
};
// Of a site with a way out of its own one at most, and none where that is the only one.
[[nodiscard]] std::vector<Detour> detours_of(const PlanWays& ways, std::uint32_t site);

}  // namespace karkara::planner
