// The bytes of one SIM or uplink by local day and by billing cycle. Bytes that are counted while the clock cannot be
// trusted are kept aside and get their date when it can. Refuses to lose bytes when the clock or the rule changes: in
// doubt they count for the present cycle. Called by UsageLedger.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <vector>

#include "agent/facts/usage.h"
#include "agent/uplink/billing_cycle.h"

namespace karkara {

struct BillingTerms {
  CycleRule rule = MonthlyCycle{};
  std::chrono::minutes offset = kNigerOffset;
  friend bool operator==(const BillingTerms&, const BillingTerms&) = default;
};

// Dates outside are a broken clock, whatever it claims: 2020 to 2200.
inline constexpr std::int64_t kEarliestDate = 1'577'836'800;
inline constexpr std::int64_t kLatestDate = 7'258'118'400;
[[nodiscard]] bool is_date(WallTime at);

class UsageAccount {
 public:
  // What an earlier run kept; its undated bytes get the date at which the clock is known again.
  explicit UsageAccount(KeyUsage kept) : usage_{std::move(kept)}, undated_before_{usage_.undated} {}

  void add(const Traffic& traffic, const KnownTime& at, const BillingTerms& terms);
  // Gives dates to what waits for one and begins days and cycles; true when something changed.
  bool settle(const KnownTime& at, const BillingTerms& terms);
  void reconcile(std::uint64_t remaining, const KnownTime& at, const BillingTerms& terms);

  [[nodiscard]] const KeyUsage& usage() const { return usage_; }

 private:
  struct Piece {
    Instant at;
    Traffic traffic;
  };
  void set_aside(const Traffic& traffic, Instant now);
  void date(const Traffic& traffic, WallTime at, const BillingTerms& terms);
  void begin_day(std::int64_t day);
  void begin_cycle(WallTime at, const CycleRule& rule, std::chrono::minutes offset);

  KeyUsage usage_;
  Traffic undated_before_;     // from earlier runs: when is not known
  std::vector<Piece> pieces_;  // of this run, about an hour each, oldest first; with the former usage_.undated
};

}  // namespace karkara
