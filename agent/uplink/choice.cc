#include "agent/uplink/choice.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kUnprovenPatience = std::chrono::seconds{3};  // for the current one to prove itself at start

constexpr int kHeard = 1;

// How much is known in favour of an uplink; lower is better.
int grade(const Candidate& candidate) {
  switch (candidate.state) {
    case UplinkState::Up:
    case UplinkState::Suspect: return 0;
    case UplinkState::Probation: return candidate.heard ? kHeard : 2;
    case UplinkState::Addressed: return 2;
    case UplinkState::Down:
    case UplinkState::Linked:
    case UplinkState::Absent: return 3;
  }
  return 3;
}

bool better(const Candidate* a, const Candidate* b) {
  if (grade(*a) != grade(*b)) {
    return grade(*a) < grade(*b);
  }
  return a->preference < b->preference;
}

double seconds_of(Duration d) {
  return std::chrono::duration<double>(d).count();
}

}  // namespace

std::string_view to_string(ChoiceReason reason) {
  switch (reason) {
    case ChoiceReason::None: return "unchanged";
    case ChoiceReason::First: return "first";
    case ChoiceReason::Adopted: return "adopted";
    case ChoiceReason::CarrierLost: return "carrier-lost";
    case ChoiceReason::EchoLost: return "echo-lost";
    case ChoiceReason::Proven: return "proven";
    case ChoiceReason::PreferredBack: return "preferred-back";
    case ChoiceReason::Gone: return "gone";
  }
  return "unknown";
}

void UplinkChoice::adopt(const UplinkId& uplink) {
  active_ = uplink;
  reason_ = ChoiceReason::Adopted;
}

ChoiceReason UplinkChoice::decide(const std::vector<Candidate>& candidates, Instant now) {
  next_deadline_ = Instant::max();
  std::vector<const Candidate*> ranked;
  const Candidate* current = nullptr;
  for (const Candidate& candidate : candidates) {
    if (candidate.usable_path) {
      ranked.push_back(&candidate);
    }
    if (active_ && candidate.id == *active_) {
      current = &candidate;
    }
  }
  std::stable_sort(ranked.begin(), ranked.end(), better);

  Move move;
  if (!current || !current->usable_path) {
    move = move_from_nothing(ranked);
  } else {
    move = move_from(*current, *ranked.front(), now);
  }
  if (move.reason != ChoiceReason::None) {
    active_ = move.to;
    reason_ = move.reason;
    moved_at_ = now;
    ever_moved_ = true;
  }

  ladder_.clear();
  if (active_) {
    ladder_.push_back(*active_);
  }
  for (const Candidate* candidate : ranked) {
    if (!active_ || candidate->id != *active_) {
      ladder_.push_back(candidate->id);
    }
  }
  return move.reason;
}

UplinkChoice::Move UplinkChoice::move_from_nothing(const std::vector<const Candidate*>& ranked) const {
  if (ranked.empty()) {
    return active_ ? Move{std::nullopt, ChoiceReason::Gone} : Move{};
  }
  return {ranked.front()->id, active_ ? ChoiceReason::CarrierLost : ChoiceReason::First};
}

UplinkChoice::Move UplinkChoice::move_from(const Candidate& current, const Candidate& best, Instant now) {
  if (best.id == current.id) {
    return {};
  }
  // Without evidence for another one the traffic stays: when every anchor is silent, the anchors may be what is dead.
  if (current.state == UplinkState::Down) {
    return grade(best) <= kHeard ? Move{best.id, ChoiceReason::EchoLost} : Move{};
  }
  if (grade(current) > 0) {
    if (grade(best) > 0) {
      return {};
    }
    const Duration patience = kUnprovenPatience - current.in_state;
    if (best.preference < current.preference || patience <= Duration::zero()) {
      return {best.id, ChoiceReason::Proven};
    }
    next_deadline_ = now + patience;
    return {};
  }
  if (best.state != UplinkState::Up || best.preference >= current.preference) {
    return {};
  }
  const Duration wait = wait_before_return(current, best, now);
  if (wait <= Duration::zero()) {
    return {best.id, ChoiceReason::PreferredBack};
  }
  next_deadline_ = now + wait;
  return {};
}

Duration UplinkChoice::wait_before_return(const Candidate& current, const Candidate& better_one, Instant now) const {
  const bool saves_money = current.metered && !better_one.metered;
  const Duration needed = saves_money ? policy_.leave_metered_after : policy_.switch_back_after;
  const Duration dwell = ever_moved_ ? moved_at_ + policy_.min_dwell - now : Duration::zero();
  return std::max(needed - better_one.in_state, dwell);
}

std::string UplinkChoice::verdict(const Candidate& candidate, Instant now) const {
  if (active_ && candidate.id == *active_) {
    return candidate.state == UplinkState::Down ? "carries the traffic: nothing better is known"
                                                : "carries the traffic";
  }
  if (!candidate.usable_path) {
    return "no path: " + std::string{to_string(candidate.state)};
  }
  switch (candidate.state) {
    case UplinkState::Down: return "no anchor answers over it";
    case UplinkState::Probation: return "has to prove itself first";
    case UplinkState::Addressed: return "cannot be proven";
    case UplinkState::Absent:
    case UplinkState::Linked: return "no path";
    case UplinkState::Up:
    case UplinkState::Suspect: break;
  }
  if (next_deadline_ != Instant::max()) {
    return fmt::format("stands by; traffic returns to the better one in {:.0f} s", seconds_of(next_deadline_ - now));
  }
  return fmt::format("stands by: preference {}", candidate.preference);
}

}  // namespace karkara
