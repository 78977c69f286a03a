#include "agent/codec/far_clock.h"

#include <chrono>

namespace karkara {

Duration FarClock::show(std::uint32_t value, Instant at) {
  // So far no clock goes in the life of a connection: somebody adds as much as he can with each segment.
  constexpr Duration kFarthest = std::chrono::hours{24 * 365};
  if (!first_at_ || std::chrono::abs(shown_ - first_) > kFarthest) {
    first_at_ = at;
    first_ = shown_ = std::chrono::milliseconds{value};
  } else {
    // Backwards, when segments overtook each other.
    shown_ += std::chrono::milliseconds{static_cast<std::int32_t>(value - value_)};
  }
  value_ = value;
  seen_ = at;
  return shown_;
}

bool FarClock::is_known() const {
  const Duration span = first_at_ ? seen_ - *first_at_ : Duration{0};
  return span >= kKnownAfter && std::chrono::abs(shown_ - first_ - span) <= kAstray + span / kDrift;
}

}  // namespace karkara
