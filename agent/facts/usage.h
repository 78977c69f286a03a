// Bytes and money of the uplinks as plain values: what the ledger holds of one SIM or uplink, and the time at which it
// is told. Refuses to hold floating bytes: a bill is exact. Made by agent/uplink, shown by reports and metrics.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "common/fnv1a.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

// Which boot of the kernel, from /proc/sys/kernel/random/boot_id: a short mark (FNV-1a), so that eight fit a small
// file.
[[nodiscard]] constexpr std::uint64_t boot_mark(std::string_view boot_id) {
  return fnv1a(boot_id);
}

// Price in CFA francs (XOF), which have no smaller unit; a megabyte is 1,000,000 bytes, as operators sell them.
using Fcfa = Quantity<struct FcfaTag>;
using FcfaPerMegabyte = Quantity<struct FcfaPerMegabyteTag>;
using BytesPerDay = Quantity<struct BytesPerDayTag>;

// No count of ours is larger: what a broken counter or an old file says beyond it is not believed.
inline constexpr std::uint64_t kMostTraffic = std::uint64_t{1} << 50U;

// Sums stay at kMostTraffic instead of wrapping.
struct Traffic {
  std::uint64_t received = 0;
  std::uint64_t sent = 0;

  [[nodiscard]] std::uint64_t total() const { return received + sent; }
  Traffic& operator+=(const Traffic& more) {
    received =
        received > kMostTraffic - std::min(more.received, kMostTraffic) ? kMostTraffic : received + more.received;
    sent = sent > kMostTraffic - std::min(more.sent, kMostTraffic) ? kMostTraffic : sent + more.sent;
    return *this;
  }
  friend bool operator==(const Traffic&, const Traffic&) = default;
};

// The moment of an event as far as it is known: no wall time while the clock cannot be trusted.
struct KnownTime {
  Instant now;
  std::optional<WallTime> wall;
};

// What the operator said (USSD) or a person typed, and what was used since.
struct Balance {
  std::int64_t at = 0;  // seconds since 1970; 0: told before the clock could be trusted
  std::uint64_t remaining = 0;
  std::uint64_t used_since = 0;
  friend bool operator==(const Balance&, const Balance&) = default;
};

struct KeyUsage {
  static constexpr std::size_t kDaysBefore = 7;

  std::string key;       // ICCID of a SIM, else the uplink's id
  std::int64_t day = 0;  // days since 1970 in local time; 0: nothing dated yet
  Traffic today;
  std::array<std::uint64_t, kDaysBefore> days_before{};  // [0] is yesterday
  std::int64_t cycle_start = 0;                          // seconds since 1970
  Traffic cycle;
  std::int64_t previous_start = 0;
  Traffic previous;
  Traffic undated;  // counted while the clock could not be trusted: in no day and no cycle yet
  std::optional<Balance> balance;

  // Undated bytes count: whichever day they belong to, it is safer to take them for spent.
  [[nodiscard]] std::uint64_t used_in_cycle() const { return cycle.total() + undated.total(); }
  friend bool operator==(const KeyUsage&, const KeyUsage&) = default;
};

}  // namespace karkara
