#include "agent/config_bind/power_config.h"

#include <algorithm>
#include <map>

#include "agent/config_bind/proto_values.h"
#include "agent/config_bind/snmp_target.h"
#include "agent/power/modbus/modbus_device.h"

namespace karkara {
namespace {

constexpr Duration kSnmpPace = std::chrono::seconds{30};
constexpr Duration kPace = std::chrono::seconds{10};
constexpr Duration kVeDirectDeadline = std::chrono::seconds{5};  // it talks once a second
constexpr int kPollsToSilence = 3;

Result<PowerSourceKind> bind_kind(v1::PowerSourceKind kind) {
  switch (kind) {
    case v1::POWER_SOURCE_KIND_VEDIRECT: return PowerSourceKind::VeDirect;
    case v1::POWER_SOURCE_KIND_MODBUS: return PowerSourceKind::Modbus;
    case v1::POWER_SOURCE_KIND_SUNSPEC: return PowerSourceKind::SunSpec;
    case v1::POWER_SOURCE_KIND_SNMP: return PowerSourceKind::Snmp;
    case v1::POWER_SOURCE_KIND_PYLONTECH: return PowerSourceKind::Pylontech;
    case v1::POWER_SOURCE_KIND_DALY: return PowerSourceKind::Daly;
    case v1::POWER_SOURCE_KIND_JK: return PowerSourceKind::Jk;
    default: return unchecked("power", "a power source has no kind");  // foreign: an enum of protobuf, open on the wire
  }
}

Result<ModbusBus> bind_bus(const v1::PowerSourceConfig& source, const std::vector<DeviceTable>& tables) {
  if (source.has_endpoint()) {
    const auto endpoint = IpEndpoint::parse(source.endpoint());
    if (!endpoint) {
      return Error{ErrorCode::InvalidArgument, "endpoint '" + source.endpoint() + "': must be an address and a port"};
    }
    return ModbusBus{ModbusTcpBus{*endpoint}};
  }
  const ModbusLine line = line_of(tables, source.device_table());
  return ModbusBus{ModbusSerialBus{source.device(), source.has_baud() ? source.baud() : line.baud,
                                   source.has_parity() ? bind_parity(source.parity()) : line.parity,
                                   source.has_stop_bits() ? source.stop_bits() : line.stop_bits}};
}

void bind_times(const v1::PowerSourceConfig& config, PowerSourceSettings& source) {
  const bool talks = source.kind == PowerSourceKind::VeDirect;
  const Duration usual = source.kind == PowerSourceKind::Snmp ? kSnmpPace : kPace;
  source.pace = config.has_pace() ? milliseconds(config.pace()) : usual;
  source.deadline = talks ? kVeDirectDeadline : kPollsToSilence * source.pace;
  if (config.has_deadline()) {
    source.deadline = milliseconds(config.deadline());
  }
}

Result<PowerSourceSettings> bind_source(const v1::PowerSourceConfig& config, const std::vector<DeviceTable>& tables) {
  const auto id = DeviceId::parse(config.id());
  const auto kind = bind_kind(config.kind());
  if (!id || !kind) {
    return id ? kind.error() : id.error();
  }
  PowerSourceSettings source{.id = *id, .kind = *kind, .device = config.device()};
  bind_times(config, source);
  source.table = config.device_table();
  source.unit = static_cast<std::uint8_t>(config.unit());
  source.first_address = config.first_address();
  source.ask_history = config.ask_history();
  if (*kind == PowerSourceKind::Modbus || *kind == PowerSourceKind::SunSpec) {
    auto bus = bind_bus(config, tables);
    if (!bus) {
      return bus.error();
    }
    source.bus = std::move(bus).value();
  }
  if (*kind == PowerSourceKind::Snmp) {
    auto target = bind_snmp_target(config.snmp(), {});
    if (!target) {
      return target.error();
    }
    source.snmp = std::move(target).value();
  }
  return source;
}

BatterySettings bind_battery(const v1::BatteryConfig& config) {
  BatterySettings battery;
  battery.chemistry =
      config.chemistry() == v1::BATTERY_CHEMISTRY_LFP ? Chemistry::LithiumIronPhosphate : Chemistry::LeadAcid;
  battery.capacity = AmpHours{config.capacity()};
  battery.nominal = Volts{config.nominal()};
  if (config.has_disconnect()) {
    battery.disconnect = Volts{config.disconnect()};
  }
  if (config.has_absorption()) {
    battery.absorption = Volts{config.absorption()};
  }
  if (config.has_unmetered_load()) {
    battery.unmetered_load = Amps{config.unmetered_load() / config.nominal()};
  }
  return battery;
}

// Two speeds on one line: only one of the devices would ever be heard.
Status check_speeds(const PowerSettings& settings) {
  std::map<std::string, ModbusSerialBus> lines;
  const auto check = [&](const std::string& who, const ModbusBus& bus) {
    const auto* line = std::get_if<ModbusSerialBus>(&bus);
    if (line == nullptr || line->path.empty()) {
      return Status{};
    }
    const auto [known, is_new] = lines.emplace(line->path, *line);
    return is_new || known->second == *line
               ? Status{}
               : Status{Error{ErrorCode::InvalidArgument,
                              who + ": another device on " + line->path + " has another speed, parity or stop bits"}};
  };
  for (const PowerSourceSettings& source : settings.sources) {
    if (!source.table.empty() && find_table(*settings.tables, source.table) == nullptr) {
      continue;  // asks nothing; a table that cannot be read must not cost the devices beside it
    }
    if (const Status status = check("power[" + source.id.text() + "]", source.bus); !status.ok()) {
      return status;
    }
  }
  for (const RelaySettings& relay : settings.shedding.relays) {
    const auto* modbus = std::get_if<ModbusRelay>(&relay.by);
    if (modbus == nullptr) {
      continue;
    }
    if (const Status status = check("shedding.relays[" + relay.id.text() + "]", modbus->bus); !status.ok()) {
      return status;
    }
  }
  return {};
}

std::optional<SunSettings> bind_sun(const v1::SiteConfig& config) {
  if (!config.site().has_latitude() || !config.site().has_longitude()) {
    return std::nullopt;
  }
  SunSettings sun;
  sun.latitude = Degrees{config.site().latitude()};
  sun.longitude = Degrees{config.site().longitude()};
  sun.utc_offset = milliseconds(config.site().utc_offset());
  if (config.solar().has_array()) {
    sun.array_rated = Watts{config.solar().array()};
  }
  return sun;
}

}  // namespace

SerialParity bind_parity(v1::SerialParity parity) {
  switch (parity) {
    case v1::SERIAL_PARITY_EVEN: return SerialParity::Even;
    case v1::SERIAL_PARITY_ODD: return SerialParity::Odd;
    default: return SerialParity::None;  // foreign: an enum of protobuf, open on the wire
  }
}

bool has_tables(const v1::SiteConfig& config) {
  return std::ranges::any_of(config.power(), [](const v1::PowerSourceConfig& source) {
    return source.kind() == v1::POWER_SOURCE_KIND_MODBUS || source.kind() == v1::POWER_SOURCE_KIND_SNMP;
  });
}

Status bind_power(const v1::SiteConfig& config, PowerSettings& settings) {
  for (const v1::PowerSourceConfig& source : config.power()) {
    auto bound = bind_source(source, *settings.tables);
    if (!bound) {
      return bound.error().in("power[" + source.id() + "]");
    }
    settings.sources.push_back(std::move(bound).value());
  }
  settings.utc_offset = milliseconds(config.site().utc_offset());
  if (config.has_battery()) {
    settings.battery = bind_battery(config.battery());
    settings.sun = bind_sun(config);
  }
  if (config.has_shedding()) {
    auto shedding = bind_shedding(config.shedding());
    if (!shedding) {
      return shedding.error().in("shedding");
    }
    settings.shedding = std::move(shedding).value();
  }
  return check_speeds(settings);
}

}  // namespace karkara
