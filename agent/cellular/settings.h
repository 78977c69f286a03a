// What the cellular feature is told by configuration: the modems, the SIM in each slot, and how far recovery may go.
// agent/config_bind fills it. Holds PINs and passwords: never print it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/cellular/ussd_balance.h"
#include "agent/facts/modem.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

// Which modem is meant; both empty: the first that nobody else claims.
struct ModemMatch {
  std::string device;     // as in ModemFacts::device
  std::string equipment;  // IMEI
  [[nodiscard]] bool any() const { return device.empty() && equipment.empty(); }
  friend bool operator==(const ModemMatch&, const ModemMatch&) = default;
};

// How to ask the network what is left on the SIM: at most once a day, since on many networks it drops the data session.
struct BalanceSettings {
  std::string code;                  // "*121#"
  std::vector<std::string> replies;  // to the menus that follow, in order
  std::vector<UssdPattern> patterns;
  std::string currency = "FCFA";
  int from_hour = 2;  // local time, [from, to)
  int to_hour = 5;
  friend bool operator==(const BalanceSettings&, const BalanceSettings&) = default;
};

struct SimSettings {
  std::uint32_t slot = 1;  // from 1
  std::string name;        // for people
  std::string apn;
  ApnAuth auth = ApnAuth::Unset;
  std::string user;
  std::string password;
  std::string pin;
  bool allow_roaming = false;
  PdpType ip_type = PdpType::V4;
  std::string number;
  std::optional<BalanceSettings> balance;
  friend bool operator==(const SimSettings&, const SimSettings&) = default;
};

// How often per 24 hours of running time each deed is allowed; more than 20 count as 20.
struct RecoveryCaps {
  unsigned reconnects = 20;
  unsigned radio_cycles = 12;
  unsigned resets = 6;
  unsigned power_cycles = 4;
  unsigned reboots = 1;        // of the router, over all modems together
  unsigned slot_switches = 4;  // of them at most two for a weak signal, and one back to a SIM that failed
  friend bool operator==(const RecoveryCaps&, const RecoveryCaps&) = default;
};

struct CellularUplinkSettings {
  UplinkId id;
  ModemMatch match;
  std::vector<SimSettings> sims;
  RecoveryCaps caps;
  std::vector<std::string> power_command;     // argv; wins over the others
  std::string power_relay{};                  // the id of the relay that feeds the modem; wins over usb_port
  std::string usb_port;                       // "1-1.2"
  std::vector<std::string> reboot_command{};  // argv; empty: the router is not rebooted for a modem
  Duration power_off_for = std::chrono::seconds{10};
  std::uint32_t signal_seconds = 30;                    // how often the modem measures
  Duration silent_patience = std::chrono::seconds{60};  // connected, but nothing passes
  Duration absent_patience = std::chrono::seconds{120};
  Duration search_patience = std::chrono::minutes{5};
  unsigned spare_check_nights = 0;  // a spare SIM is looked at each so many nights; 0: never
  friend bool operator==(const CellularUplinkSettings&, const CellularUplinkSettings&) = default;
};

struct CellularSettings {
  std::vector<CellularUplinkSettings> uplinks;
  friend bool operator==(const CellularSettings&, const CellularSettings&) = default;
};

}  // namespace karkara
