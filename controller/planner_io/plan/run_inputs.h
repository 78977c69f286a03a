// All that `run` was given, read: what a search works on, and what a what-if of its plan works on again. Refuses what
// cannot be read, with its file.
#pragma once

#include <cstdio>

#include "controller/planner_io/plan/search_commands.h"

namespace karkara::planner {

struct Gathered {
  PlanGround ground;
  PlanInput input;
};

// Doubts of the settlements go to `notes`, others to `tell`. Aborted when it is cancelled.
[[nodiscard]] Result<Gathered> read_inputs(const RunCommand& command, Executor& executor, std::FILE* notes,
                                           const Tell& tell, const Watch& watch);

}  // namespace karkara::planner
