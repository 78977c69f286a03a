// Brings each relay into the state that shedding wants, whichever way it is switched, and asks again when it did not
// work, when the device came back, and every hour. Refuses pulses, and to send what is confirmed already. Called by
// PowerFeature with the wish, the answers and the time.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/modbus.h"
#include "agent/facts/relay.h"
#include "agent/facts/terminal.h"
#include "agent/power/shed/settings.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

struct RelayStanding {
  DeviceId id;
  bool wanted = true;
  std::optional<bool> confirmed{};            // absent: nobody knows
  unsigned failures = 0;                      // in a row
  std::string why{};                          // of the last failure
  [[nodiscard]] bool is_stuck() const;        // worth an alarm
  [[nodiscard]] std::string trouble() const;  // "does not go off: SNMP: no answer (4 times)"; empty when there is none
};

// What relays are switched by.
struct ModbusPlace {
  ModbusBus bus;
  std::uint8_t unit = 1;
  friend bool operator==(const ModbusPlace&, const ModbusPlace&) = default;
};
using RelayHost = std::variant<IpEndpoint, ModbusPlace>;  // an SNMP agent, or a unit on a bus

class RelaySwitch {
 public:
  explicit RelaySwitch(const std::vector<RelaySettings>& relays);

  // A relay that is no longer there, or is switched another way, is put on before it is forgotten.
  Effects reconfigure(const std::vector<RelaySettings>& relays, Instant now);
  Effects retire(Instant now) { return reconfigure({}, now); }
  [[nodiscard]] bool is_retired() const { return relays_.empty(); }

  Effects want(const std::map<DeviceId, bool>& states, Instant now);  // those not named stay as they are wanted
  Effects ask_again(const RelayHost& host, Instant now);              // it came back, its relays as it likes
  Effects on(const RelaySwitched& answer, Instant now);
  Effects on(const SnmpSetDone& answer, Instant now);
  Effects on(const ModbusAnswered& answer, Instant now);
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] std::vector<RelayStanding> standings() const;

 private:
  struct Asked {
    std::uint64_t request;
    bool on;
    Instant give_up;
  };
  struct Relay {
    RelaySettings settings;
    RelayStanding standing;
    std::optional<Asked> asked{};
    Instant due{};         // of the next question, when something is wanted
    bool managed = false;  // it was wanted in some state
    bool leaving = false;
    bool replaced = false;  // another way to switch it is configured
  };
  void send(Relay& relay, Instant now, Effects& effects);
  void settle(Relay& relay, const Status& status, Instant now);
  [[nodiscard]] Relay* asked_by(std::uint64_t request);
  Effects answered(Relay* relay, const Status& status, Instant now);
  void forget_those_done(Effects& effects);
  void ask_twin_again(const DeviceId& id);

  std::vector<Relay> relays_;
  std::uint64_t requests_ = 0;
};

}  // namespace karkara
