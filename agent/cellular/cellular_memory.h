// What one cellular uplink must remember over a reboot: deeds of the last day, a PIN that was tried, and what is known
// of each SIM slot. A short text; refuses to fail: of a damaged text, the lines that can be read are kept.
// Called by CellularFeature.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/cellular/daily_caps.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

// Written down before the PIN is sent, so that no crash makes it be sent again and again.
struct PinAttempt {
  std::optional<std::uint32_t> tries_left;  // before the attempt
  std::uint32_t fingerprint = 0;            // of the PIN: knows it again, does not tell it
  std::uint32_t sent = 0;                   // since the SIM was seen open
  bool refused = false;                     // the SIM said so; else the outcome may have been lost in a power cut
  friend bool operator==(const PinAttempt&, const PinAttempt&) = default;
};

// Why a slot was left; the words are in the kept text and in notes.
enum class SlotCause : std::uint8_t {
  Held,  // its bundle or its money is used up
  Portal,
  Denied,
  Unrecovered,
  Weak,
  Unusable,
  NewCycle,  // one that is preferred has a whole bundle again
};
[[nodiscard]] std::string_view to_string(SlotCause cause);

// What the operator said is left on a SIM.
struct KeptBalance {
  std::optional<std::int64_t> hundredths;  // of the currency's unit
  std::optional<std::uint64_t> bytes;
  std::optional<std::chrono::year_month_day> valid_until;
  Instant read_at;
  friend bool operator==(const KeptBalance&, const KeptBalance&) = default;
};

struct SlotRecord {
  std::string iccid;  // empty: never read
  std::optional<Dbm> rsrp;
  std::optional<Instant> left_at;
  SlotCause left_for = SlotCause::Held;
  std::optional<KeptBalance> balance{};
  friend bool operator==(const SlotRecord&, const SlotRecord&) = default;
};

struct CellularMemory {
  static constexpr std::uint32_t kMostSlots = 8;

  DailyCaps caps;
  std::map<std::uint32_t, PinAttempt> pin_attempts;  // by slot, 0: the only one
  std::map<std::uint32_t, SlotRecord> slots;

  // Lines, without the uplink's name. Times are ages in minutes, so that they mean the same after a reboot.
  [[nodiscard]] std::string encode(Instant now) const;
  static CellularMemory decode(std::string_view lines, Instant now);
};

}  // namespace karkara
