#include <cinttypes>
#include <memory>

#include "controller/planner/cover/cover_solver.h"
#include "controller/planner/cover/max_cover.h"
#include "controller/planner/outputs/text.h"
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

bool write_sites(const std::vector<Settlement>& settlements, const CoverProblem& problem,
                 const std::vector<std::uint32_t>& sites, std::FILE* out) {
  std::fputs("id,name,latitude,longitude,settlements_in_reach,people_in_reach\n", out);
  for (const std::uint32_t site : sites) {
    std::int64_t people = 0;
    for (const std::uint32_t row : problem.covers[site]) {
      people += problem.people[row];
    }
    const Settlement& at = settlements[site];
    std::fprintf(out, "%s,%s,%.6f,%.6f,%zu,%" PRId64 "\n", quoted(at.id).c_str(), quoted(at.name).c_str(),
                 at.place.latitude.value(), at.place.longitude.value(), problem.covers[site].size(), people);
  }
  return std::fflush(out) == 0 && std::ferror(out) == 0;
}

struct Found {
  std::vector<std::uint32_t> sites;
  std::string words;
  bool cancelled = false;
};

Result<Found> fewest(const CoverProblem& problem, const CoverCommand& command, const CoverWatch& watch,
                     Executor& executor) {
  CoverEffort effort;
  effort.seed = command.seed;
  const auto plan = solve_cover(problem, effort, executor, watch);
  if (!plan) {
    return plan.error();
  }
  char words[200];
  std::snprintf(words, sizeof words, "%zu sites reach everybody; nobody can with fewer than %" PRId64 " (gap %.2f %%)",
                plan->sites.size(), (plan->bound + kOneUnit - 1) / kOneUnit, 100 * plan->gap());
  return Found{plan->sites, words, plan->cancelled};
}

Found most_people(const CoverProblem& problem, const CoverCommand& command, const CoverWatch& watch,
                  Executor& executor) {
  MaxCoverSearch search;
  search.sites = command.sites;
  search.seed = command.seed;
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

}  // namespace

int run_cover(const CoverCommand& command, const std::function<bool()>& cancelled, std::FILE* out, std::FILE* notes) {
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
  CoverWatch watch;
  watch.cancelled = cancelled;
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) { progress.at(stage, done, of); };
  const CoverProblem problem = cover_within(settlements, command.radius, executor);
  const auto found = command.sites == 0 ? fewest(problem, command, watch, executor)
                                        : Result<Found>{most_people(problem, command, watch, executor)};
  progress.clear();
  if (!found) {
    return complain(notes, found.error().text);
  }
  std::fprintf(notes, "%s\n%zu settlements, %zu pairs within %.3f km, seed %" PRIu64 ", input %016" PRIx64 "%s\n",
               found->words.c_str(), settlements.size(), problem.covers.items.size(), command.radius.value() / 1000,
               command.seed, input_hash(problem), found->cancelled ? "; cancelled, so this is what there was" : "");
  const std::unique_ptr<std::FILE, int (*)(std::FILE*)> file{
      command.output.empty() ? nullptr : std::fopen(command.output.c_str(), "w"),
      [](std::FILE* open) { return open == nullptr ? 0 : std::fclose(open); }};
  if (!command.output.empty() && !file) {
    return complain(notes, command.output + ": cannot be written");
  }
  if (!write_sites(settlements, problem, found->sites, file ? file.get() : out)) {
    return complain(notes, (command.output.empty() ? "standard output" : command.output) + ": cannot be written");
  }
  return found->cancelled ? kDoubtful : kDone;
}

}  // namespace karkara::planner
