#include "agent/uplink/usage_account.h"

#include <algorithm>

namespace karkara {

namespace {

constexpr Duration kPieceSpan = std::chrono::hours{1};
constexpr std::size_t kMostPieces = 24 * 7;  // a week without one trusted anchor; then the oldest are joined

WallTime earlier(WallTime at, Duration by) {
  return at + -std::chrono::duration_cast<std::chrono::microseconds>(by);
}

}  // namespace

bool is_date(WallTime at) {
  return at.seconds() >= kEarliestDate && at.seconds() < kLatestDate;
}

void UsageAccount::add(const Traffic& traffic, const KnownTime& at, const BillingTerms& terms) {
  if (at.wall && is_date(*at.wall)) {
    settle(at, terms);
    date(traffic, *at.wall, terms);
  } else {
    set_aside(traffic, at.now);
  }
  if (usage_.balance) {
    Traffic used{usage_.balance->used_since, 0};
    used += Traffic{traffic.total(), 0};
    usage_.balance->used_since = used.received;
  }
}

bool UsageAccount::settle(const KnownTime& at, const BillingTerms& terms) {
  if (!at.wall || !is_date(*at.wall)) {
    return false;
  }
  const KeyUsage before = usage_;
  for (const Piece& piece : pieces_) {
    const WallTime then = earlier(*at.wall, at.now - piece.at);
    date(piece.traffic, is_date(then) ? then : *at.wall, terms);
  }
  date(undated_before_, *at.wall, terms);
  pieces_.clear();
  undated_before_ = {};
  usage_.undated = {};
  if (usage_.balance && usage_.balance->at == 0) {
    usage_.balance->at = at.wall->seconds();
  }
  return usage_ != before;
}

void UsageAccount::reconcile(std::uint64_t remaining, const KnownTime& at, const BillingTerms& terms) {
  settle(at, terms);
  const bool dated = at.wall && is_date(*at.wall);
  usage_.balance = Balance{dated ? at.wall->seconds() : 0, remaining, 0};
}

void UsageAccount::set_aside(const Traffic& traffic, Instant now) {
  usage_.undated += traffic;
  if (pieces_.empty() || now - pieces_.back().at >= kPieceSpan) {
    if (pieces_.size() == kMostPieces) {
      pieces_[1].traffic += pieces_[0].traffic;
      pieces_.erase(pieces_.begin());
    }
    pieces_.push_back({now, {}});
  }
  pieces_.back().traffic += traffic;
}

void UsageAccount::date(const Traffic& traffic, WallTime at, const BillingTerms& terms) {
  begin_day(local_day(at, terms.offset));
  begin_cycle(at, terms.rule, terms.offset);
  usage_.today += traffic;
  usage_.cycle += traffic;
}

void UsageAccount::begin_day(std::int64_t day) {
  if (usage_.day == 0 || day < usage_.day - 1) {
    usage_.day = day;  // earlier by more than a midnight's slew: the clock was ahead; its newest day becomes this one
  }
  if (day <= usage_.day) {
    return;
  }
  auto& before = usage_.days_before;
  const auto passed = static_cast<std::size_t>(std::min<std::int64_t>(day - usage_.day, KeyUsage::kDaysBefore));
  std::move_backward(before.begin(), before.end() - static_cast<std::ptrdiff_t>(passed), before.end());
  std::fill_n(before.begin(), passed, 0);
  if (day - usage_.day <= static_cast<std::int64_t>(KeyUsage::kDaysBefore)) {
    before[passed - 1] = usage_.today.total();
  }
  usage_.day = day;
  usage_.today = {};
}

void UsageAccount::begin_cycle(WallTime at, const CycleRule& rule, std::chrono::minutes offset) {
  // Before a bundle begins, what is used belongs to no cycle of its own.
  const WallTime begin = cycle_at(rule, at, offset).start;
  const std::int64_t start = begin > at ? kEarliestDate : std::max(begin.seconds(), kEarliestDate);
  const std::int64_t old = usage_.cycle_start;
  if (start == old) {
    return;
  }
  usage_.cycle_start = start;
  // A cycle that began by another rule: which of its bytes belong to the new one is not known, so all do.
  const bool rule_changed = std::holds_alternative<MonthlyCycle>(rule) &&
                            cycle_at(rule, WallTime{std::chrono::seconds{old}}, offset).start.seconds() != old;
  if (old == 0 || (start > old && rule_changed)) {
    return;
  }
  if (start > old) {
    usage_.previous_start = old;
    usage_.previous = usage_.cycle;
    usage_.cycle = {};
    return;
  }
  // The clock was ahead and had ended the cycle too early: it is joined again.
  if (usage_.previous_start == start) {
    usage_.cycle += usage_.previous;
  }
  usage_.previous_start = 0;
  usage_.previous = {};
}

}  // namespace karkara
