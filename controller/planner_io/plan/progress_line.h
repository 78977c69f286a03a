// Where a long job is, on one line that is written over: stage, part done, time that remains. On what is no terminal,
// one line a stage. Refuses to slow the work: it writes a few times a second at most. Called from any thread.
#pragma once

#include <chrono>
#include <cstdio>
#include <mutex>
#include <string>
#include <string_view>

namespace karkara::planner {

class ProgressLine {
 public:
  // `if_ended`: what Ctrl-C leaves.
  explicit ProgressLine(std::FILE* to, std::string_view if_ended = "take what is there");
  void at(std::string_view stage, std::size_t done, std::size_t of);
  void clear();  // before other text

 private:
  using Clock = std::chrono::steady_clock;
  std::FILE* to_;
  std::string if_ended_;
  bool terminal_;
  std::mutex lock_;
  std::string stage_;
  Clock::time_point began_{};
  Clock::time_point shown_{};
};

}  // namespace karkara::planner
