#include "agent/uplink/allowance.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

namespace karkara {

namespace {

using std::chrono::duration;
using Days = duration<double, std::ratio<86'400>>;

// Nearer to the end of a cycle the pace would grow without bound.
constexpr Days kShortestRest = std::chrono::hours{1};
// A first hour is no day's mean.
constexpr Days kShortestHistory = std::chrono::hours{6};
constexpr double kMegabyte = 1e6;

std::uint64_t less(std::uint64_t from, std::uint64_t taken) {
  return from > taken ? from - taken : 0;
}

std::uint64_t share_of(std::uint64_t bytes, double share) {
  return static_cast<std::uint64_t>(static_cast<double>(std::min(bytes, kMostTraffic)) * std::clamp(share, 0.0, 1.0));
}

std::string date_text(WallTime at, std::chrono::minutes offset) {
  const std::chrono::year_month_day date{std::chrono::sys_days{std::chrono::days{local_day(at, offset)}}};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(date.year()), static_cast<unsigned>(date.month()),
                     static_cast<unsigned>(date.day()));
}

std::string rate_text(BytesPerDay rate) {
  return bytes_text(static_cast<std::uint64_t>(std::clamp(rate.value(), 0.0, 1e18))) + " a day";
}

std::optional<BytesPerDay> mean_of(const KeyUsage& usage, WallTime now, std::chrono::minutes offset) {
  if (usage.day == 0) {
    return std::nullopt;
  }
  const auto& before = usage.days_before;
  const auto oldest = std::find_if(before.rbegin(), before.rend(), [](std::uint64_t bytes) { return bytes > 0; });
  const auto bytes = std::accumulate(before.begin(), before.end(), static_cast<double>(usage.today.total()),
                                     [](double sum, std::uint64_t day) { return sum + static_cast<double>(day); });
  const std::chrono::seconds into_day{now.seconds() + std::chrono::seconds{offset}.count() -
                                      usage.day * std::chrono::seconds{std::chrono::days{1}}.count()};
  const Days history = std::max(Days{into_day}, Days{0}) + Days{static_cast<double>(before.rend() - oldest)};
  return BytesPerDay{bytes / std::max(history, kShortestHistory).count()};
}

}  // namespace

Quota Allowance::quota(const KeyUsage* usage, const KnownTime& at, std::uint64_t used_beside) const {
  Quota quota;
  quota.granted = settings_.bytes_per_cycle;
  quota.used = usage != nullptr ? usage->used_in_cycle() : 0;
  if (quota.granted) {
    quota.remaining = less(*quota.granted, quota.used);
  }
  const Balance* told = usage != nullptr && usage->balance ? &*usage->balance : nullptr;
  if (told != nullptr && (told->at == 0 || told->at >= usage->cycle_start)) {
    quota.remaining = less(told->remaining, told->used_since);
  }
  if (quota.remaining) {
    const std::uint64_t whole = quota.granted ? *quota.granted : told->remaining;
    quota.reserve = std::min(share_of(whole, settings_.reserve_share), *quota.remaining);
    quota.remaining_users = *quota.remaining - quota.reserve;
  }
  fill_money(quota, used_beside);
  if (at.wall) {
    const BillingCycle cycle = cycle_at(settings_.cycle, *at.wall, offset_);
    quota.over = !cycle.current;
    quota.cycle_start = cycle.start;
    quota.cycle_end = cycle.end;
  }
  fill_pace(quota, at.wall);
  if (usage != nullptr && at.wall) {
    fill_forecast(quota, *usage, *at.wall);
  }
  return quota;
}

// What the money still buys limits the village's pace as the bundle does.
void Allowance::fill_money(Quota& quota, std::uint64_t used_beside) const {
  quota.usable = quota.remaining_users;
  const double price = cost().value();
  if (price <= 0) {
    return;
  }
  const double used = static_cast<double>(quota.used) + static_cast<double>(std::min(used_beside, kMostTraffic));
  quota.spent = Fcfa{used / kMegabyte * price};
  quota.spend_limit = settings_.spend_per_cycle;
  if (quota.spend_limit) {
    const double left = std::max(0.0, (*quota.spend_limit - *quota.spent).value()) / price * kMegabyte;
    const auto bought = static_cast<std::uint64_t>(std::min(left, static_cast<double>(kMostTraffic)));
    quota.usable = std::min(quota.usable.value_or(bought), bought);
  }
}

void Allowance::fill_pace(Quota& quota, const std::optional<WallTime>& now) const {
  if (!quota.usable) {
    return;
  }
  const Days rest = now ? Days{*quota.cycle_end - *now} : Days{longest_cycle(settings_.cycle)};
  const double bytes = quota.over ? 0 : static_cast<double>(*quota.usable);
  quota.pace = BytesPerDay{bytes / std::max(rest, kShortestRest).count() * kPaceFactor};
}

void Allowance::fill_forecast(Quota& quota, const KeyUsage& usage, WallTime now) const {
  quota.mean_use = mean_of(usage, now, offset_);
  if (!quota.usable || !quota.mean_use || quota.mean_use->value() <= 0) {
    return;
  }
  const Days lasts{static_cast<double>(*quota.usable) / quota.mean_use->value()};
  if (lasts < Days{*quota.cycle_end - now}) {
    quota.runs_out = now + std::chrono::duration_cast<std::chrono::microseconds>(lasts);
  }
}

FcfaPerMegabyte Allowance::cost() const {
  if (settings_.price_per_megabyte) {
    return *settings_.price_per_megabyte;
  }
  if (settings_.price_per_cycle && settings_.bytes_per_cycle.value_or(0) > 0) {
    return FcfaPerMegabyte{settings_.price_per_cycle->value() /
                           (static_cast<double>(*settings_.bytes_per_cycle) / kMegabyte)};
  }
  return FcfaPerMegabyte{};
}

std::string Allowance::money_sentence(const Quota& quota) {
  if (!quota.spent || !quota.spend_limit) {
    return "";
  }
  return fmt::format("{:.0f} of {:.0f} FCFA spent in this cycle", quota.spent->value(), quota.spend_limit->value());
}

std::string Allowance::until_text(const Quota& quota, const KnownTime& at) const {
  if (!quota.cycle_end || !at.wall) {
    return ", until when is not known without a date";
  }
  const auto rest = std::chrono::ceil<std::chrono::days>(*quota.cycle_end - *at.wall).count();
  return fmt::format(" until {} ({} day{})", date_text(*quota.cycle_end, offset_), rest, rest == 1 ? "" : "s");
}

std::string Allowance::sentence(const Quota& quota, const KnownTime& at) const {
  if (quota.over) {
    const bool later = at.wall && quota.cycle_end && *quota.cycle_end > *at.wall;
    return later ? "the bundle is not valid yet" : "the bundle ended on " + date_text(*quota.cycle_end, offset_);
  }
  const std::string money = money_sentence(quota);
  if (!quota.usable) {
    return "no limit is set; " + bytes_text(quota.used) + " used in this cycle";
  }
  std::string text;
  if (quota.remaining) {
    text = bytes_text(*quota.remaining);
    text += quota.granted ? " of " + bytes_text(*quota.granted) + " left" : " left as the operator says";
  } else {
    text = bytes_text(quota.used) + " used";
  }
  text += until_text(quota, at) + (money.empty() ? "" : ", " + money);
  if (quota.exhausted()) {
    return text + (quota.control_allowed() ? ": kept for control traffic" : ": used up");
  }
  if (quota.overspent()) {
    return text + ": nothing is left to spend";
  }
  text += ", " + rate_text(*quota.pace) + " may be used";
  if (!quota.mean_use) {
    return text;
  }
  text += "; at " + rate_text(*quota.mean_use);
  return text + (quota.runs_out ? " it runs out on " + date_text(*quota.runs_out, offset_) : " it lasts");
}

bool PaceGate::fits(BytesPerDay expected, const Quota& quota) {
  const double most = quota.pace ? quota.pace->value() : std::numeric_limits<double>::infinity();
  const bool spent = quota.exhausted() || quota.overspent() || !std::isfinite(expected.value());
  fitted_ = !spent && expected.value() <= (fitted_ ? most : most * kReturnShare);
  return fitted_;
}

std::string bytes_text(std::uint64_t bytes) {
  static constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB"};
  auto value = static_cast<double>(bytes);
  std::size_t unit = 0;
  // From 999.5 on three digits would show 1000.
  while (value >= 999.5 && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const int digits = unit == 0 || value >= 99.95 ? 0 : (value >= 9.995 ? 1 : 2);
  return fmt::format("{:.{}f} {}", value, digits, kUnits[unit]);
}

}  // namespace karkara
