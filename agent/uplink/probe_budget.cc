#include "agent/uplink/probe_budget.h"

#include <algorithm>
#include <cmath>
#include <numeric>

namespace karkara {

namespace {

constexpr double kSecondsPerDay = 86'400;
constexpr std::uint64_t kMostBudget = std::uint64_t{1} << 40U;

std::int64_t hour_of(Instant at) {
  return std::chrono::floor<std::chrono::hours>(at.since_boot()).count();
}

std::uint64_t per_cent_at_once(ProbeRole role) {
  switch (role) {
    case ProbeRole::MeteredStandby: return 20;  // 16 kB trickle; 96 echoes and four truths a day take 15.98 kB
    case ProbeRole::MeteredActive: return 20;   // 160 kB; an echo a minute takes 150 kB
    case ProbeRole::Vsat: return 9;             // 910 kB; an echo each 10 s takes 899 kB
    case ProbeRole::Unmetered: return 3;        // 7.76 MB; an echo each 2 s takes 4.5 MB
  }
  return 0;
}

std::uint64_t bytes_for(ProbeRole role) {
  switch (role) {
    case ProbeRole::MeteredStandby: return 20'000;
    case ProbeRole::MeteredActive: return 200'000;
    case ProbeRole::Vsat: return 1'000'000;
    case ProbeRole::Unmetered: return 8'000'000;
  }
  return 0;
}

}  // namespace

ProbePolicy probe_policy(ProbeRole role, std::uint64_t bytes_per_day) {
  const std::uint64_t bytes = std::min(bytes_per_day, kMostBudget);
  return {bytes, bytes * per_cent_at_once(role) / 100};
}

ProbePolicy probe_policy(ProbeRole role) {
  return probe_policy(role, bytes_for(role));
}

ProbeBudget::ProbeBudget(const ProbePolicy& policy, std::uint64_t tokens, std::uint64_t spent, Instant now)
    : policy_{policy}, tokens_{static_cast<double>(std::min(tokens, policy.burst))}, filled_{now}, hour_{hour_of(now)} {
  hours_[0] = std::min(spent, kMostBudget);
}

double ProbeBudget::per_second() const {
  return static_cast<double>(policy_.bytes_per_day - std::min(policy_.burst, policy_.bytes_per_day)) / kSecondsPerDay;
}

double ProbeBudget::tokens_at(Instant now) const {
  const std::chrono::duration<double> passed = std::max(now, filled_) - filled_;
  return std::min(tokens_ + passed.count() * per_second(), static_cast<double>(policy_.burst));
}

bool ProbeBudget::allow(std::uint64_t bytes, Instant now) {
  if (bytes > available(now)) {
    refused_ = true;
    return false;
  }
  take(bytes, now);
  return true;
}

void ProbeBudget::charge(std::uint64_t bytes, Instant now) {
  take(std::min(bytes, kMostBudget), now);
}

void ProbeBudget::take(std::uint64_t bytes, Instant now) {
  refused_ = empty(now);
  turn_hours(now);
  hours_[0] = std::min(hours_[0] + bytes, kMostBudget);
  tokens_ = tokens_at(now) - static_cast<double>(bytes);
  filled_ = std::max(now, filled_);
}

void ProbeBudget::set_policy(const ProbePolicy& policy, Instant now) {
  tokens_ = tokens_at(now);
  filled_ = std::max(now, filled_);
  if (policy.burst > policy_.burst) {
    // With the trickle that follows, no 24 hours see more than the day's bytes.
    const std::uint64_t spent = std::min(spent_today(now), policy.burst);
    tokens_ = std::max(tokens_, static_cast<double>(policy.burst - spent));
  }
  policy_ = policy;
  tokens_ = std::min(tokens_, static_cast<double>(policy_.burst));
}

std::uint64_t ProbeBudget::available(Instant now) const {
  return static_cast<std::uint64_t>(std::max(tokens_at(now), 0.0));
}

std::uint64_t ProbeBudget::spent_today(Instant now) const {
  const std::int64_t passed = std::clamp<std::int64_t>(hour_of(now) - hour_, 0, std::ssize(hours_));
  return std::accumulate(hours_.begin(), hours_.end() - passed, std::uint64_t{0});
}

bool ProbeBudget::empty(Instant now) const {
  return refused_ && tokens_at(now) < static_cast<double>(policy_.burst) / 2;
}

Instant ProbeBudget::next_chance(std::uint64_t bytes, Instant now) const {
  const double missing = static_cast<double>(bytes) - tokens_at(now);
  if (missing <= 0) {
    return now;
  }
  if (bytes > policy_.burst || per_second() <= 0) {
    return Instant::max();
  }
  // One more: the division's last bit must not make the caller come back for nothing.
  return now + std::chrono::seconds{static_cast<std::int64_t>(std::ceil(missing / per_second())) + 1};
}

void ProbeBudget::turn_hours(Instant now) {
  const std::int64_t passed = std::clamp<std::int64_t>(hour_of(now) - hour_, 0, std::ssize(hours_));
  std::move_backward(hours_.begin(), hours_.end() - passed, hours_.end());
  std::fill_n(hours_.begin(), passed, 0);
  hour_ = std::max(hour_, hour_of(now));
}

}  // namespace karkara
