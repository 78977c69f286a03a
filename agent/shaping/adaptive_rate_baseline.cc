#include "agent/shaping/adaptive_rate_baseline.h"

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr Duration kSpan = seconds{10};
constexpr std::size_t kSpans = 6;
constexpr unsigned kAnswersInSpan = 3;
constexpr int kQuietAnswers = 32;
constexpr Duration kLeastJitter = milliseconds{2};
constexpr Duration kMostJitter = milliseconds{40};

}  // namespace

Duration DelayBaseline::Path::least() const {
  return std::min_element(spans.begin(), spans.end(), [](const Span& a, const Span& b) { return a.least < b.least; })
      ->least;
}

Duration DelayBaseline::added(std::uint64_t key, Duration round_trip, Instant now) {
  const Duration taken = std::clamp(round_trip, Duration{0}, kLongest);
  auto& spans = path(key).spans;
  if (spans.empty() || (now - spans.back().began >= kSpan && spans.back().answers >= kAnswersInSpan)) {
    if (spans.size() == kSpans) {
      spans.erase(spans.begin());
    }
    spans.push_back({now, taken, 0});
  }
  spans.back().least = std::min(spans.back().least, taken);
  ++spans.back().answers;
  return taken - paths_.front().least();
}

void DelayBaseline::learn_quiet(Duration added) {
  quiet_ = std::min(quiet_ + 1, kQuietAnswers);
  jitter_ = std::clamp(jitter_ + (std::min(added, kMostJitter) - jitter_) / quiet_, kLeastJitter, kMostJitter);
}

void DelayBaseline::lift(Duration by) {
  for (Path& each : paths_) {
    Span last = each.spans.back();
    last.least = std::min(each.least() + by, kLongest);
    each.spans = {last};
  }
}

void DelayBaseline::forget(std::uint64_t key) {
  std::erase_if(paths_, [key](const Path& each) { return each.key == key; });
}

std::optional<Duration> DelayBaseline::least() const {
  return paths_.empty() ? std::nullopt : std::optional{paths_.front().least()};
}

// Found or made, and moved to the front; the one that was silent for longest makes room.
DelayBaseline::Path& DelayBaseline::path(std::uint64_t key) {
  auto found = std::find_if(paths_.begin(), paths_.end(), [key](const Path& each) { return each.key == key; });
  if (found == paths_.end()) {
    if (paths_.size() == kMostPaths) {
      paths_.pop_back();
    }
    found = paths_.insert(paths_.end(), Path{key, {}});
  }
  std::rotate(paths_.begin(), found, found + 1);
  return paths_.front();
}

Duration OneWayBaseline::added(std::uint64_t path, Duration transit, Instant now) {
  constexpr Duration kHalf = DelayBaseline::kLongest / 2;
  auto clock = std::find_if(clocks_.begin(), clocks_.end(), [path](const Clock& each) { return each.key == path; });
  if (clock == clocks_.end()) {
    if (clocks_.size() == DelayBaseline::kMostPaths) {
      clocks_.erase(clocks_.begin());
    }
    least_.forget(path);
    clock = clocks_.insert(clocks_.end(), Clock{path, transit - kHalf});
  }
  if (transit - clock->zero < Duration{0} || transit - clock->zero > DelayBaseline::kLongest) {
    clock->zero = transit - kHalf;
    least_.forget(path);
  }
  return least_.added(path, transit - clock->zero, now);
}

void OneWayBaseline::forget() {
  clocks_.clear();
  least_.forget();
}

}  // namespace karkara
