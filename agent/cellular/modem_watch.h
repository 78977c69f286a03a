// What is known of one modem and since when, and which trouble that amounts to. Refuses to act on it: CellularUplink
// does. "Connected" is not "works": silence on a connected modem is a trouble like any other.
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "agent/cellular/settings.h"
#include "agent/facts/modem.h"
#include "common/time.h"

namespace karkara {

// What the probes through the uplink say of it. Held: they pass, and the SIM's bundle or money is used up.
enum class CellularVerdict : std::uint8_t {
  Unknown,
  Passing,
  Silent,
  Portal,
  Held,   // its bundle or money is used up
  Rests,  // a person or the battery holds it: nobody waits for it, nothing is cured
};

enum class ModemTrouble : std::uint8_t {
  Absent,        // not on the bus for too long
  Failed,        // says so itself
  Stuck,         // a command or a change of state never ended
  Denied,        // the network refuses the SIM
  Unregistered,  // finds no network
  ConnectFails,  // registered, but no data session
  Silent,        // connected, and nothing comes back
};
[[nodiscard]] std::string_view to_string(ModemTrouble trouble);

// True from `at` on; before, `wake` is brought forward to it.
[[nodiscard]] bool is_due(Instant at, Instant now, Instant& wake);

[[nodiscard]] bool is_roaming(const ModemFacts& facts);

class ModemWatch {
 public:
  explicit ModemWatch(Instant now) : absent_since_{now}, verdict_since_{now} {}

  void see(const ModemFacts& facts, Instant now);
  void lose(Instant now);
  void set_verdict(CellularVerdict verdict, Instant now);

  [[nodiscard]] const ModemFacts* facts() const { return facts_ ? &*facts_ : nullptr; }
  [[nodiscard]] CellularVerdict verdict() const { return verdict_; }
  [[nodiscard]] Instant verdict_since() const { return verdict_since_; }
  [[nodiscard]] bool in(ModemState state) const { return facts_ && facts_->state == state; }
  [[nodiscard]] std::optional<Instant> connected_since() const { return connected_since_; }

  // Each moves `wake` forward to when the answer may change by itself.
  [[nodiscard]] std::optional<ModemTrouble> trouble(const CellularUplinkSettings& settings, Instant now,
                                                    Instant& wake) const;
  [[nodiscard]] bool is_absent(Duration patience, Instant now, Instant& wake) const;
  [[nodiscard]] bool is_denied(Duration patience, Instant now, Instant& wake) const;
  [[nodiscard]] bool is_weak(Instant now, Instant& wake) const;  // RSRP below -118 dBm for 60 s
  [[nodiscard]] std::optional<Instant> weak_since() const { return weak_since_; }
  // The probes through this very session, and no earlier one, pass.
  [[nodiscard]] bool passes_now() const {
    return connected_since_ && verdict_ == CellularVerdict::Passing && verdict_since_ >= *connected_since_;
  }
  [[nodiscard]] bool is_healthy(Instant now, Instant& wake) const;  // passes, or at least stays connected

 private:
  std::optional<ModemFacts> facts_;
  Instant absent_since_;
  Instant state_since_;
  std::optional<Instant> connected_since_;
  std::optional<Instant> unregistered_since_;
  std::optional<Instant> denied_since_;
  std::optional<Instant> weak_since_;
  CellularVerdict verdict_ = CellularVerdict::Unknown;
  Instant verdict_since_;
};

}  // namespace karkara
