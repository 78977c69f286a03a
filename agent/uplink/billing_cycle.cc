#include "agent/uplink/billing_cycle.h"

#include <algorithm>

#include "common/overloaded.h"

namespace karkara {

namespace {

using std::chrono::days;
using std::chrono::months;
using std::chrono::sys_days;
using std::chrono::year_month;
using std::chrono::year_month_day;

// Local midnight of the day on which the cycle of this month begins.
sys_days start_in(year_month month, unsigned start_day) {
  const year_month_day last{month / std::chrono::last};
  const std::chrono::day day{std::clamp(start_day, 1U, static_cast<unsigned>(last.day()))};
  return sys_days{month / day};
}

WallTime utc(sys_days local, std::chrono::minutes offset) {
  return WallTime{local.time_since_epoch() - offset};
}

BillingCycle monthly(MonthlyCycle rule, WallTime at, std::chrono::minutes offset) {
  const sys_days today{days{local_day(at, offset)}};
  const year_month_day date{today};
  year_month month = date.year() / date.month();
  if (today < start_in(month, rule.start_day)) {
    month -= months{1};
  }
  return {utc(start_in(month, rule.start_day), offset), utc(start_in(month + months{1}, rule.start_day), offset), true};
}

}  // namespace

std::int64_t local_day(WallTime at, std::chrono::minutes offset) {
  return std::chrono::floor<days>(at.since_epoch() + offset).count();
}

BillingCycle cycle_at(const CycleRule& rule, WallTime at, std::chrono::minutes offset) {
  return std::visit(Overloaded{[&](const MonthlyCycle& by_month) { return monthly(by_month, at, offset); },
                               [&](const DataBundle& bundle) {
                                 return BillingCycle{bundle.bought_at, bundle.valid_until,
                                                     at >= bundle.bought_at && at < bundle.valid_until};
                               }},
                    rule);
}

std::chrono::seconds longest_cycle(const CycleRule& rule) {
  return std::visit(Overloaded{[](const MonthlyCycle&) { return std::chrono::seconds{days{31}}; },
                               [](const DataBundle& bundle) {
                                 return std::chrono::ceil<std::chrono::seconds>(
                                     std::max(bundle.valid_until - bundle.bought_at, std::chrono::microseconds{0}));
                               }},
                    rule);
}

}  // namespace karkara
