// When a bundle's or subscription's cycle begins and ends, in the local time in which the operator bills. Refuses time
// zones with rules: one fixed offset, as in Niger (UTC+1, no summer time). Called by UsageLedger and Allowance.
#pragma once

#include <chrono>
#include <cstdint>
#include <variant>

#include "common/time.h"

namespace karkara {

// Niger's local time.
inline constexpr std::chrono::minutes kNigerOffset{60};

// Each month from this day, 1 to 31, at local midnight; in a month that is too short, from its last day.
struct MonthlyCycle {
  unsigned start_day = 1;
  friend bool operator==(const MonthlyCycle&, const MonthlyCycle&) = default;
};

// Bought once, good until it is used up or over.
struct DataBundle {
  WallTime bought_at;
  WallTime valid_until;
  friend bool operator==(const DataBundle&, const DataBundle&) = default;
};

using CycleRule = std::variant<MonthlyCycle, DataBundle>;

struct BillingCycle {
  WallTime start;
  WallTime end;         // the first moment after it
  bool current = true;  // false: a bundle that is over, or that begins only later
  friend bool operator==(const BillingCycle&, const BillingCycle&) = default;
};

// Days since 1970-01-01 as a calendar on the wall there counts them.
[[nodiscard]] std::int64_t local_day(WallTime at, std::chrono::minutes offset);

// Of a monthly rule the cycle that `at` lies in; of a bundle always its own.
[[nodiscard]] BillingCycle cycle_at(const CycleRule& rule, WallTime at, std::chrono::minutes offset);

// The longest that the cycle can be: what is assumed while the date is not known.
[[nodiscard]] std::chrono::seconds longest_cycle(const CycleRule& rule);

}  // namespace karkara
