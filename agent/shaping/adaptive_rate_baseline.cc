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
constexpr Duration kNoQueue = milliseconds{20};
constexpr Duration kSet = milliseconds{100};  // a clock: more than one way changes alone from one answer to the next
constexpr Duration kFarthest = std::chrono::hours{24 * 365 * 100};

}  // namespace

Duration LeastOfAMinute::least() const {
  return std::min_element(spans_.begin(), spans_.end(), [](const Span& a, const Span& b) { return a.least < b.least; })
      ->least;
}

Duration LeastOfAMinute::above(Duration value, Instant now) {
  if (spans_.empty() || (now - spans_.back().began >= kSpan && spans_.back().answers >= kAnswersInSpan)) {
    if (spans_.size() == kSpans) {
      spans_.erase(spans_.begin());
    }
    spans_.push_back({now, value, 0});
  }
  spans_.back().least = std::min(spans_.back().least, value);
  ++spans_.back().answers;
  return value - least();
}

void LeastOfAMinute::lift(Duration by, Duration most) {
  Span last = spans_.back();
  last.least = std::min(least() + by, most);
  spans_ = {last};
}

Duration DelayBaseline::added(std::uint64_t key, Duration round_trip, Instant now) {
  return path(key).least.above(std::clamp(round_trip, Duration{0}, kLongest), now);
}

void DelayBaseline::learn_quiet(Duration added) {
  quiet_ = std::min(quiet_ + 1, kQuietAnswers);
  jitter_ = std::clamp(jitter_ + (std::min(added, kMostJitter) - jitter_) / quiet_, kLeastJitter, kMostJitter);
}

void DelayBaseline::lift(Duration by) {
  for (Path& each : paths_) {
    each.least.lift(by, kLongest);
  }
}

void DelayBaseline::forget(std::uint64_t key) {
  std::erase_if(paths_, [key](const Path& each) { return each.key == key; });
}

std::optional<Duration> DelayBaseline::least() const {
  return paths_.empty() ? std::nullopt : std::optional{paths_.front().least.least()};
}

std::optional<Duration> DelayBaseline::least(std::uint64_t key) const {
  const auto found = std::find_if(paths_.begin(), paths_.end(), [key](const Path& each) { return each.key == key; });
  return found == paths_.end() ? std::nullopt : std::optional{found->least.least()};
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

std::optional<Duration> OneWayBaseline::added(std::uint64_t path, Duration transit, Duration round_trip,
                                              Duration of_round_trip, Instant now) {
  constexpr Duration kHalf = DelayBaseline::kLongest / 2;
  const Duration told = std::clamp<Duration>(transit, -kFarthest, kFarthest);
  Clock& by = clock(path);
  see_whether_set(by, told, round_trip, now);
  by.transit = told;
  by.round_trip = round_trip;
  by.at = now;
  if (by.counts && told - by.zero >= Duration{0} && told - by.zero <= DelayBaseline::kLongest) {
    return least_.added(path, told - by.zero, now);
  }
  // A queue that stands now must not become the least: nobody would see it any more.
  by.counts = of_round_trip <= kNoQueue;
  if (!by.counts) {
    return std::nullopt;
  }
  by.zero = told - kHalf;
  least_.forget(path);
  return least_.added(path, kHalf, now);
}

// Found or made; the one that was made first makes room.
OneWayBaseline::Clock& OneWayBaseline::clock(std::uint64_t path) {
  const auto found =
      std::find_if(clocks_.begin(), clocks_.end(), [path](const Clock& each) { return each.key == path; });
  if (found != clocks_.end()) {
    return *found;
  }
  if (clocks_.size() == DelayBaseline::kMostPaths) {
    least_.forget(clocks_.front().key);
    clocks_.erase(clocks_.begin());
  }
  return clocks_.emplace_back(Clock{.key = path});
}

// What a queue does to one way, it does to the round trip, unless the other way's goes as this one comes. That takes
// its time: no queue empties faster than time passes.
void OneWayBaseline::see_whether_set(Clock& clock, Duration transit, Duration round_trip, Instant now) {
  const Duration here = transit - clock.transit;
  const Duration both = round_trip - clock.round_trip;
  if (!clock.counts || std::chrono::abs(here) <= std::chrono::abs(both) + kSet) {
    return;
  }
  const Duration passed = now - clock.at + std::max(-both, Duration{0});
  const bool surely = std::min(here, both - here) < -(passed + kSet);
  if (surely && std::chrono::abs(both) <= kSet) {
    clock.zero += here;  // the way takes what it took
  } else {
    clock.counts = false;
  }
}

void OneWayBaseline::forget() {
  clocks_.clear();
  least_.forget();
}

}  // namespace karkara
