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

}  // namespace karkara
