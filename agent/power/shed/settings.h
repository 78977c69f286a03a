// The shedding ladder as configured: stages from the mildest to the deepest, what each turns off, and the relays that
// they use. agent/config_bind fills it.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/day_hours.h"
#include "agent/facts/relay.h"
#include "agent/facts/shedding.h"
#include "common/ids.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct RelaySettings {
  DeviceId id;
  RelayKind by;
  friend bool operator==(const RelaySettings&, const RelaySettings&) = default;
};

// What a stage does; a deeper stage does all of the shallower ones as well.
struct ShedClassOff {
  std::string service_class;
  friend bool operator==(const ShedClassOff&, const ShedClassOff&) = default;
};
struct ShedClassCeiling {
  std::string service_class;
  Percent ceiling{};
  friend bool operator==(const ShedClassCeiling&, const ShedClassCeiling&) = default;
};
struct RestUplink {  // all the time, or but for a part of each period
  UplinkId uplink;
  Duration on{};  // zero: never
  Duration period = std::chrono::hours{1};
  std::optional<DeviceId> relay{};  // that feeds the terminal: goes off with it
  friend bool operator==(const RestUplink&, const RestUplink&) = default;
};
struct RelayOff {
  DeviceId relay;
  friend bool operator==(const RelayOff&, const RelayOff&) = default;
};
using ShedAction = std::variant<ShedClassOff, ShedClassCeiling, RestUplink, RelayOff, ShedRadio>;

using ShedHours = DayHours;  // of the local day

struct ShedStage {
  std::string id;
  Percent below{};                     // state of charge
  std::optional<Volts> below_volts{};  // resting voltage, where there is no state of charge
  std::optional<ShedHours> hours{};    // outside of them its actions are not taken
  std::vector<ShedAction> actions{};
  friend bool operator==(const ShedStage&, const ShedStage&) = default;
};

struct SheddingSettings {
  std::vector<ShedStage> stages{};  // from the mildest; the clinic's class is never among what they turn off
  std::vector<RelaySettings> relays{};
  Percent rise{10};                             // so much more charge than its limit before a stage is left
  Duration least_stay = std::chrono::hours{1};  // in a stage before it is left
  bool follow_forecast = true;                  // deeper before a night that would not be survived
  // Orderly end before the disconnect; empty: none.
  std::vector<std::string> power_off_command{};
  std::vector<std::string> wake_command{};  // before it; {seconds} until the sun should carry the load
  std::optional<Volts> power_off_volts{};   // resting; default: a little above the disconnect
  friend bool operator==(const SheddingSettings&, const SheddingSettings&) = default;
};

}  // namespace karkara
