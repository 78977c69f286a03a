// How far a search is, in a file for the program that started it: stage, time that remains, the best plan so far, and
// at the end the exit code. Refuses to slow the search: it writes about once a second, and what cannot be written is
// left out. Each time the file is replaced as a whole. Called from any thread.
#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "controller/planner/live/job_progress.h"
#include "controller/planner/plan/plan.h"

namespace karkara::planner {

class ProgressFile {
 public:
  explicit ProgressFile(std::string path) : path_{std::move(path)} {}  // empty: it does nothing
  void at(std::string_view stage, std::size_t done, std::size_t of);
  void found(const Plan& plan);
  int end(int code);  // returns it

 private:
  using Clock = std::chrono::steady_clock;
  void write();

  std::string path_;
  std::mutex lock_;
  JobProgress progress_;
  Clock::time_point began_{};
  Clock::time_point written_{};
};

}  // namespace karkara::planner
