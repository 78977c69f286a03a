#include <algorithm>
#include <cinttypes>

#include "controller/planner/outputs/text.h"
#include "controller/planner/roadmap/compare.h"
#include "controller/planner/roadmap/plan_losses.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/geo_jobs.h"
#include "controller/planner_io/plan/job_files.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan_file.h"

namespace karkara::planner {
namespace {

constexpr std::size_t kMostShown = 20;

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
    for (const auto& [region, people] : phase.people_by_region) {
      if (people > 0) {
        std::fprintf(out, "      %-24s %10" PRId64 " people\n", clean_utf8(region.empty() ? "unknown" : region).c_str(),
                     people);
      }
    }
  }
  std::fprintf(out, "not paid for: %" PRIu64 " sites, %" PRId64 " people, %" PRId64 " to build\n", table.sites_left,
               table.people_left, table.capex_left);
}

void print_change(std::FILE* out, const char* what, std::int64_t before, std::int64_t after) {
  std::fprintf(out, "%-24s %16" PRId64 " %16" PRId64 " %+16" PRId64 "\n", what, before, after, after - before);
}

std::string words_of_change(const SiteChange& change) {
  if (change.after == kNoSite) {
    return "only in the first";
  }
  if (change.before == kNoSite) {
    return "only in the second";
  }
  std::string text;
  for (const std::string& one : change.what) {
    text += (text.empty() ? "" : "; ") + one;
  }
  return text.empty() ? "cost" : text;
}

std::string comparison_csv(const PlanComparison& comparison) {
  std::string text = "kind,id,change,npv_or_people\n";
  for (const SiteChange& site : comparison.sites) {
    text += "site," + csv_text(site.id) + "," + csv_text(words_of_change(site)) + "," + std::to_string(site.npv) + "\n";
  }
  for (const SettlementChange& one : comparison.settlements) {
    text += std::string{one.gained ? "gained"
                        : one.lost ? "lost"
                                   : "changed"} +
            "," + csv_text(one.id) + "," + csv_text(one.what) + "," + std::to_string(one.people) + "\n";
  }
  for (const std::string& id : comparison.only_before) {
    text += "settlement only in the first," + csv_text(id) + ",,\n";
  }
  for (const std::string& id : comparison.only_after) {
    text += "settlement only in the second," + csv_text(id) + ",,\n";
  }
  return text;
}

void print_comparison(std::FILE* out, const PlanComparison& found) {
  std::fprintf(out, "%-24s %16s %16s %16s\n", "", "first", "second", "difference");
  print_change(out, "people served", found.before.people_served, found.after.people_served);
  print_change(out, "settlements served", static_cast<std::int64_t>(found.before.settlements_served),
               static_cast<std::int64_t>(found.after.settlements_served));
  print_change(out, "building", found.before.cost.capex, found.after.cost.capex);
  print_change(out, "running, a year", found.before.cost.opex, found.after.cost.opex);
  print_change(out, "net present cost", found.before.cost.npv, found.after.cost.npv);
  if (!found.same_input) {
    std::fputs("the plans rest on different data\n", out);
  }
  std::size_t gained = 0;
  std::size_t lost = 0;
  for (const SettlementChange& one : found.settlements) {
    gained += one.gained ? 1 : 0;
    lost += one.lost ? 1 : 0;
  }
  std::fprintf(out,
               "%zu sites differ; settlements: %zu gained, %zu lost, %zu served otherwise; %zu known to one only\n",
               found.sites.size(), gained, lost, found.settlements.size() - gained - lost,
               found.only_before.size() + found.only_after.size());
  for (std::size_t i = 0; i < std::min(kMostShown, found.sites.size()); ++i) {
    std::fprintf(out, "  site %s: %s (%+" PRId64 ")\n", clean_utf8(found.sites[i].id).c_str(),
                 clean_utf8(words_of_change(found.sites[i])).c_str(), found.sites[i].npv);
  }
  for (std::size_t i = 0; i < std::min(kMostShown, found.settlements.size()); ++i) {
    const SettlementChange& one = found.settlements[i];
    std::fprintf(out, "  settlement %s, %" PRId64 " people: %s\n", clean_utf8(one.id).c_str(), one.people,
                 clean_utf8(one.what).c_str());
  }
  if (found.sites.size() > kMostShown || found.settlements.size() > kMostShown) {
    std::fputs("  more; -o writes all\n", out);
  }
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

int run_loss(const LossCommand& command, const JobStreams& streams) {
  const auto plan = read_plan(command.plan);
  if (!plan) {
    return fail_job(streams.notes, plan.error());
  }
  std::vector<std::uint32_t> lost;
  for (const std::string& id : command.sites) {
    const auto found = std::find_if(plan->sites.begin(), plan->sites.end(),
                                    [&](const PlanSite& site) { return site.id == id || site.name == id; });
    if (found == plan->sites.end()) {
      return fail_job(streams.notes, {ErrorCode::NotFound, command.plan + ": no site '" + id + "'"});
    }
    lost.push_back(static_cast<std::uint32_t>(found - plan->sites.begin()));
  }
  const PlanLoss loss = loss_of(*plan, lost);
  std::fprintf(streams.out, "%zu sites down, %zu of them because their way out is\n", loss.down.size(),
               loss.down.size() - std::min(loss.down.size(), lost.size()));
  std::fprintf(streams.out, "%" PRId64 " people in %zu settlements fall back to their second site\n",
               loss.people_falling_back, loss.fall_back.size());
  std::fprintf(streams.out, "%" PRId64 " people in %zu settlements are served by nobody\n", loss.people_unserved,
               loss.unserved.size());
  for (std::size_t i = 0; i < std::min(kMostShown, loss.unserved.size()); ++i) {
    const PlanSettlement& one = plan->settlements[loss.unserved[i]];
    std::fprintf(streams.out, "  %s, %" PRId64 " people\n", shown_name(one.id, one.name).c_str(),
                 one.people.value_or(0));
  }
  return kDone;
}

}  // namespace karkara::planner
