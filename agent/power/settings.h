// What the power feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/device_table.h"
#include "agent/facts/modbus.h"
#include "agent/facts/terminal.h"
#include "agent/power/battery/battery_state.h"
#include "agent/power/shed/settings.h"
#include "agent/power/sun/forecast_types.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

enum class PowerSourceKind : unsigned char { VeDirect, Modbus, SunSpec, Snmp, Pylontech, Daly, Jk };
[[nodiscard]] std::string_view to_string(PowerSourceKind kind);
[[nodiscard]] bool is_bms(PowerSourceKind kind);

struct PowerSourceSettings {
  DeviceId id;
  PowerSourceKind kind = PowerSourceKind::VeDirect;
  std::string device = {};  // path of the serial port
  Duration deadline = std::chrono::seconds{5};
  Duration pace = std::chrono::seconds{10};  // of what is asked
  ModbusBus bus = {};                        // Modbus and SunSpec
  std::uint8_t unit = 1;                     // the same
  std::string table = {};                    // Modbus and SNMP; empty: by what the device says about itself
  SnmpTarget snmp = {};
  unsigned first_address = 2;  // Pylontech
  bool ask_history = true;     // VE.Direct: whether it may be asked for missed days
  friend bool operator==(const PowerSourceSettings&, const PowerSourceSettings&) = default;
  [[nodiscard]] std::string where() const;  // "/dev/ttyUSB0", "10.0.0.2:502"
};

struct PowerSettings {
  std::vector<PowerSourceSettings> sources;
  std::optional<BatterySettings> battery{};
  std::optional<SunSettings> sun{};  // with a battery and a place
  SheddingSettings shedding{};
  Duration utc_offset = std::chrono::hours{1};  // of local time
  std::shared_ptr<const std::vector<DeviceTable>> tables = std::make_shared<const std::vector<DeviceTable>>();
  friend bool operator==(const PowerSettings& a, const PowerSettings& b) {
    return a.sources == b.sources && a.battery == b.battery && a.sun == b.sun && a.shedding == b.shedding &&
           a.utc_offset == b.utc_offset && *a.tables == *b.tables;
  }
};

}  // namespace karkara
