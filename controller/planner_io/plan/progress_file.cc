#include "controller/planner_io/plan/progress_file.h"

#include <cstdio>

namespace karkara::planner {
namespace {

constexpr std::chrono::milliseconds kBetweenWrites{1'000};

}  // namespace

void ProgressFile::at(std::string_view stage, std::size_t done, std::size_t of) {
  const std::lock_guard guard{lock_};
  const auto now = Clock::now();
  const bool fresh = stage != progress_.stage;
  if (fresh) {
    progress_.stage = stage;
    began_ = now;
  }
  progress_.done = done;
  progress_.pieces = of;
  progress_.left.reset();
  if (done > 0 && of >= done) {
    const double passed = std::chrono::duration<double>(now - began_).count();
    progress_.left = std::chrono::seconds{
        static_cast<std::int64_t>(passed / static_cast<double>(done) * static_cast<double>(of - done))};
  }
  if (fresh || now - written_ >= kBetweenWrites) {
    write();
  }
}

void ProgressFile::found(const Plan& plan) {
  const std::lock_guard guard{lock_};
  progress_.best = BestSoFar{plan.sites.size(), plan.totals.people_served, plan.totals.people, plan.totals.cost.npv,
                             plan.bound ? std::optional{plan.gap} : std::nullopt};
  write();
}

int ProgressFile::end(int code) {
  const std::lock_guard guard{lock_};
  progress_.ended = code;
  progress_.left.reset();
  write();
  return code;
}

void ProgressFile::write() {
  if (path_.empty()) {
    return;
  }
  written_ = Clock::now();
  const std::string text = to_text(progress_);
  const std::string beside = path_ + ".new";
  std::FILE* file = std::fopen(beside.c_str(), "wb");
  bool whole = file != nullptr && std::fwrite(text.data(), 1, text.size(), file) == text.size();
  whole = file != nullptr && std::fclose(file) == 0 && whole;
  if (!whole || std::rename(beside.c_str(), path_.c_str()) != 0) {
    std::remove(beside.c_str());
  }
}

}  // namespace karkara::planner
