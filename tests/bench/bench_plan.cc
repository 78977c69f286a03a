// The national link table and the national plan, on the real settlements and the coarse real terrain: time, cost,
// proven bound; the same bytes for 1, 2 and 8 threads.
//   karkara-bench-plan [--geo FOLDER] [--configs FOLDER] [--quick | --only-plan] [--windows N] [--steps N]
// --quick: the table and the comparison of threads alone.
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <array>
#include <chrono>
#include <cstdio>
#include <ctime>
#include <exception>
#include <filesystem>
#include <mutex>
#include <stdexcept>
#include <string>

#include "controller/planner/plan/high_ground.h"
#include "controller/planner/plan/plan_search.h"
#include "controller/planner/roadmap/one_mast.h"
#include "controller/planner_io/plan_file.h"
#include "controller/planner_io/plan_inputs.h"
#include "controller/planner_io/radio_file.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/thread_executor.h"

namespace karkara::planner {
namespace {

constexpr int kNothingHere = 77;
constexpr std::uint64_t kMemory = std::uint64_t{4} << 30U;

struct Options {
  std::string geo = "../shared/geo";
  std::string configs = "configs";
  std::string output;
  bool quick = false;
  bool only_plan = false;
  std::size_t windows = PlanEffort{}.windows;
  std::size_t steps = PlanEffort{}.window_steps;
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

double cpu_seconds() {
  return static_cast<double>(std::clock()) / CLOCKS_PER_SEC;
}

void print(const char* name, double value, const char* unit, const char* goal, const std::string& comment) {
  std::printf(
      "{\"bench\":\"planner\",\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"goal\":%s,\"peer\":\"\",\"runs\":1,"
      "\"comment\":\"%s\"}\n",
      name, value, unit, goal, comment.c_str());
  std::fflush(stdout);
}

template <class T>
T must(Result<T> result) {
  if (!result) {
    throw std::runtime_error{result.error().text};
  }
  return std::move(result).value();
}

// Every row counts, as in the published figures: doubles too.
std::vector<Settlement> read_settlements(const std::string& geo) {
  Table table = must(read_table(geo + "/niger_settlements.csv"));
  for (TableRow& row : table.rows) {
    row.fields[3] += " " + std::to_string(row.number);
  }
  return must(import_settlements(table, Areas{{}}, Areas{{}})).settlements;
}

PlanSources files_of(const Options& options) {
  PlanSources files;
  files.terrain = {options.geo + "/niger_dem_72s.bil"};
  files.scratch = std::filesystem::temp_directory_path().string();
  files.access = options.configs + "/radios/lte900.yaml";
  for (const char* radio : {"hop58", "hop11", "hop18"}) {
    files.backhaul.push_back(options.configs + "/radios/" + radio + ".yaml");
  }
  files.costs = options.configs + "/costs/bench.yaml";
  files.masts = options.geo + "/niger_poi.csv";
  files.masts_are_operators = true;
  return files;
}

std::size_t differences(const std::string& a, const std::string& b) {
  std::size_t count = std::max(a.size(), b.size()) - std::min(a.size(), b.size());
  for (std::size_t i = 0; i < std::min(a.size(), b.size()); ++i) {
    count += a[i] == b[i] ? 0 : 1;
  }
  return count;
}

std::string bytes_of(const AccessTable& table) {
  return std::string{reinterpret_cast<const char*>(table.pairs.data()), table.pairs.size() * sizeof(AccessPair)} +
         std::string{reinterpret_cast<const char*>(table.begin.data()), table.begin.size() * sizeof(std::size_t)};
}

// All pairs within 30 km, one mast height, files read anew.
std::size_t measure_table(const Options& options) {
  RadioProfile radio = must(read_radio(options.configs + "/radios/lte900.yaml"));
  radio.reach = Metres{30'000};
  const AccessModel model = must(AccessModel::make(radio, {Metres{30}}, {}));
  std::string first;
  std::size_t different = 0;
  for (const std::size_t threads : {2U, 1U, 8U}) {
    ThreadExecutor executor{threads};
    const double start = seconds();
    const double worked = cpu_seconds();
    const std::vector<Settlement> settlements = read_settlements(options.geo);
    const PlanGround ground = must(read_ground(files_of(options), executor, [](const std::string&) {}));
    AccessPlaces places;
    for (const Settlement& settlement : settlements) {
      places.sites.push_back(settlement.place);
    }
    places.settlements = places.sites;
    places.shared = places.sites.size();
    const AccessTable table = access_table(*ground.terrain, places, model, executor);
    if (threads == 2) {
      print("national_link_table", seconds() - start, "s", "8",
            std::to_string(table.within_reach) + " pairs within 30 km at 90 m, " + std::to_string(table.pairs.size()) +
                " served, files read, 2 threads");
      print("national_link_table_processor_time", cpu_seconds() - worked, "s", "null",
            "of both threads; a busy machine stretches the time, not this");
      first = bytes_of(table);
    } else {
      different += differences(first, bytes_of(table));
    }
  }
  return different;
}

std::size_t compare_plans(const Options& options, const std::vector<Settlement>& settlements,
                          const PlanGround& ground) {
  // Some of the country, by number, so that three plans take seconds.
  const std::vector<Settlement> some{settlements.begin(), settlements.begin() + 800};
  std::string first;
  std::size_t different = 0;
  for (const std::size_t threads : {1U, 2U, 8U}) {
    ThreadExecutor executor{threads};
    const PlanInput input = must(gather(some, files_of(options), *ground.terrain, executor, [](const std::string&) {}));
    PlanEffort effort;
    effort.cover.steps = 100'000;
    effort.cover.nodes = 300;
    effort.windows = 5;
    effort.window_steps = 100;
    const std::string text = to_text(must(search_plan(input, *ground.terrain, ground.hash, effort, executor)));
    different += first.empty() ? 0 : differences(first, text);
    first = first.empty() ? text : first;
  }
  return different;
}

// Where the money goes: what the cover of sites does not know of.
std::string parts_of(const Plan& plan) {
  std::array<std::size_t, 4> ways{};
  std::size_t relays = 0;
  Money masts = 0;
  Money out = 0;
  for (const PlanSite& site : plan.sites) {
    ++ways[static_cast<std::size_t>(site.backhaul)];
    relays += site.role == SiteRole::Relay ? 1 : 0;
    masts += site.mast_cost.npv;
    out += site.backhaul_cost.npv;
  }
  const auto ways_of = [&](BackhaulKind kind) { return std::to_string(ways[static_cast<std::size_t>(kind)]); };
  return "net present; masts " + std::to_string(masts) + ", ways out " + std::to_string(out) + "; " +
         ways_of(BackhaulKind::Hop) + " hops, " + ways_of(BackhaulKind::Sim) + " SIM, " + ways_of(BackhaulKind::Vsat) +
         " satellite, " + std::to_string(relays) + " relays";
}

void measure_plan(const Options& options, const std::vector<Settlement>& settlements, const PlanGround& ground) {
  ThreadExecutor executor{2};
  const double start = seconds();
  const double worked = cpu_seconds();
  const PlanInput input =
      must(gather(settlements, files_of(options), *ground.terrain, executor, [](const std::string&) {}));
  PlanWatch watch;
  std::mutex lock;
  std::string last;
  watch.progress = [&](std::string_view stage, std::size_t done, std::size_t of) {
    const std::lock_guard guard{lock};
    if (stage != last || done % 16 == 0) {
      last = stage;
      std::fprintf(stderr, "%6.1f s, %6.1f s of processor: %s, %zu of %zu\n", seconds() - start, cpu_seconds() - worked,
                   last.c_str(), done, of);
    }
  };
  watch.improved = [&](const Plan& plan) {
    std::fprintf(stderr, "%6.1f s: %lld %s, gap %.2f %%, %zu sites\n", seconds() - start,
                 static_cast<long long>(plan.totals.cost.npv), plan.currency.c_str(), 100 * plan.gap,
                 plan.sites.size());
  };
  PlanEffort effort;
  effort.windows = options.windows;
  effort.window_steps = options.steps;
  std::string cover;
  watch.proven = [&](Money sites, Money ways_out) {
    cover = "; " + std::to_string(sites) + " the cover of sites, " + std::to_string(ways_out) + " ways out beyond it";
    std::fprintf(stderr, "%6.1f s: bound%s\n", seconds() - start, cover.c_str());
  };
  const Plan plan = must(search_plan(input, *ground.terrain, ground.hash, effort, executor, watch));
  char what[160];
  std::snprintf(what, sizeof what, "%zu settlements, %zu sites, input %016lx, seed %lu, 2 threads",
                plan.settlements.size(), plan.sites.size(), static_cast<unsigned long>(plan.input_hash),
                static_cast<unsigned long>(plan.seed));
  print("national_plan_time", seconds() - start, "s", "600", what);
  print("national_plan_processor_time", cpu_seconds() - worked, "s", "null", "of both threads");
  print("national_plan_gap", 100 * plan.gap, "percent", "5", what);
  print("national_plan_cost", static_cast<double>(plan.totals.cost.npv) / 1e6, "million USD", "null", parts_of(plan));
  print("national_plan_bound", static_cast<double>(plan.bound.value_or(0)) / 1e6, "million USD", "null",
        "proven" + cover);
  print("national_plan_served",
        100 * static_cast<double>(plan.totals.people_served) / static_cast<double>(plan.totals.people), "percent",
        "null", "of the people");
  print("national_plan_unproven_hops", static_cast<double>(plan.totals.sites_unproven), "hops", "null",
        "ground coarser than 3 arc-seconds");
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  print("national_plan_memory", static_cast<double>(usage.ru_maxrss) / 1024, "MiB", "4096", "most at any time");
  if (!options.output.empty()) {
    if (const Status written = write_plan(plan, options.output); !written.ok()) {
      throw std::runtime_error{written.error().text};
    }
  }
}

// Where one more mast helps most when nobody is served yet: every village and the high ground around it may have it.
void measure_where(const Options& options, const std::vector<Settlement>& settlements, const PlanGround& ground) {
  ThreadExecutor executor{2};
  const double start = seconds();
  const double worked = cpu_seconds();
  OneMastQuestion question;
  for (const Settlement& settlement : settlements) {
    question.unserved.push_back(settlement.place);
    question.people.push_back(settlement.people.value_or(0));
  }
  question.candidates = high_ground(*ground.terrain, question.unserved, executor);
  question.candidates.insert(question.candidates.begin(), question.unserved.begin(), question.unserved.end());
  const std::vector<Metres> heights{Metres{15}, Metres{30}, Metres{60}};
  const AccessModel model =
      must(AccessModel::make(must(read_radio(options.configs + "/radios/lte900.yaml")), heights, {}));
  const OneMastResult found = best_mast(question, *ground.terrain, model, executor, [] { return false; });
  print("one_mast_time", seconds() - start, "s", "null",
        std::to_string(question.candidates.size()) + " places, " + std::to_string(found.judged) +
            " judged, 3 heights, 2 threads; " + std::to_string(found.answers.empty() ? 0 : found.answers[0].people) +
            " people at the best");
  print("one_mast_processor_time", cpu_seconds() - worked, "s", "null", "of both threads");
}

int measure_all(const Options& options) {
  if (!std::filesystem::exists(options.geo + "/niger_settlements.csv")) {
    std::fprintf(stderr, "bench-plan: no settlements in %s\n", options.geo.c_str());
    return kNothingHere;
  }
  const rlimit limit{kMemory, kMemory};
  ::setrlimit(RLIMIT_DATA, &limit);
  const std::size_t different = options.only_plan ? 0 : measure_table(options);
  ThreadExecutor executor{2};
  const std::vector<Settlement> settlements = read_settlements(options.geo);
  const PlanGround ground = must(read_ground(files_of(options), executor, [](const std::string&) {}));
  if (!options.only_plan) {
    print("plan_thread_count_differences", static_cast<double>(different + compare_plans(options, settlements, ground)),
          "bytes", "0", "link table of the country and plan of some of it, 1, 2 and 8 threads");
  }
  if (!options.only_plan) {
    measure_where(options, settlements, ground);
  }
  if (!options.quick) {
    measure_plan(options, settlements, ground);
  }
  return 0;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Link table and plan of the country.", "karkara-bench-plan"};
  app.add_option("--geo", options.geo, "Where niger_settlements.csv lies")->capture_default_str();
  app.add_option("--configs", options.configs, "Where radios/ and costs/ lie")->capture_default_str();
  app.add_option("-o,--output", options.output, "Write the plan there");
  app.add_flag("--quick", options.quick, "Without the national plan");
  app.add_option("--windows", options.windows, "How often parts of the plan are searched")->capture_default_str();
  app.add_option("--steps", options.steps, "Plans that are tried for each part")->capture_default_str();
  app.add_flag("--only-plan", options.only_plan, "Nothing but the national plan");
  CLI11_PARSE(app, argc, argv);
  return measure_all(options);
}

}  // namespace
}  // namespace karkara::planner

int main(int argc, char** argv) {
  try {
    return karkara::planner::run(argc, argv);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "karkara-bench-plan: %s\n", error.what());
    return 1;
  }
}
