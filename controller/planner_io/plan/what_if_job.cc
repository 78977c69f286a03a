#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/comparison_output.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_line.h"
#include "controller/planner_io/plan/run_inputs.h"
#include "controller/planner_io/plan/search_jobs.h"
#include "controller/planner_io/plan/what_if_words.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// Without a target of its own the question has the plan's.
Result<RunCommand> inputs_of(const WhatIfCommand& command, const Plan& plan) {
  RunCommand run = command.run;
  if (!command.target_is_plans) {
    return run;
  }
  const auto planned = parse_planned_target(plan.target);
  if (!planned) {
    return planned.error().in(command.plan);
  }
  run.target = planned->target;
  if (planned->eligible) {
    std::tie(run.eligible_from, run.eligible_to) = *planned->eligible;
  }
  return run;
}

// What was promised about single failures is the plan's word, too.
void take_promises(const Plan& plan, RunCommand& run) {
  if (!run.most_cut_off) {
    run.most_cut_off = plan.most_cut_off;
  }
}

int show_answer(const WhatIfCommand& command, const WhatIfAnswer& answer, bool same_input, const JobStreams& streams) {
  if (!same_input) {
    std::fputs(
        "the files or options are not those of the plan: first is the plan as it stands over these, not as it was "
        "written\n",
        streams.out);
  }
  for (const std::string& sentence : answer.told) {
    std::fprintf(streams.notes, "%s\n", clean_utf8(sentence).c_str());
  }
  const PlanComparison found = compare(answer.before, answer.after);
  print_comparison(streams.out, found);
  if (!command.differences.empty()) {
    if (const Status written = write_text_file(command.differences, comparison_csv(found)); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  if (!command.run.output.empty()) {
    if (const Status written = write_plan(answer.after, command.run.output); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return kDone;
}

}  // namespace

int run_job(const WhatIfCommand& command, const JobStreams& streams) {
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return fail_job(streams.notes, plan.error());
  }
  auto run = inputs_of(command, *plan);
  if (!run) {
    return fail_job(streams.notes, run.error());
  }
  take_promises(*plan, *run);
  ThreadExecutor executor{command.run.threads};
  ProgressLine progress{streams.notes, "nothing is written"};
  Watch watch;
  watch.cancelled = streams.cancelled;
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) { progress.at(stage, done, of); };
  const Tell tell = [&, say = teller(streams.notes)](const std::string& line) {
    progress.clear();
    say(line);
  };
  const auto gathered = read_inputs(*run, executor, streams.notes, tell, watch);
  progress.clear();
  if (!gathered) {
    return fail_job(streams.notes, gathered.error());
  }
  const auto asked = parse_what_if(command, *plan, gathered->input.costs);
  PlanSources files = run->files;
  files.country = run->country;
  const auto networks = networks_for_sale(files, gathered->input, [](const std::string&) {});
  if (!asked || !networks) {
    return fail_job(streams.notes, !asked ? asked.error() : networks.error());
  }
  const NetworksAt networks_at = [&](const Place& place) {
    std::vector<std::uint32_t> numbers;
    for (const NetworkClaim& claim : networks->claims_at(place)) {
      numbers.push_back(static_cast<std::uint32_t>(claim.number));
    }
    return numbers;
  };
  const std::uint64_t hash = input_hash(gathered->input, gathered->ground.hash);
  const auto answer =
      what_if(*plan, gathered->input, hash, *gathered->ground.terrain, *asked, networks_at, executor, watch);
  progress.clear();
  if (!answer) {
    return fail_job(streams.notes, answer.error());
  }
  return show_answer(command, *answer, is_same_data(plan->input_hash, hash), streams);
}

}  // namespace karkara::planner
