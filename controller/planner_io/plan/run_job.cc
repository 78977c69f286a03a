#include <algorithm>
#include <chrono>
#include <cinttypes>

#include "controller/planner/plan/plan_search.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_file.h"
#include "controller/planner_io/plan/progress_line.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

int failed(std::FILE* notes, const Error& error) {
  std::fprintf(notes, "karkara-plan: %s\n", error.text.c_str());
  return kFailed;
}

struct Gathered {
  PlanGround ground;
  PlanInput input;
};

// Empty where nothing counts more.
std::vector<std::int64_t> bonus_of(const std::vector<Settlement>& settlements, const RunCommand& command) {
  std::vector<std::int64_t> bonus;
  for (const Settlement& settlement : settlements) {
    bonus.push_back(settlement.schools * command.school_people + settlement.health_centres * command.health_people);
  }
  const bool any = std::any_of(bonus.begin(), bonus.end(), [](std::int64_t people) { return people > 0; });
  return any ? bonus : std::vector<std::int64_t>{};
}

Result<Gathered> read_all(const RunCommand& command, Executor& executor, std::FILE* notes) {
  auto people = read_people({command.settlements, command.country, command.areas}, notes);
  if (!people) {
    return people.error();
  }
  const Tell tell = [&](const std::string& text) { std::fprintf(notes, "%s\n", text.c_str()); };
  auto ground = read_ground(command.files, executor, tell);
  if (!ground) {
    return ground.error();
  }
  auto input = gather(std::move(people->settlements), command.files, *ground->terrain, executor, tell);
  if (!input) {
    return input.error();
  }
  input->target = command.target;
  input->eligible_from = command.eligible_from;
  input->eligible_to = command.eligible_to;
  input->fixed = command.fixed;
  input->forbidden = command.forbidden;
  input->busy_kbit_per_person = command.busy_kbit_per_person;
  input->most_people = command.most_people;
  input->seed = command.seed;
  input->bonus = bonus_of(input->settlements, command);
  return Gathered{std::move(*ground), std::move(*input)};
}

int search_and_write(const RunCommand& command, const JobStreams& streams, ProgressFile& told) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + command.time;
  const bool limited = command.time.count() > 0;
  ThreadExecutor executor{command.threads};
  told.at("reading", 0, 0);
  auto gathered = read_all(command, executor, streams.notes);
  if (!gathered) {
    return failed(streams.notes, gathered.error());
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
  PlanEffort effort;
  effort.gap = command.gap;
  const auto plan =
      search_plan(gathered->input, *gathered->ground.terrain, gathered->ground.hash, effort, executor, watch);
  progress.clear();
  if (!plan) {
    return failed(streams.notes, plan.error());
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
