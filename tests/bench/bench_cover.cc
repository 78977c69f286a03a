// Set cover and maximum coverage of the real settlements: sites, proven bound, time; the same bytes for 1, 2 and 8
// threads; Cbc on the same problem in the same run where it is installed.
//   karkara-bench-cover [--geo FOLDER] [--peer SECONDS]     (0: without Cbc)
#include <CLI/CLI.hpp>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <filesystem>
#include <fstream>
#include <regex>
#include <string>

#include "controller/planner/cover/cover_solver.h"
#include "controller/planner/cover/max_cover.h"
#include "controller/planner/people/settlement_import.h"
#include "controller/planner_io/settlement_cover.h"
#include "controller/planner_io/table_files.h"
#include "controller/planner_io/thread_executor.h"
#include "tests/support/run_program.h"

namespace karkara::planner {
namespace {

constexpr int kNothingToMeasure = 77;

struct Options {
  std::string geo = "../shared/geo";
  int peer = 60;
};

double seconds() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

void print(const std::string& name, double value, const char* unit, const std::string& goal, const char* peer,
           const std::string& comment) {
  std::printf(
      "{\"bench\":\"planner\",\"name\":\"%s\",\"value\":%.3f,\"unit\":\"%s\",\"goal\":%s,\"peer\":\"%s\","
      "\"runs\":1,\"comment\":\"%s\"}\n",
      name.c_str(), value, unit, goal.c_str(), peer, comment.c_str());
  std::fflush(stdout);
}

std::string described(const CoverProblem& problem) {
  char text[128];
  std::snprintf(text, sizeof text, "%zu settlements, %zu pairs, input %016lx, seed 1, 2 threads", problem.settlements,
                problem.covers.items.size(), static_cast<unsigned long>(input_hash(problem)));
  return text;
}

std::string bytes_of(const CoverPlan& plan) {
  std::string bytes;
  for (const std::uint32_t site : plan.sites) {
    bytes.append(reinterpret_cast<const char*>(&site), sizeof site);
  }
  return bytes.append(reinterpret_cast<const char*>(&plan.bound), sizeof plan.bound);
}

CoverPlan measure(const CoverProblem& problem, const std::string& name, const char* most, const char* least) {
  ThreadExecutor executor{2};
  const double start = seconds();
  const std::clock_t cpu = std::clock();
  const auto plan = solve_cover(problem, {}, executor);
  if (!plan) {
    throw std::runtime_error{plan.error().text};
  }
  const double took = seconds() - start;
  const double worked = static_cast<double>(std::clock() - cpu) / CLOCKS_PER_SEC;
  const std::string what = described(problem);
  print(name + "_sites", static_cast<double>(plan->sites.size()), "sites", most, "", what);
  print(name + "_bound", static_cast<double>(plan->bound) / kOneUnit, "sites", least, "", what);
  print(name + "_gap", 100 * plan->gap(), "%", "null", "", what);
  print(name + "_time", took, "s", "60", "", what);
  print(name + "_processor_time", worked, "s", "null", "",
        "of both threads; a busy machine stretches the time, not this");
  return *plan;
}

void compare_threads(const CoverProblem& problem, const CoverPlan& two) {
  std::size_t differences = 0;
  for (const std::size_t threads : {1U, 8U}) {
    ThreadExecutor executor{threads};
    const auto plan = solve_cover(problem, {}, executor);
    const std::string one = bytes_of(two);
    const std::string other = bytes_of(*plan);
    differences += std::max(one.size(), other.size()) - std::min(one.size(), other.size());
    for (std::size_t i = 0; i < std::min(one.size(), other.size()); ++i) {
      differences += one[i] == other[i] ? 0 : 1;
    }
  }
  print("thread_count_differences", static_cast<double>(differences), "bytes", "0", "",
        "set cover, 1 and 8 threads against 2");
}

// In CPLEX's LP format.
void write_lp(const CoverProblem& problem, const std::string& path) {
  std::ofstream file{path};
  file << "Minimize\n obj:";
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    file << " + x" << site << (site % 20 == 19 ? "\n" : "");
  }
  file << "\nSubject To\n";
  const Incidence covered_by = transposed(problem.covers, problem.settlements);
  for (std::size_t row = 0; row < covered_by.size(); ++row) {
    file << " r" << row << ":";
    for (std::size_t i = 0; i < covered_by[row].size(); ++i) {
      file << " + x" << covered_by[row][i] << (i % 20 == 19 ? "\n" : "");
    }
    file << " >= 1\n";
  }
  file << "Binary\n";
  for (std::size_t site = 0; site < problem.cost.size(); ++site) {
    file << " x" << site << "\n";
  }
  file << "End\n";
}

void measure_cbc(const CoverProblem& problem, const std::string& name, int limit) {
  if (limit == 0 || std::system("command -v cbc >/dev/null 2>&1") != 0) {
    std::fprintf(stderr, "bench-cover: without Cbc\n");
    return;
  }
  const std::string base = (std::filesystem::temp_directory_path() / "karkara-bench-cover").string();
  write_lp(problem, base + ".lp");
  const std::string command =
      "cbc " + base + ".lp -threads 2 -seconds " + std::to_string(limit) + " -solve -quit >" + base + ".log 2>&1";
  const int failed = std::system(command.c_str());
  std::ifstream file{base + ".log"};
  const std::string log{std::istreambuf_iterator<char>{file}, {}};
  std::smatch found;
  const std::string what = std::to_string(limit) + " s on 2 threads" + (failed != 0 ? ", ended with an error" : "");
  if (std::regex_search(log, found, std::regex{R"(Objective value:\s+([0-9.]+))"})) {
    print(name + "_cbc_sites", std::stod(found[1]), "sites", "null", "cbc", what);
  }
  if (std::regex_search(log, found, std::regex{R"(Lower bound:\s+([0-9.]+))"})) {
    print(name + "_cbc_bound", std::stod(found[1]), "sites", "null", "cbc", what);
  }
  std::filesystem::remove(base + ".lp");
  std::filesystem::remove(base + ".log");
}

void measure_people(const CoverProblem& problem) {
  ThreadExecutor executor{2};
  const double start = seconds();
  MaxCoverSearch search;
  search.sites = 1'000;
  const MaxCover found = solve_max_cover(problem, search, executor);
  const double took = seconds() - start;
  std::int64_t all = 0;
  for (const std::int64_t people : problem.people) {
    all += people;
  }
  const auto percent = [&](std::int64_t people) {
    return 100 * static_cast<double>(people) / static_cast<double>(all);
  };
  print("maxcover_k1000_r5", percent(found.people), "percent", "84.2", "", described(problem));
  print("maxcover_k1000_r5_bound", percent(found.bound), "percent", "null", "", "nobody can cover more");
  print("maxcover_k1000_r5_time", took, "s", "null", "", "");
}

int measure_all(const Options& options) {
  const std::string path = options.geo + "/niger_settlements.csv";
  if (!std::filesystem::exists(path)) {
    std::fprintf(stderr, "bench-cover: no settlements in %s\n", options.geo.c_str());
    return kNothingToMeasure;
  }
  const auto table = read_table(path);
  if (!table) {
    throw std::runtime_error{table.error().text};
  }
  std::vector<Settlement> settlements;
  {
    // Rows as they are: the figures to beat count doubles, too.
    Table plain = *table;
    for (TableRow& row : plain.rows) {
      row.fields[3] += " " + std::to_string(row.number);
    }
    const auto import = import_settlements(plain, Areas{{}}, Areas{{}});
    if (!import) {
      throw std::runtime_error{import.error().text};
    }
    settlements = import->settlements;
  }
  ThreadExecutor executor{2};
  const CoverProblem near = cover_within(settlements, Metres{5'000}, executor);
  const CoverProblem far = cover_within(settlements, Metres{10'000}, executor);
  const CoverPlan plan = measure(near, "cover_r5", "3852", "3835");
  measure(far, "cover_r10", "1354", "1300");
  measure_people(near);
  compare_threads(near, plan);
  measure_cbc(near, "cover_r5", options.peer);
  measure_cbc(far, "cover_r10", options.peer);
  return 0;
}

int run(int argc, char** argv) {
  Options options;
  CLI::App app{"Set cover of the real settlements.", "karkara-bench-cover"};
  app.add_option("--geo", options.geo, "Where niger_settlements.csv lies")->capture_default_str();
  app.add_option("--peer", options.peer, "Seconds for Cbc; 0: without")
      ->check(CLI::Range(0, 3600))
      ->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  return measure_all(options);
}

}  // namespace
}  // namespace karkara::planner

int main(int argc, char** argv) {
  return karkara::run_program("karkara-bench-cover", karkara::planner::run, argc, argv);
}
