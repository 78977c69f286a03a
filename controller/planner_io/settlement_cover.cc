#include "controller/planner_io/settlement_cover.h"

namespace karkara::planner {

CoverProblem cover_within(const std::vector<Settlement>& settlements, Metres radius, Executor& executor) {
  std::vector<Place> places;
  CoverProblem problem;
  for (const Settlement& settlement : settlements) {
    places.push_back(settlement.place);
    problem.people.push_back(settlement.people.value_or(0));
  }
  problem.covers = sites_within(places, places, radius, executor);
  problem.settlements = places.size();
  problem.cost.assign(places.size(), kOneUnit);
  return problem;
}

}  // namespace karkara::planner
