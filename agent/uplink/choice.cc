#include "agent/uplink/choice.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/uplink/ranking.h"

namespace karkara {
namespace {

// For the current one to prove itself at start: a satellite needs its round trips beyond the shortest probation.
constexpr Duration kUnprovenPatience = std::chrono::seconds{5};

double seconds_of(Duration d) {
  return std::chrono::duration<double>(d).count();
}

// Best first. Not std::sort: "telling" differences are not transitive, and an order that a sort may not rely on must
// still give the same list for the same candidates. At most sixteen of them.
void rank(std::vector<const Candidate*>& list) {
  for (std::size_t i = 1; i < list.size(); ++i) {
    for (std::size_t j = i; j > 0 && compare(*list[j], *list[j - 1]).better; --j) {
      std::swap(list[j], list[j - 1]);
    }
  }
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
    case ChoiceReason::Held: return "held";
    case ChoiceReason::Drain: return "drain";
    case ChoiceReason::Shed: return "shed";
    case ChoiceReason::Ordered: return "ordered";
    case ChoiceReason::Lossy: return "lossy";
    case ChoiceReason::Portal: return "portal";
  }
  return "unknown";
}

std::string barred(const Candidate& candidate, const ClassRule& rule) {
  if (!rule.off.empty()) {
    return rule.off;
  }
  if (!candidate.held.empty()) {
    return candidate.held;
  }
  if (!rule.control && !candidate.held_but_control.empty()) {
    return candidate.held_but_control;
  }
  if (!rule.control && !rule.may_overspend && !candidate.overspent.empty()) {
    return candidate.overspent;
  }
  if (rule.guests && candidate.borrowed && !rule.relay) {
    return "a neighbour lends it, and it is not lent on";
  }
  if (!candidate.metered || rule.control) {
    return "";
  }
  switch (rule.metered) {
    case MeteredUse::Always: return "";
    case MeteredUse::WithinPace: return candidate.fits_pace ? "" : "the bundle would not last at this pace";
    case MeteredUse::Never: return "metered, and this class is not to cost money";
  }
  return "";
}

void UplinkChoice::adopt(const UplinkId& uplink) {
  active_ = uplink;
  reason_ = ChoiceReason::Adopted;
}

void UplinkChoice::resume(const Memory& memory) {
  active_ = memory.active;
  reason_ = memory.reason;
  moved_at_ = memory.moved_at;
  ever_moved_ = memory.ever_moved;
}

void UplinkChoice::set_policy(ClassRule rule, ChoicePolicy policy) {
  rule_ = std::move(rule);
  policy_ = policy;
}

ChoiceReason UplinkChoice::decide(const std::vector<Candidate>& candidates, Instant now) {
  next_deadline_ = Instant::max();
  awaited_.reset();
  std::vector<const Candidate*> ranked;
  const Candidate* current = nullptr;
  bool others_barred = false;
  for (const Candidate& candidate : candidates) {
    const bool may = candidate.usable_path && barred(candidate, rule_).empty();
    if (may) {
      ranked.push_back(&candidate);
    }
    others_barred = others_barred || (candidate.usable_path && !may && grade(candidate) <= Grade::Heard);
    if (active_ && candidate.id == *active_) {
      current = &candidate;
    }
  }
  rank(ranked);
  const bool may_stay = current && std::find(ranked.begin(), ranked.end(), current) != ranked.end();
  const Move move =
      may_stay ? move_from(*current, *ranked.front(), now) : move_from_nothing(ranked, current, others_barred);
  take(move, now);
  list(ranked);
  const auto used = std::ranges::find_if(candidates, [&](const Candidate& c) { return active_ && c.id == *active_; });
  in_use_ = used == candidates.end() ? std::nullopt : std::optional{*used};
  return move.reason;
}

void UplinkChoice::take(const Move& move, Instant now) {
  if (move.reason == ChoiceReason::None) {
    return;
  }
  active_ = move.to;
  reason_ = move.reason;
  moved_at_ = now;
  ever_moved_ = true;
}

void UplinkChoice::list(const std::vector<const Candidate*>& ranked) {
  ladder_.clear();
  keeps_.clear();
  if (active_) {
    ladder_.push_back(*active_);
    keeps_.push_back(*active_);
  }
  for (const Candidate* candidate : ranked) {
    if (active_ && candidate->id == *active_) {
      continue;
    }
    ladder_.push_back(candidate->id);
    if (!candidate->metered && !candidate->walled && grade(*candidate) <= Grade::Draining) {
      keeps_.push_back(candidate->id);
    }
  }
}

UplinkChoice::Move UplinkChoice::move_from_nothing(const std::vector<const Candidate*>& ranked,
                                                   const Candidate* current, bool others_barred) const {
  const bool current_held = current && current->usable_path;
  if (ranked.empty()) {
    const ChoiceReason reason = others_barred ? ChoiceReason::Shed : ChoiceReason::Gone;
    const bool told = !active_ && (reason_ == reason || (reason == ChoiceReason::Gone && !ever_moved_));
    return told ? Move{} : Move{std::nullopt, reason};
  }
  if (!active_) {
    return {ranked.front()->id, ever_moved_ ? ChoiceReason::Proven : ChoiceReason::First};
  }
  return {ranked.front()->id, current_held ? ChoiceReason::Held : ChoiceReason::CarrierLost};
}

UplinkChoice::Move UplinkChoice::move_from(const Candidate& current, const Candidate& best, Instant now) {
  if (best.id == current.id) {
    return {};
  }
  if (current.lacks_v4 && !best.lacks_v4 && grade(best) <= Grade::Heard) {
    return {best.id, ChoiceReason::CarrierLost};  // nearly all of the village's traffic is IPv4
  }
  // Without evidence for another one the traffic stays: when every anchor is silent, the anchors may be what is dead.
  if (current.state == UplinkState::Down) {
    return grade(best) <= Grade::Heard ? Move{best.id, ChoiceReason::EchoLost} : Move{};
  }
  if (grade(current) > Grade::Draining) {
    if (grade(best) > Grade::Draining) {
      return {};
    }
    const bool wanted = best.preference < current.preference || (best.ordered && !current.ordered);
    if (current.unasked && !wanted) {
      return {};  // who was not asked did not fail to answer
    }
    const Duration patience = kUnprovenPatience - current.in_state;
    if (wanted || patience <= Duration::zero()) {
      return {best.id, ChoiceReason::Proven};
    }
    next_deadline_ = now + patience;
    awaited_ = best.id;
    return {};
  }
  if (grade(current) == Grade::Draining && grade(best) == Grade::Up && best.state == UplinkState::Up) {
    return {best.id, current.walled ? ChoiceReason::Portal : ChoiceReason::Drain};
  }
  const Ranking ranking = compare(best, current);
  if (best.state != UplinkState::Up || !ranking.better) {
    return {};
  }
  if (ranking.key == RankKey::Order) {
    return {best.id, ChoiceReason::Ordered};
  }
  const Duration wait = wait_before_return(current, best, now);
  if (wait <= Duration::zero()) {
    return {best.id, ranking.key == RankKey::Quality ? ChoiceReason::Lossy : ChoiceReason::PreferredBack};
  }
  next_deadline_ = now + wait;
  awaited_ = best.id;
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
  if (const std::string why = barred(candidate, rule_); !why.empty()) {
    return why;
  }
  switch (candidate.state) {
    case UplinkState::Down: return "no anchor answers over it";
    case UplinkState::Probation: return "has to prove itself first";
    case UplinkState::Addressed: return "cannot be proven";
    case UplinkState::Absent:
    case UplinkState::Linked:
    case UplinkState::Recover:
    case UplinkState::Portal:
    case UplinkState::Held:
    case UplinkState::Drain: return "no path";
    case UplinkState::Up:
    case UplinkState::Suspect: break;
  }
  if (awaited_ == candidate.id) {
    return fmt::format("stands by; traffic goes to it in {:.0f} s", seconds_of(next_deadline_ - now));
  }
  if (!in_use_) {
    return "stands by";
  }
  // Not the better one of them: what is waited for, or its own state, speaks against it for now.
  const Ranking ranking = compare(*in_use_, candidate);
  return "stands by: " + (ranking.better || ranking.key == RankKey::Same
                              ? why_behind(candidate, *in_use_, ranking.key)
                              : std::string{"better than the one in use, and another is better still"});
}

}  // namespace karkara
