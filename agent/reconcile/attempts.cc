#include "agent/reconcile/attempts.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kFirstBackoff = std::chrono::milliseconds{200};
constexpr Duration kLongestBackoff = std::chrono::seconds{10};
constexpr unsigned kRepairsAtOnce = 3;
constexpr Duration kRepairPause = std::chrono::seconds{1};

Duration backoff(unsigned failures) {
  const unsigned doublings = std::min(failures - 1, 6U);
  return std::min(kFirstBackoff * (1 << doublings), kLongestBackoff);
}

}  // namespace

Instant Attempts::ready_at(const NetworkOp& op) const {
  const Attempt* attempt = find(op);
  if (attempt == nullptr || attempt->forgiven) {
    return Instant{};
  }
  if (attempt->failed > 0) {
    return attempt->last + backoff(attempt->failed);
  }
  return attempt->issued < kRepairsAtOnce ? Instant{} : attempt->last + kRepairPause;
}

void Attempts::issued(const NetworkOp& op, Instant now) {
  Attempt& attempt = of(op);
  ++attempt.issued;
  attempt.last = now;
  attempt.forgiven = false;
}

void Attempts::failed(const NetworkOp& op, Instant now) {
  Attempt& attempt = of(op);
  ++attempt.failed;
  attempt.last = now;
}

void Attempts::succeeded(const NetworkOp& op) {
  of(op).failed = 0;
}

unsigned Attempts::failures(const NetworkOp& op) const {
  const Attempt* attempt = find(op);
  return attempt == nullptr ? 0 : attempt->failed;
}

void Attempts::forgive() {
  for (Attempt& attempt : attempts_) {
    attempt.forgiven = true;
    attempt.issued = 0;
  }
}

void Attempts::forget_successes() {
  std::erase_if(attempts_, [](const Attempt& attempt) { return attempt.failed == 0; });
}

void Attempts::forget_before(Instant time) {
  std::erase_if(attempts_, [&](const Attempt& attempt) { return attempt.last < time; });
}

const Attempts::Attempt* Attempts::find(const NetworkOp& op) const {
  const auto place = std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& a) { return a.op == op; });
  return place == attempts_.end() ? nullptr : &*place;
}

Attempts::Attempt& Attempts::of(const NetworkOp& op) {
  const auto place = std::find_if(attempts_.begin(), attempts_.end(), [&](const Attempt& a) { return a.op == op; });
  if (place != attempts_.end()) {
    return *place;
  }
  return attempts_.emplace_back(Attempt{op, 0, 0, Instant{}, false});
}

}  // namespace karkara
