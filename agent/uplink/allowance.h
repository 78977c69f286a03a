// What may still be used of a bundle, at which pace it lasts to the end of its cycle, and what it costs: facts for the
// choice and sentences for people. Refuses to be generous: undated bytes count as used, and while the date is not known
// the whole cycle is taken to lie ahead. Called by the uplink feature with what UsageLedger holds.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "agent/facts/usage.h"
#include "agent/uplink/billing_cycle.h"

namespace karkara {

struct AllowanceSettings {
  std::optional<std::uint64_t> bytes_per_cycle = {};  // none: no limit, unless the operator tells a balance
  CycleRule cycle = MonthlyCycle{};
  double reserve_share = 0.05;  // of the cycle's bytes, kept for control traffic
  std::optional<FcfaPerMegabyte> price_per_megabyte = {};
  std::optional<Fcfa> price_per_cycle = {};
  std::optional<Fcfa> spend_per_cycle = {};  // the most that a cycle may cost; needs a price
  // Whether anything can run out with a cycle.
  [[nodiscard]] bool limits() const {
    return bytes_per_cycle || spend_per_cycle || std::holds_alternative<DataBundle>(cycle);
  }
  friend bool operator==(const AllowanceSettings&, const AllowanceSettings&) = default;
};

struct Quota {
  std::uint64_t used = 0;                             // in this cycle, undated bytes with it
  std::optional<std::uint64_t> granted = {};          // for the cycle
  std::optional<std::uint64_t> remaining = {};        // none: no limit
  std::uint64_t reserve = 0;                          // of what remains, for control traffic only
  std::optional<std::uint64_t> remaining_users = {};  // what remains without the reserve
  std::optional<Fcfa> spent = {};                     // in this cycle, at the price of now; none: no price is known
  std::optional<Fcfa> spend_limit = {};               // none: any
  std::optional<std::uint64_t> usable = {};           // by users: what the bundle and the money leave; none: no limit
  bool over = false;                                  // the bundle is not valid now, whatever remains
  std::optional<WallTime> cycle_start = {};           // none: the date is not known
  std::optional<WallTime> cycle_end = {};             // none: the date is not known
  std::optional<BytesPerDay> pace = {};               // what may be used without running dry; none: no limit
  std::optional<BytesPerDay> mean_use = {};           // of the last days, none without a dated byte
  std::optional<WallTime> runs_out = {};              // at the mean use, when that is before the cycle's end

  // HELD for the village's traffic.
  [[nodiscard]] bool exhausted() const { return over || remaining_users == 0; }
  // HELD for all but who may overspend.
  [[nodiscard]] bool overspent() const { return spent && spend_limit && *spent >= *spend_limit; }
  [[nodiscard]] bool control_allowed() const { return !over && remaining != 0; }
};

class Allowance {
 public:
  // The pace may be exceeded a little: people use less than is expected of them.
  static constexpr double kPaceFactor = 1.2;

  Allowance(const AllowanceSettings& settings, std::chrono::minutes offset) : settings_{settings}, offset_{offset} {}

  // usage: nullptr when nothing was ever counted for the key. used_beside: bytes of other keys that the same money
  // pays for.
  [[nodiscard]] Quota quota(const KeyUsage* usage, const KnownTime& at, std::uint64_t used_beside = 0) const;
  // 0 when nothing is known to be paid.
  [[nodiscard]] FcfaPerMegabyte cost() const;
  // "1.20 GB of 10.0 GB left until 2026-02-01 (3 days), 480 MB a day may be used; at 250 MB a day it lasts"
  [[nodiscard]] std::string sentence(const Quota& quota, const KnownTime& at) const;
  // "4000 of 10000 FCFA spent in this cycle"; empty without a ceiling.
  [[nodiscard]] static std::string money_sentence(const Quota& quota);

 private:
  void fill_money(Quota& quota, std::uint64_t used_beside) const;
  [[nodiscard]] std::string until_text(const Quota& quota, const KnownTime& at) const;
  void fill_pace(Quota& quota, const std::optional<WallTime>& now) const;
  void fill_forecast(Quota& quota, const KeyUsage& usage, WallTime now) const;

  AllowanceSettings settings_;
  std::chrono::minutes offset_;
};

// Whether what a class of traffic is expected to use fits the pace, one for each uplink and class: a class that was
// found too big must fit with room to spare before it comes back.
class PaceGate {
 public:
  static constexpr double kReturnShare = 0.8;
  bool fits(BytesPerDay expected, const Quota& quota);

 private:
  bool fitted_ = true;
};

// "88 B", "20.0 kB", "1.25 GB": three digits, decimal units.
[[nodiscard]] std::string bytes_text(std::uint64_t bytes);

}  // namespace karkara
