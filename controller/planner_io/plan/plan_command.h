// What the command line of karkara-plan asks for. Refuses to do any of it: main() hands each to its job.
#pragma once

#include <chrono>
#include <cstdint>
#include <cstdio>
#include <functional>
#include <string>
#include <variant>
#include <vector>

#include "common/result.h"
#include "common/units.h"

namespace karkara::planner {

// The lists a plan rests on.
struct PeopleFiles {
  std::string settlements;
  std::string country;  // polygons; empty: not checked
  std::string areas;
};

struct CoverCommand {
  PeopleFiles files;
  Metres radius;
  std::size_t sites = 0;  // 0: as few as cover everybody; else the most people with so many
  std::uint64_t seed = 1;
  std::size_t threads = 0;
  std::string output;               // empty: standard output
  double gap = 0;                   // 0.05: stop when so near to the bound
  std::chrono::nanoseconds time{};  // 0: as long as it takes
};

struct CheckSettlements {
  PeopleFiles files;
  std::string output;  // CSV of what was kept; empty: none
};

struct CheckTerrain {
  std::vector<std::string> paths;
  std::string scratch;
  PeopleFiles files{};   // settlements: around them no ground should be unknown; may be empty
  Metres reach{20'000};  // around each
};

// What a job is given to speak and to be stopped.
struct JobStreams {
  std::function<bool()> cancelled;
  std::FILE* out = nullptr;    // results
  std::FILE* notes = nullptr;  // progress, doubts
};

// A job of geo_jobs.h or search_jobs.h with what it was asked; returns the exit code.
struct ChosenJob {
  std::function<int(const JobStreams&)> run;
};

struct PrintAndEnd {
  std::string text;
  int code = 0;
};

struct PlanCommand {
  std::variant<PrintAndEnd, CoverCommand, CheckSettlements, CheckTerrain, ChosenJob> what;
  std::uint64_t memory_bytes = 0;  // of the process' own data; 0: no limit
};

[[nodiscard]] PlanCommand parse_plan_options(int argc, const char* const* argv);

// "5km", "800m"; refuses a number without a unit, and what is no length of this planet.
[[nodiscard]] Result<Metres> parse_length(std::string_view text);

}  // namespace karkara::planner
