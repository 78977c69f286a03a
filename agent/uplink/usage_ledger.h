// Bytes per SIM (by ICCID) or uplink, day and billing cycle, that survive reboots, kills and lying counters. Refuses to
// write more than once a minute: a power cut loses at most what was counted since the last write, a kill nothing, since
// the kernel's counters go on. Called by the uplink feature with each look at the counters.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/uplink/ledger_text.h"
#include "agent/uplink/link_meter.h"
#include "agent/uplink/usage_account.h"

namespace karkara {

struct LedgerSettings {
  std::chrono::minutes offset = kNigerOffset;
  std::map<std::string, CycleRule, std::less<>> rules = {};  // by key; all others: from the first of the month
  friend bool operator==(const LedgerSettings&, const LedgerSettings&) = default;
};

class UsageLedger {
 public:
  static constexpr std::string_view kStateKey = "usage";
  static constexpr std::size_t kMostKeys = 32;  // in memory; the file holds eight or more
  static constexpr std::uint64_t kPersistBytes = 1'000'000;
  static constexpr Duration kPersistAfter = std::chrono::minutes{5};
  static constexpr Duration kPersistPause = std::chrono::seconds{60};

  explicit UsageLedger(LedgerSettings settings) : settings_{std::move(settings)} {}

  // What an earlier run kept, before the first reading. Returns what could not be read and why; the caller then keeps
  // the old text under another key, for people. Everything else counts on.
  std::vector<std::string> restore(std::string_view text);
  void configure(LedgerSettings settings) { settings_ = std::move(settings); }
  // Where the counters of other uplinks stood is forgotten; what their keys used stays.
  void keep_only(const std::set<UplinkId>& uplinks);

  // Counts for `key`, which is what the uplink uses now. Bytes that flowed before a change of SIM count for the old
  // one. InvalidArgument unless key is a plain name.
  Result<Metered> on(const UplinkId& uplink, std::string_view key, const CounterReading& seen, const LinkRate& rate,
                     const KnownTime& at);
  // What the operator says is left of this cycle, from now on the truth. InvalidArgument for more than kMostTraffic.
  Status reconcile(std::string_view key, std::uint64_t remaining, const KnownTime& at);

  std::optional<Persist> tick(const KnownTime& at);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] const KeyUsage* find(std::string_view key) const;  // nullptr when unknown
  [[nodiscard]] std::vector<KeyUsage> usage() const;               // ordered by key
  [[nodiscard]] std::uint64_t anomalies(const UplinkId& uplink) const;
  // For a last write on the way out.
  [[nodiscard]] Persist state() const;

 private:
  struct Meter {
    std::string key;
    LinkMeter meter;
  };
  UsageAccount& account(std::string_view key);
  void forget_one();
  [[nodiscard]] BillingTerms terms(std::string_view key) const;
  void changed(std::uint64_t bytes, bool soon, Instant now);

  LedgerSettings settings_;
  std::vector<UsageAccount> accounts_;  // most recently used first
  std::map<UplinkId, Meter> meters_;
  std::uint64_t unsaved_bytes_ = 0;
  Instant save_at_ = Instant::max();  // without the pause
  std::optional<Instant> saved_at_;
};

}  // namespace karkara
