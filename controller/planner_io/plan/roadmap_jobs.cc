#include <cinttypes>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/compare.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/comparison_output.h"
#include "controller/planner_io/plan/curve_output.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

std::string region_name(const std::string& region) {
  return clean_utf8(region.empty() ? "unknown" : region);
}

// What a region got, and what its money bought.
void print_part(std::FILE* out, const char* before, const std::string& region, const RegionPart& part) {
  std::fprintf(out, "%s%-24s %6" PRIu64 " sites %10" PRId64 " people %14" PRId64 " to build", before,
               region_name(region).c_str(), part.sites, part.people, part.capex);
  if (part.people > 0) {
    std::fprintf(out, ", %.2f a person", static_cast<double>(part.capex) / static_cast<double>(part.people));
  }
  std::fputs("\n", out);
}

void print_regions(std::FILE* out, const PhaseTable& table) {
  std::fputs("what each region's money buys in all:\n", out);
  for (const auto& [region, part] : table.by_region) {
    print_part(out, "  ", region, part);
  }
  for (const auto& [region, part] : table.left_by_region) {
    print_part(out, "  not paid for: ", region, part);
  }
}

void print_phases(std::FILE* out, const PhaseTable& table, const Plan& plan, std::uint32_t first_year) {
  std::fprintf(out, "%5s %6s %14s %14s %14s %14s %6s %10s %12s %7s\n", "phase", "year", "budget", "running", "building",
               "left", "sites", "people", "people total", "share");
  for (const Phase& phase : table.phases) {
    const std::string year = first_year == 0 ? "-" : std::to_string(first_year + phase.number - 1);
    const double share = plan.totals.people > 0
                             ? 100.0 * static_cast<double>(phase.people_total) / static_cast<double>(plan.totals.people)
                             : 0;
    std::fprintf(out,
                 "%5u %6s %14" PRId64 " %14" PRId64 " %14" PRId64 " %14" PRId64 " %6" PRIu64 " %10" PRId64 " %12" PRId64
                 " %6.2f%%\n",
                 phase.number, year.c_str(), phase.budget, phase.running, phase.capex, phase.left, phase.sites,
                 phase.people, phase.people_total, share);
    for (const BudgetYear& budget : phase.budgets) {
      std::fprintf(out, "%12s %14" PRId64 " %14" PRId64 " %14" PRId64 " %14" PRId64 " %6" PRIu64 " %10" PRId64 "  %s\n",
                   "of", budget.budget, budget.running, budget.capex, budget.left, budget.sites, budget.people,
                   budget.region.empty() ? "(any region)" : region_name(budget.region).c_str());
    }
    for (const auto& [region, part] : phase.by_region) {
      print_part(out, "      ", region, part);
    }
  }
  std::fprintf(out, "not paid for: %" PRIu64 " sites, %" PRId64 " people, %" PRId64 " to build\n", table.sites_left,
               table.people_left, table.capex_left);
  print_regions(out, table);
}

}  // namespace

int run_phase(const PhaseCommand& command, const JobStreams& streams) {
  auto plan = read_plan(command.files.plan);
  const auto borders = read_optional_borders(command.files.areas, streams.notes);
  if (!plan || !borders) {
    return fail_job(streams.notes, !plan ? plan.error() : borders.error());
  }
  const auto table = phase_plan(*plan, command.rules, Regions{*borders});
  if (!table) {
    return fail_job(streams.notes, table.error());
  }
  print_phases(streams.out, *table, *plan, command.rules.first_year);
  print_curve(streams.out, *plan);
  if (!command.output.empty()) {
    if (const Status written = write_plan(*plan, command.output); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return kDone;
}

int run_compare(const CompareCommand& command, const JobStreams& streams) {
  const auto before = read_plan(command.before);
  const auto after = read_plan(command.after);
  if (!before || !after) {
    return fail_job(streams.notes, !before ? before.error() : after.error());
  }
  const PlanComparison found = compare(*before, *after);
  print_comparison(streams.out, found);
  if (!command.output.empty()) {
    if (const Status written = write_text_file(command.output, comparison_csv(found)); !written.ok()) {
      return fail_job(streams.notes, written.error());
    }
  }
  return kDone;
}

}  // namespace karkara::planner
