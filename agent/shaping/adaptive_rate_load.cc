#include "agent/shaping/adaptive_rate_load.h"

#include <algorithm>
#include <vector>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr Duration kShortest = milliseconds{50};
constexpr Duration kLongest = milliseconds{10'000};
constexpr Duration kSecond = milliseconds{900};  // counters are not read to the millisecond
constexpr Duration kAnswersKept = milliseconds{600};
constexpr std::size_t kMostAnswers = 32;
constexpr std::size_t kMostSeconds = 80;

double seconds_of(Duration span) {
  return std::chrono::duration<double>(span).count();
}

}  // namespace

bool RecentLoad::add(const LoadSeen& seen, BitsPerSecond rate, std::uint32_t packet, Instant now) {
  if (seen.span < kShortest || seen.span > kLongest) {
    return false;
  }
  forget_old(now);
  const double seconds = seconds_of(seen.span);
  const BitsPerSecond carried{static_cast<double>(seen.bytes) * 8 / seconds};
  const BitsPerSecond firm{static_cast<double>(std::min(seen.firm_bytes, seen.bytes)) * 8 / seconds};
  const std::uint64_t waited = told_.empty() ? seen.backlog : told_.back().seen.backlog;
  const double arrived = std::max(0.0, static_cast<double>(seen.bytes) + static_cast<double>(seen.drops) * packet +
                                           static_cast<double>(seen.backlog) - static_cast<double>(waited));
  newest_ = {now,  now + -seen.span, carried,      BitsPerSecond{arrived * 8 / seconds},
             firm, carried / rate,   seen.backlog, seen.drops};
  told_.push_back({seen, rate.value() / 8 * seconds, arrived});
  Duration kept{};
  for (const Told& each : told_) {
    kept += each.seen.span;
  }
  while (kept - told_.front().seen.span >= kSecond) {
    kept -= told_.front().seen.span;
    told_.pop_front();
  }
  seconds_.push_back(of_a_second(now));
  if (seconds_.size() > kMostSeconds) {
    seconds_.pop_front();
  }
  return true;
}

RecentLoad::Second RecentLoad::of_a_second(Instant now) const {
  Second made;
  made.at = now;
  double seconds = 0;
  double bytes = 0;
  double firm = 0;
  double allowed = 0;
  double arrived = 0;
  for (const Told& each : told_) {
    seconds += seconds_of(each.seen.span);
    bytes += static_cast<double>(each.seen.bytes);
    firm += static_cast<double>(std::min(each.seen.firm_bytes, each.seen.bytes));
    allowed += each.allowed;
    arrived += each.arrived;
    made.drops += each.seen.drops;
  }
  made.carried = BitsPerSecond{bytes * 8 / seconds};
  made.since = now + -Duration{static_cast<std::int64_t>(seconds * 1e9)};
  made.arrived = BitsPerSecond{arrived * 8 / seconds};
  made.firm = BitsPerSecond{firm * 8 / seconds};
  made.load = bytes / std::max(allowed, 1.0);
  made.backlog = told_.back().seen.backlog;
  return made;
}

BitsPerSecond RecentLoad::settled() const {
  double bytes = 0;
  double seconds = 0;
  for (auto each = told_.rbegin(); each != told_.rend(); ++each) {
    const auto here = static_cast<double>(each->seen.bytes);
    const double span = seconds_of(each->seen.span);
    if (seconds > 0 && (here * seconds > 2 * bytes * span || 2 * here * seconds < bytes * span)) {
      break;
    }
    bytes += here;
    seconds += span;
  }
  return BitsPerSecond{seconds > 0 ? bytes * 8 / seconds : 0};
}

void RecentLoad::forget() {
  told_.clear();
  seconds_.clear();
}

void RecentLoad::forget_old(Instant now) {
  while (!seconds_.empty() && now - seconds_.front().at > kKept) {
    seconds_.pop_front();
  }
  if (seconds_.empty()) {
    told_.clear();
  }
}

double RecentLoad::most_load() const {
  double most = 0;
  for (const Second& each : seconds_) {
    most = std::max(most, each.load);
  }
  return most;
}

BitsPerSecond RecentLoad::most_carried() const {
  BitsPerSecond most{0};
  for (const Second& each : seconds_) {
    most = std::max(most, each.carried);
  }
  return most;
}

BitsPerSecond RecentLoad::most_firm() const {
  BitsPerSecond most{0};
  for (const Second& each : seconds_) {
    most = std::max(most, each.firm);
  }
  return most;
}

std::uint64_t RecentLoad::most_backlog() const {
  std::uint64_t most = 0;
  for (const Second& each : seconds_) {
    most = std::max(most, each.backlog);
  }
  return most;
}

void RecentDelay::add(Duration added, Instant now) {
  answers_.push_back({now, added});
  while (now - answers_.front().at > kAnswersKept || answers_.size() > kMostAnswers) {
    answers_.pop_front();
  }
}

Duration RecentDelay::middle() const {
  std::vector<Duration> sorted;
  sorted.reserve(answers_.size());
  for (const Answer& each : answers_) {
    sorted.push_back(each.added);
  }
  const auto middle = sorted.begin() + static_cast<std::ptrdiff_t>((sorted.size() - 1) / 2);
  std::nth_element(sorted.begin(), middle, sorted.end());
  return *middle;
}

}  // namespace karkara
