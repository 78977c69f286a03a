#include "controller/planner_io/plan/progress_line.h"

#include <unistd.h>

namespace karkara::planner {

ProgressLine::ProgressLine(std::FILE* to, std::string_view if_ended)
    : to_{to}, if_ended_{if_ended}, terminal_{::isatty(::fileno(to)) == 1} {}

void ProgressLine::at(std::string_view stage, std::size_t done, std::size_t of) {
  const std::lock_guard guard{lock_};
  const auto now = Clock::now();
  if (stage != stage_) {
    stage_ = stage;
    began_ = now;
    shown_ = {};
    if (!terminal_) {
      std::fprintf(to_, "%s: %zu pieces\n", stage_.c_str(), of);
    }
  }
  if (!terminal_ || done == 0 || now - shown_ < std::chrono::milliseconds{200}) {
    return;
  }
  shown_ = now;
  const double left =
      std::chrono::duration<double>(now - began_).count() / static_cast<double>(done) * static_cast<double>(of - done);
  std::fprintf(to_, "\r\033[K%s: %zu of %zu, about %.0f s more (Ctrl-C: %s)", stage_.c_str(), done, of, left,
               if_ended_.c_str());
  std::fflush(to_);
}

void ProgressLine::clear() {
  const std::lock_guard guard{lock_};
  if (terminal_ && !stage_.empty()) {
    std::fputs("\r\033[K", to_);
  }
  stage_.clear();
}

}  // namespace karkara::planner
