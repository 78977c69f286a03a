// The jobs run, show, explain, link and what-if of karkara-plan. Each returns the exit code as those of plan_jobs.h.
// Refuses to know signals and the command line.
#pragma once

#include "controller/planner_io/plan/plan_command.h"
#include "controller/planner_io/plan/search_commands.h"

namespace karkara::planner {

// Exit code 3 when it was cancelled: the plan so far has been written.
int run_job(const RunCommand& command, const JobStreams& streams);
int run_job(const ShowCommand& command, const JobStreams& streams);
int run_job(const ExplainCommand& command, const JobStreams& streams);
int run_job(const LinkCommand& command, const JobStreams& streams);
int run_job(const WhatIfCommand& command, const JobStreams& streams);

[[nodiscard]] ChosenJob job_of(const SearchCommand& asked);

}  // namespace karkara::planner
