// What the satellite feature asks for and says, as plain values: agent/site turns each into an effect of the agent.
// Refuses anything else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/status.h"
#include "agent/facts/terminal.h"
#include "agent/vsat/fade_predictor.h"
#include "common/messages.h"
#include "common/reading.h"

namespace karkara {

enum class VsatMessage : std::uint8_t {
  TerminalSilent,    // alarm: no answer for 3 polls (10 s at least)
  TerminalUnknown,   // alarm: it answers, but no table matches
  NotLocked,         // alarm: it answers and has no lock
  FadePredicted,     // alarm: draining
  SignalDrift,       // alarm: dust on the feed or a moved dish
  PowerSag,          // alarm: Es/N0 fell together with the battery
  DishObstructed,    // alarm: something stands before a Starlink dish
  DishAlert,         // alarm: the dish's own alerts
  DishDisabled,      // alarm: the account or the place
  TerminalRebooted,  // a note, never cleared
};

struct VsatSays {
  VsatMessage message{};
  UplinkId uplink;
  bool raised = true;
  Fields fields = {};
  friend bool operator==(const VsatSays&, const VsatSays&) = default;
};

using VsatEffect = std::variant<SnmpGet, SnmpForget, ReadDish, VsatSays>;
using VsatEffects = std::vector<VsatEffect>;

// What the choice of uplinks is told about one of them.
struct VsatAdvice {
  bool drain = false;
  std::string why = {};  // one sentence, always
  FadeKind kind = FadeKind::Unknown;
  std::optional<Db> es_n0 = {};   // smoothed
  std::optional<Db> margin = {};  // above the loss of lock: the terminal's own word, or by the lock threshold
  std::optional<bool> locked = {};
  std::optional<double> modcod = {};
  std::string modcod_name = {};
  std::optional<Dbm> transmit_level = {};
};

// What the terminal told last, for the person who turns it: a smoothed level would lag behind the hands.
struct LiveSignal {
  Value es_n0 = Absent::NotYet;             // not smoothed, and also without lock
  std::optional<bool> receive_locked = {};  // of the receiver alone: the network is joined later
  std::optional<Duration> age = {};
  Duration pace{};  // between two questions
};

}  // namespace karkara
