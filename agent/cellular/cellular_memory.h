// What one cellular uplink must remember over a reboot: deeds of the last day, PINs that were tried, what is known of
// the SIM in each slot, and a check of a spare SIM that is under way. A short text; refuses to fail: of a damaged text,
// the lines that can be read are kept. Called by CellularFeature.
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

// Given to the disk some seconds before the PIN is sent, so that no crash makes it be sent again and again.
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
  NewCycle,    // one that is preferred has a whole bundle again
  Preferred,   // one that is preferred has rested from its fault
  SpareCheck,  // the other one is looked at, and this one returned to
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

// What was last found of a SIM, by use or by a check; the words are in the kept text, in notes and alarms.
enum class SimProof : std::uint8_t {
  None,  // nothing yet
  Proven,
  Denied,
  NoNetwork,
  Roaming,  // a foreign network only, and it may not be used
  Locked,
  NoSession,
  Silent,
  Portal,
  UsedUp,
  Missing,
};
[[nodiscard]] std::string_view to_string(SimProof proof);  // "no-network"
[[nodiscard]] std::string_view in_words(SimProof proof);   // "finds no network"

struct SlotRecord {
  std::string iccid;  // empty: never read
  std::optional<Dbm> rsrp;
  std::optional<Instant> left_at;
  SlotCause left_for = SlotCause::Held;
  std::optional<KeptBalance> balance{};
  unsigned failures = 0;              // in a row, each soon after it was returned to: what its rest grows by
  std::optional<Instant> asked_at{};  // for its balance
  SimProof proof = SimProof::None;
  std::optional<Instant> proof_at{};      // None: since when nothing is known
  std::optional<std::uint32_t> joined{};  // fingerprint of the settings with which its session was begun
  friend bool operator==(const SlotRecord&, const SlotRecord&) = default;
};

// The modem is on a spare SIM to see whether it works, or on its way back.
struct SpareCheck {
  std::uint32_t home = 0;  // the slot to return to
  std::uint32_t spare = 0;
  Instant since;
  friend bool operator==(const SpareCheck&, const SpareCheck&) = default;
};

struct CellularMemory {
  static constexpr std::uint32_t kMostSlots = 8;
  static constexpr std::size_t kMostPins = 16;

  DailyCaps caps;
  // By ICCID, since a card may be put into another slot; by the slot's number ("0": the only one) where the modem does
  // not tell the ICCID of a locked card.
  std::map<std::string, PinAttempt> pin_attempts;
  std::map<std::uint32_t, SlotRecord> slots;  // 0: the only one
  std::optional<SpareCheck> check;

  // Of the card that is in the slot now. What was known of another one is forgotten; what was known of this one in
  // another slot comes along.
  SlotRecord& card(std::uint32_t slot, const std::optional<std::string>& iccid);
  void remember_pin(const std::string& key, const PinAttempt& attempt);

  // Lines, without the uplink's name. Times are ages in minutes, so that they mean the same after a reboot.
  [[nodiscard]] std::string encode(Instant now) const;
  static CellularMemory decode(std::string_view lines, Instant now);
};

}  // namespace karkara
