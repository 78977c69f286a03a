// What the cellular feature may ask for and say, as plain values.
// Refuses secrets in fields: no PIN, password or subscriber number. Returned by CellularFeature.
#pragma once

#include <cstdint>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/modem.h"
#include "common/ids.h"
#include "common/messages.h"

namespace karkara {

// Raised and cleared per uplink.
enum class CellularAlarm : std::uint8_t {
  ModemServiceAbsent,  // ModemManager does not run
  ModemAbsent,         // it runs, and knows no such modem
  ModemFailed,         // the modem reports that it cannot work
  SimMissing,
  SimPinNeeded,    // no PIN configured, it was refused, or only the last try is left
  SimPukRequired,  // the SIM is blocked; never tried
  SimLocked,       // any other lock: to an operator, to a device
  SimNotConfigured,
  RegistrationDenied,
  RoamingRefused,  // registered abroad, and the SIM may not roam
  WeakSignal,
  BearerUnusable,     // why: connected, and nothing can be carried
  RecoveryExhausted,  // everything allowed today was tried
  RungMissing,        // rung, why: what the configuration names for it is not there
  SpareSimDead,       // sim, why
  SpareSimUnproven,   // sim, why
};
inline constexpr std::size_t kCellularAlarms = 16;
[[nodiscard]] std::string_view to_string(CellularAlarm alarm);  // "MODEM_ABSENT"

struct SetCellularAlarm {
  CellularAlarm alarm{};
  UplinkId uplink;
  bool raised = false;
  Fields fields;
  friend bool operator==(const SetCellularAlarm&, const SetCellularAlarm&) = default;
};

enum class CellularNoteKind : std::uint8_t {
  ModemFound,     // device, path
  ModemMoved,     // created again under another path
  PinSent,        // slot, tries-left
  RecoveryStep,   // rung, why
  Recovered,      // rungs
  SlotSwitched,   // from, to, why
  BalanceRead,    // what was read, or that nothing was
  CommandFailed,  // what, why
  PowerCut,       // by
  SpareChecked,   // sim, found
  Reconfigured,   // sim
};
[[nodiscard]] std::string_view to_string(CellularNoteKind kind);  // "MODEM_FOUND"

struct CellularNote {
  CellularNoteKind kind{};
  UplinkId uplink;
  Fields fields;
  friend bool operator==(const CellularNote&, const CellularNote&) = default;
};

// The network told how many bytes are left on a SIM.
struct SimBytesTold {
  UplinkId uplink;
  std::string iccid;  // empty: the modem does not tell
  std::uint64_t remaining = 0;
  friend bool operator==(const SimBytesTold&, const SimBytesTold&) = default;
};

using CellularEffect =
    std::variant<ModemCommand, PowerCycleModem, RebootRouter, Persist, SetCellularAlarm, CellularNote, SimBytesTold>;
using CellularEffects = std::vector<CellularEffect>;

[[nodiscard]] std::string_view describe(const ModemDeed& deed);  // "connect"; never with what it carries

}  // namespace karkara
