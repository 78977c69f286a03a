#include "agent/io/backoff.h"

#include <algorithm>
#include <utility>

namespace karkara {

Backoff::Backoff(BackoffPolicy policy, Uniform uniform)
    : policy_{policy}, uniform_{std::move(uniform)}, ceiling_{policy.at_start} {}

Duration Backoff::next() {
  const Duration ceiling = std::min(ceiling_, policy_.cap);
  ceiling_ = std::min(2 * ceiling, policy_.cap);
  return Duration{static_cast<Duration::rep>(uniform_() * static_cast<double>(ceiling.count()))};
}

void Backoff::restart() {
  ceiling_ = policy_.at_start;
}

void Backoff::lost_session(Duration lasted) {
  if (lasted >= policy_.proven_after || ceiling_ < policy_.after_session) {
    ceiling_ = policy_.after_session;
  }
}

}  // namespace karkara
