#include "agent/shaping/adaptive_rate_load.h"

#include <algorithm>
#include <vector>

namespace karkara {
namespace {

using std::chrono::milliseconds;

constexpr Duration kShortest = milliseconds{50};
constexpr Duration kLongest = milliseconds{10'000};
constexpr Duration kAnswersKept = milliseconds{600};
constexpr std::size_t kMostAnswers = 32;
constexpr std::size_t kMostSeconds = 80;

}  // namespace

bool RecentLoad::add(const LoadSeen& seen, BitsPerSecond rate, Instant now) {
  if (seen.span < kShortest || seen.span > kLongest) {
    return false;
  }
  forget_old(now);
  const double seconds = std::chrono::duration<double>(seen.span).count();
  const BitsPerSecond carried{static_cast<double>(seen.bytes) * 8 / seconds};
  const BitsPerSecond firm{static_cast<double>(std::min(seen.firm_bytes, seen.bytes)) * 8 / seconds};
  seconds_.push_back({now, carried, firm, carried / rate, seen.backlog, seen.drops});
  if (seconds_.size() > kMostSeconds) {
    seconds_.pop_front();
  }
  return true;
}

void RecentLoad::forget_old(Instant now) {
  while (!seconds_.empty() && now - seconds_.front().at > kKept) {
    seconds_.pop_front();
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
