// How far a search for a plan is, as the text that it leaves for the program that started it. Refuses texts that are
// torn or of another version. Written by controller/planner_io/plan/progress_file, read by controller/planning.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara::planner {

struct BestSoFar {
  std::uint64_t sites = 0;
  std::int64_t people_served = 0;
  std::int64_t people = 0;
  std::int64_t cost = 0;      // net present
  std::optional<double> gap;  // proven, 0.05; none: nothing is proven yet
  friend bool operator==(const BestSoFar&, const BestSoFar&) = default;
};

struct JobProgress {
  std::string stage;
  std::uint64_t done = 0;
  std::uint64_t pieces = 0;
  std::optional<std::chrono::seconds> left;  // of the stage
  std::optional<BestSoFar> best;
  std::optional<int> ended;  // exit code
  friend bool operator==(const JobProgress&, const JobProgress&) = default;
};

[[nodiscard]] std::string to_text(const JobProgress& progress);
[[nodiscard]] Result<JobProgress> parse_progress(std::string_view text);

}  // namespace karkara::planner
