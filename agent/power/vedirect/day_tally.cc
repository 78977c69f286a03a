#include "agent/power/vedirect/day_tally.h"

#include <algorithm>

namespace karkara::vedirect {
namespace {

// So little of a day's yield may be missed: the charger tells it in steps of 10 Wh.
constexpr WattHours kLittle{25};
constexpr double kLittlePart = 0.1;
constexpr WattHours kMost{1'000'000};   // no charger gives more in a day
constexpr std::size_t kMostErrors = 4;  // as many as the charger keeps
constexpr unsigned kBulk = 3;
constexpr unsigned kAbsorption = 4;
constexpr unsigned kFloat = 5;

template <class Unit>
void raise(std::optional<Unit>& most, std::optional<Unit> seen) {
  if (seen && (!most || *seen > *most)) {
    most = seen;
  }
}

void lengthen(std::optional<std::chrono::minutes>& phase, Duration& rest, Duration lasted) {
  rest += lasted;
  const auto whole = std::chrono::floor<std::chrono::minutes>(rest);
  phase = phase.value_or(std::chrono::minutes{}) + whole;
  rest -= whole;
}

WattHours grown(std::optional<WattHours> before, std::optional<WattHours> now) {
  return std::max(WattHours{}, now.value_or(WattHours{}) - before.value_or(WattHours{}));
}

}  // namespace

DayTally::DayTally(std::uint16_t number, ChargerDay day, WattHours missed)
    : number_{number}, day_{std::move(day)}, missed_{missed} {}

DayTally DayTally::begin(const DayGlance& glance, std::optional<Duration> since) {
  DayTally tally;
  tally.number_ = glance.number;
  tally.day_.bulk = tally.day_.absorption = tally.day_.floating = std::chrono::minutes{};
  tally.see(glance, since);
  return tally;
}

void DayTally::see(const DayGlance& glance, std::optional<Duration> since) {
  if (!since) {
    missed_ = std::min(kMost, missed_ + grown(day_.yield, glance.yield));
  }
  if (glance.yield) {
    day_.yield = glance.yield;
  }
  raise(day_.panel_most, glance.panel_most);
  raise(day_.battery_most, glance.battery);
  if (glance.battery && (!day_.battery_least || *glance.battery < *day_.battery_least)) {
    day_.battery_least = glance.battery;
  }
  count(glance, since.value_or(Duration{}));
  if (glance.error != 0 && (day_.errors.empty() || day_.errors.front() != glance.error)) {
    day_.errors.insert(day_.errors.begin(), glance.error);
    day_.errors.resize(std::min(day_.errors.size(), kMostErrors));
  }
}

void DayTally::count(const DayGlance& glance, Duration lasted) {
  switch (glance.charge_state.value_or(0)) {
    case kBulk: return lengthen(day_.bulk, bulk_, lasted);
    case kAbsorption: return lengthen(day_.absorption, absorption_, lasted);
    case kFloat: return lengthen(day_.floating, floating_, lasted);
    default: return;  // foreign: any number
  }
}

DayFrom DayTally::judged(WattHours missed, WattHours of) {
  return missed <= std::max(kLittle, of * kLittlePart) ? DayFrom::Agent : DayFrom::AgentInPart;
}

ChargerDay DayTally::so_far() const {
  ChargerDay day = day_;
  day.from = judged(missed_, day_.yield.value_or(WattHours{}));
  return day;
}

ChargerDay DayTally::finish(const DayGlance* next, std::optional<Duration> since) const {
  ChargerDay whole = day_;
  whole.from = DayFrom::AgentInPart;
  if (next == nullptr || !next->yield_before) {
    return whole;  // what it came to in the end nobody told
  }
  WattHours missed = missed_;
  if (!since) {
    missed = missed + grown(day_.yield, next->yield_before);
  }
  whole.yield = next->yield_before;
  raise(whole.panel_most, next->panel_most_before);
  whole.from = judged(missed, *whole.yield);
  return whole;
}

}  // namespace karkara::vedirect
