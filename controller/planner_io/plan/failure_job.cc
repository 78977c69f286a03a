#include <algorithm>
#include <cinttypes>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/plan_failures.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostFailures = 20;

std::string failures_csv(const Plan& plan, const std::vector<PlanFailure>& failures) {
  std::string text = "failing,sites,people,cut_off\n";
  for (const PlanFailure& failure : failures) {
    std::string cut;
    for (const std::uint32_t site : failure.cut_off) {
      cut += (cut.empty() ? "" : "; ") + plan.sites[site].id;
    }
    text += csv_text(name_of(plan, failure)) + "," + std::to_string(failure.cut_off.size()) + "," +
            std::to_string(failure.people) + "," + csv_text(cut) + "\n";
  }
  return text;
}

void print_failures(std::FILE* out, const Plan& plan, const std::vector<PlanFailure>& failures) {
  const auto hops = static_cast<std::size_t>(std::count_if(
      plan.sites.begin(), plan.sites.end(), [](const PlanSite& site) { return site.backhaul == BackhaulKind::Hop; }));
  std::fprintf(out,
               "without each of %zu masts, %zu hops, %zu ways out and %zu second ways in turn: %zu failures cut "
               "somebody else off\n",
               plan.sites.size(), hops, plan.sites.size() - hops, plan.second_ways.size(), failures.size());
  for (std::size_t i = 0; i < std::min(kMostFailures, failures.size()); ++i) {
    const PlanFailure& failure = failures[i];
    std::fprintf(out, "%10" PRId64 " people, %zu sites: %s\n", failure.people, failure.cut_off.size(),
                 clean_utf8(name_of(plan, failure)).c_str());
  }
  if (failures.size() > kMostFailures) {
    std::fputs("  more; -o writes all, with whom they cut off\n", out);
  }
}

}  // namespace

int run_check(const CheckPlan& command, const JobStreams& streams) {
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return fail_job(streams.notes, plan.error());
  }
  const std::vector<PlanFailure> failures = failures_of(*plan);
  print_failures(streams.out, *plan, failures);
  if (!command.output.empty()) {
    if (const Status written = write_text_file(command.output, failures_csv(*plan, failures)); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  const std::optional<std::int64_t> most = command.most_cut_off ? command.most_cut_off : plan->most_cut_off;
  if (!most) {
    std::fputs("nobody asked for second ways out (--n-1)\n", streams.out);
    return kDone;
  }
  const auto over = std::count_if(failures.begin(), failures.end(),
                                  [&](const PlanFailure& failure) { return failure.people > *most; });
  std::fprintf(streams.out, "%td of them more than %" PRId64 " people\n", over, *most);
  return over == 0 ? kDone : kDoubtful;
}

}  // namespace karkara::planner
