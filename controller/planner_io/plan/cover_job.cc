#include <chrono>
#include <cinttypes>

#include "controller/planner/cover/cover_solver.h"
#include "controller/planner/cover/max_cover.h"
#include "controller/planner/outputs/text.h"
#include "controller/planner_io/exports/output_file.h"
#include "controller/planner_io/plan/plan_jobs.h"
#include "controller/planner_io/plan/progress_line.h"
#include "controller/planner_io/settlement_cover.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

// In quotes always: a name that looks like a number stays a name.
std::string quoted(const std::string& text) {
  const std::string field = csv_text(text);
  return field.starts_with('"') ? field : '"' + field + '"';
}

std::string sites_csv(const std::vector<Settlement>& settlements, const CoverProblem& problem,
                      const std::vector<std::uint32_t>& sites) {
  std::string text = "id,name,latitude,longitude,settlements_in_reach,people_in_reach\n";
  for (const std::uint32_t site : sites) {
    std::int64_t people = 0;
    for (const std::uint32_t row : problem.covers[site]) {
      people += problem.people[row];
    }
    const Settlement& at = settlements[site];
    text += quoted(at.id) + "," + quoted(at.name) + "," + decimal(at.place.latitude.value(), 6) + "," +
            decimal(at.place.longitude.value(), 6) + "," + std::to_string(problem.covers[site].size()) + "," +
            std::to_string(people) + "\n";
  }
  return text;
}

struct Found {
  std::vector<std::uint32_t> sites;
  std::string words;
  bool cancelled = false;
};

Result<Found> fewest(const CoverProblem& problem, const CoverCommand& command, const Watch& watch, Executor& executor) {
  CoverEffort effort;
  effort.seed = command.seed;
  effort.gap = command.gap;
  const auto plan = solve_cover(problem, effort, executor, watch);
  if (!plan) {
    return plan.error();
  }
  char words[200];
  std::snprintf(words, sizeof words, "%zu sites reach everybody; nobody can with fewer than %" PRId64 " (gap %.2f %%)",
                plan->sites.size(), (plan->bound + kOneUnit - 1) / kOneUnit, 100 * plan->gap());
  return Found{plan->sites, words, plan->cancelled};
}

Found most_people(const CoverProblem& problem, const CoverCommand& command, const Watch& watch, Executor& executor) {
  MaxCoverSearch search;
  search.sites = command.sites;
  search.seed = command.seed;
  search.gap = command.gap;
  search.cancelled = watch.cancelled;
  watch.progress("search", 0, search.starts);
  const MaxCover found = solve_max_cover(problem, search, executor);
  std::int64_t all = 0;
  for (const std::int64_t people : problem.people) {
    all += people;
  }
  const auto percent = [&](std::int64_t people) {
    return all == 0 ? 0 : 100 * static_cast<double>(people) / static_cast<double>(all);
  };
  char words[200];
  std::snprintf(words, sizeof words,
                "%zu sites reach %" PRId64 " people (%.2f %%); no others reach more than %" PRId64 " (%.2f %%)",
                found.sites.size(), found.people, percent(found.people), found.bound, percent(found.bound));
  return Found{found.sites, words, watch.cancelled()};
}

int complain(std::FILE* notes, const std::string& why) {
  std::fprintf(notes, "karkara-plan: %s\n", why.c_str());
  return kFailed;
}

int write_sites(const std::string& path, const std::string& csv, std::FILE* out, std::FILE* notes) {
  if (path.empty()) {
    const bool written = std::fputs(csv.c_str(), out) >= 0 && std::fflush(out) == 0;
    return written ? kDone : complain(notes, "standard output: cannot be written");
  }
  const Status written = write_text_file(path, csv);
  return written.ok() ? kDone : complain(notes, written.error().text);
}

}  // namespace

int run_cover(const CoverCommand& command, const std::function<bool()>& cancelled, std::FILE* out, std::FILE* notes) {
  using Clock = std::chrono::steady_clock;
  const auto end = Clock::now() + command.time;
  const bool limited = command.time.count() > 0;
  const auto import = read_people(command.files, notes);
  if (!import) {
    return complain(notes, import.error().text);
  }
  const auto& settlements = import->settlements;
  if (settlements.empty()) {
    return complain(notes, command.files.settlements + ": no settlement is left to cover");
  }
  ThreadExecutor executor{command.threads};
  ProgressLine progress{notes};
  Watch watch;
  watch.cancelled = [&] { return cancelled() || (limited && Clock::now() >= end); };
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) { progress.at(stage, done, of); };
  const CoverProblem problem = cover_within(settlements, command.radius, executor);
  const auto found = command.sites == 0 ? fewest(problem, command, watch, executor)
                                        : Result<Found>{most_people(problem, command, watch, executor)};
  progress.clear();
  if (!found) {
    return complain(notes, found.error().text);
  }
  const char* const early = !found->cancelled ? ""
                            : cancelled()     ? "; cancelled, so this is what there was"
                                              : "; its time was over, so this is what there was";
  std::fprintf(notes, "%s\n%zu settlements, %zu pairs within %.3f km, seed %" PRIu64 ", input %016" PRIx64 "%s\n",
               found->words.c_str(), settlements.size(), problem.covers.items.size(), command.radius.value() / 1000,
               command.seed, input_hash(problem), early);
  const int code = write_sites(command.output, sites_csv(settlements, problem, found->sites), out, notes);
  return code == kDone && cancelled() ? kDoubtful : code;
}

}  // namespace karkara::planner
