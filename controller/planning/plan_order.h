// What a planning job does, as processes one after the other: the search, its phases, the tables of areas. Made of the
// planner's folder, its file of options and what an operator asked, who has the last word. Refuses options that would
// lead a job's files elsewhere, and requests that are none. Pure; called by PlanDesk.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "common/result.h"
#include "controller/planning/plan_folder.h"
#include "karkara/v1/stored.pb.h"

namespace karkara {

// InvalidArgument, with the field.
[[nodiscard]] Status check_request(const v1::StartPlanRequest& request);

struct JobPlaces {
  std::string folder;        // of the job: plan.txt, progress, sites.csv, settlements.csv
  std::string fleet;         // CSV of the fleet's masts; empty: none
  std::uint64_t memory = 0;  // bytes
  std::string from{};        // a plan to go on from; empty: none
};

// InvalidArgument: the options' line that is wrong. `request` has passed check_request.
[[nodiscard]] Result<std::vector<v1::StoredPlanStep>> steps_of(const PlanFolder& folder,
                                                               const v1::StartPlanRequest& request,
                                                               const JobPlaces& places);

// A step's word --time=90s, 10min or 2h with so many seconds less, but a minute where it had that; other words, and no
// limit (0s), as they are. A clock that was set back takes nothing away.
[[nodiscard]] std::string with_time_left(std::string word, std::int64_t gone);

}  // namespace karkara
