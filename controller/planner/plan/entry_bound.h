// What ways out cost every plan above the cheapest one that each mast could have: a settlement is served from a set of
// places; some mast among them is built, and its tree enters the set over a hop from elsewhere or by a way out of its
// own, which may all be dearer than the cheapest hop. Dual ascent after Wong (1984): sets grow over hops that are paid
// for, and no hop is paid for twice. Refuses masts' own costs, which are the cover's, and rows that may stay unserved.
// Called by plan_search; the bound of the cover of sites and this one add up.
#pragma once

#include "controller/planner/plan/site_options.h"

namespace karkara::planner {

[[nodiscard]] Money entry_bound(const PlanModel& model, const SiteOptions& options);

}  // namespace karkara::planner
