// What the satellite feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "agent/devices/device_table.h"
#include "agent/facts/terminal.h"
#include "common/ids.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct SnmpTerminal {
  DeviceId device;
  SnmpTarget target;
  std::string table = {};  // id of a device table; empty: recognised by what the terminal says about itself
  friend bool operator==(const SnmpTerminal&, const SnmpTerminal&) = default;
};

struct DishTerminal {
  IpEndpoint endpoint;
  std::string interface = {};
  std::uint32_t mark = 0;
  friend bool operator==(const DishTerminal&, const DishTerminal&) = default;
};

struct TerminalSettings {
  UplinkId uplink;
  std::variant<SnmpTerminal, DishTerminal> by;
  Db lock_threshold{};  // SnmpTerminal: Es/N0 at which the most robust MODCOD is lost
  Duration active_pace = std::chrono::seconds{1};
  Duration standby_pace = std::chrono::seconds{30};
  Duration saving_pace = std::chrono::minutes{5};  // while the site saves energy
  friend bool operator==(const TerminalSettings&, const TerminalSettings&) = default;
};

struct VsatSettings {
  std::vector<TerminalSettings> terminals;
  std::vector<DeviceTable> tables;
  friend bool operator==(const VsatSettings&, const VsatSettings&) = default;
};

}  // namespace karkara
