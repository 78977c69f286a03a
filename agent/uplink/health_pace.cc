// How often an uplink is asked: by its state and role, by what its budget leaves, by what others would like to know.
#include <algorithm>

#include "agent/uplink/health.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr Duration kShortestProbation = seconds{3};
constexpr Duration kUrgentDownPace = seconds{10};
constexpr unsigned kMostDoublings = 16;
constexpr double kMostThrift = 3;  // times the pause that a keepalive waits longer: suspicions come from traffic

}  // namespace

Duration UplinkHealth::active_pause(Instant now) const {
  if (wish_ && asking_.plenty) {
    return std::min(*wish_, settings_.active_echo_interval);
  }
  const Duration pause = traffic_is_answered(now) ? std::max(settings_.active_echo_interval, kBusyEchoPause)
                                                  : settings_.active_echo_interval;
  return std::chrono::duration_cast<Duration>(pause * (1 + asking_.thrift * kMostThrift));
}

void UplinkHealth::wish_echoes(std::optional<Duration> each, Instant now) {
  if (wish_ == each) {
    return;
  }
  wish_ = each;
  if (wish_ && next_echo_ != Instant::max() && state_ == UplinkState::Up) {
    next_echo_ = std::min(next_echo_, now + echo_interval(now));
  }
}

Duration UplinkHealth::echo_interval(Instant now) const {
  const Duration standby = settings_.standby_echo_interval;
  switch (state_) {
    case UplinkState::Up:
      if (!active_) {
        return standby;
      }
      // Until the time-outs are the path's own, a black hole would be noticed late.
      if (!echoes_.rtt().settled()) {
        return std::min(settings_.active_echo_interval, kProbationPace);
      }
      return active_pause(now);
    case UplinkState::Down: {
      // Asked often at first, since most failures are short, then ever more rarely.
      const Duration slowest = urgent_ ? std::min(standby, kUrgentDownPace) : standby;
      const unsigned doublings = std::min(silences_ / 4, kMostDoublings);
      return std::min<Duration>(kDownPace * (1LL << doublings), std::max(slowest, kDownPace));
    }
    case UplinkState::Probation:
      // A long hold-down at this pace would cost a SIM its day's bytes.
      return answers_ < kAnswersToRise ? kProbationPace : std::max<Duration>(kProbationPace, probation_length() / 10);
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Addressed:
    case UplinkState::Suspect:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: break;
  }
  return kProbationPace;
}

Duration UplinkHealth::probation_length() const {
  if (failures_ == 0 || served_) {
    return kShortestProbation;
  }
  const unsigned doublings = std::min(failures_ - 1, kMostDoublings);
  return std::max(kShortestProbation, std::min<Duration>(hold_down_ * (1LL << doublings), hold_down_max_));
}

void UplinkHealth::set_role(bool active, bool urgent, Instant now) {
  if (active == active_ && urgent == urgent_) {
    return;
  }
  active_ = active;
  urgent_ = urgent;
  if (next_echo_ != Instant::max() && (state_ == UplinkState::Up || state_ == UplinkState::Down)) {
    next_echo_ = std::min(next_echo_, now + echo_interval(now));
  }
}

void UplinkHealth::may_ask(Asking asking, Instant now) {
  if (asking.allowed && !asking_.allowed) {
    asked_since_ = now;
    if (next_echo_ != Instant::max()) {
      next_echo_ = std::min(next_echo_, now + echo_interval(now));
    }
  }
  asking_ = asking;
}

}  // namespace karkara
