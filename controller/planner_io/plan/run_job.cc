#include <chrono>
#include <cinttypes>
#include <optional>

#include "controller/planner/plan/plan_search.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_file.h"
#include "controller/planner_io/plan/progress_line.h"
#include "controller/planner_io/plan/run_inputs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

int failed(std::FILE* notes, const Error& error) {
  std::fprintf(notes, "karkara-plan: %s\n", error.text.c_str());
  return kFailed;
}

// Without a plan. Whom a signal ended is no failure of its own: the controller begins such a search again.
int ended(const JobStreams& streams, const Error& error) {
  const int code = failed(streams.notes, error);
  return error.code == ErrorCode::Aborted && streams.cancelled() ? kDoubtful : code;
}

// None for an empty path. In which phase it is built is asked anew.
Result<std::optional<Plan>> former_of(const std::string& path) {
  if (path.empty()) {
    return std::optional<Plan>{};
  }
  auto plan = read_plan(path);
  if (!plan) {
    return plan.error();
  }
  for (PlanSite& site : plan->sites) {
    site.phase = 0;
  }
  for (PlanSecondWay& way : plan->second_ways) {
    way.phase = 0;
  }
  return std::optional{std::move(plan).value()};
}

int search_and_write(const RunCommand& command, const JobStreams& streams, ProgressFile& told) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + command.time;
  const bool limited = command.time.count() > 0;
  ThreadExecutor executor{command.threads};
  told.at("reading", 0, 0);
  const auto from = former_of(command.from);
  if (!from) {
    return failed(streams.notes, from.error());
  }
  ProgressLine progress{streams.notes};
  Status written;
  PlanWatch watch;
  watch.cancelled = [&] { return streams.cancelled() || (limited && Clock::now() >= end); };
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) {
    progress.at(stage, done, of);
    told.at(stage, done, of);
  };
  watch.improved = [&](const Plan& plan) {
    written = write_plan(plan, command.output);
    told.found(plan);
  };
  const Tell tell = [&, say = teller(streams.notes)](const std::string& line) {
    progress.clear();
    say(line);
  };
  auto gathered = read_inputs(command, executor, streams.notes, tell, watch);
  progress.clear();
  if (!gathered) {
    return ended(streams, gathered.error());
  }
  watch.told = tell;
  PlanEffort effort;
  effort.gap = command.gap;
  const auto plan = search_plan(gathered->input, *gathered->ground.terrain, gathered->ground.hash, effort, executor,
                                watch, *from ? &**from : nullptr);
  progress.clear();
  if (!plan) {
    return ended(streams, plan.error());
  }
  written = write_plan(*plan, command.output);
  if (!written.ok()) {
    return failed(streams.notes, written.error());
  }
  told.found(*plan);
  run_job(ShowCommand{command.output}, streams);
  return streams.cancelled() ? kDoubtful : kDone;
}

}  // namespace

int run_job(const RunCommand& command, const JobStreams& streams) {
  ProgressFile told{command.progress};
  return told.end(search_and_write(command, streams, told));
}

ChosenJob job_of(const SearchCommand& asked) {
  return {[asked](const JobStreams& streams) {
    return std::visit([&](const auto& command) { return run_job(command, streams); }, asked);
  }};
}

}  // namespace karkara::planner
