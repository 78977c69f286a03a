#include "agent/mesh/hello_watch.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr double kWeight = 0.02;  // of one hello
constexpr int kMostMissed = 50;   // longer silences are another matter than loss

}  // namespace

void HelloWatch::heard(bool quick, Instant now) {
  if (last_) {
    const Duration pace = quick_ ? kQuickPace : kIdlePace;
    const double gap = std::chrono::duration<double>(now - *last_) / pace;
    const int missed = std::clamp(static_cast<int>(gap + 0.5) - 1, 0, kMostMissed);
    for (int i = 0; i < missed; ++i) {
      loss_ += (1 - loss_) * kWeight;
    }
    loss_ -= loss_ * kWeight;
  }
  last_ = now;
  quick_ = quick;
}

HelloSight HelloWatch::sight(Instant now) const {
  if (!last_) {
    return HelloSight::Silent;
  }
  const Duration since = now - *last_;
  if (since >= (quick_ ? kQuickSilent : kIdleSilent)) {
    return HelloSight::Silent;
  }
  return since >= (quick_ ? kQuickSuspect : kIdleSuspect) ? HelloSight::Suspect : HelloSight::Heard;
}

Instant HelloWatch::next_deadline(Instant now) const {
  if (!last_) {
    return Instant::max();
  }
  for (const Duration limit : {quick_ ? kQuickSuspect : kIdleSuspect, quick_ ? kQuickSilent : kIdleSilent}) {
    if (*last_ + limit > now) {
      return *last_ + limit;
    }
  }
  return Instant::max();
}

}  // namespace karkara
