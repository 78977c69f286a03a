#include "agent/power/make_source.h"

#include <fmt/format.h>

#include "agent/facts/ip.h"
#include "agent/power/bms/bms.h"
#include "agent/power/modbus/modbus_device.h"
#include "agent/power/modbus/sunspec_device.h"
#include "agent/power/polled_source.h"
#include "agent/power/snmp/snmp_device.h"
#include "agent/power/vedirect_source.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

ModbusPolling modbus_polling(const PowerSourceSettings& source) {
  return {source.id, source.bus, source.unit, source.pace};
}

std::unique_ptr<PolledDevice> bms(const PowerSourceSettings& source, BmsKind kind) {
  return make_bms({source.id, source.device, kind, source.first_address, source.pace});
}

std::unique_ptr<PolledDevice> make_device(const PowerSourceSettings& source, const PowerSettings& site) {
  switch (source.kind) {
    case PowerSourceKind::VeDirect: return nullptr;  // is told, not asked
    case PowerSourceKind::Modbus:
      return std::make_unique<ModbusDevice>(ModbusDeviceSettings{modbus_polling(source), source.table, site.tables});
    case PowerSourceKind::SunSpec: return std::make_unique<SunSpecDevice>(modbus_polling(source));
    case PowerSourceKind::Snmp:
      return std::make_unique<SnmpDevice>(SnmpDeviceSettings{source.id, source.snmp, source.table, source.pace},
                                          site.tables);
    case PowerSourceKind::Pylontech: return bms(source, BmsKind::Pylontech);
    case PowerSourceKind::Daly: return bms(source, BmsKind::Daly);
    case PowerSourceKind::Jk: return bms(source, BmsKind::Jk);
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(PowerSourceKind kind) {
  switch (kind) {
    case PowerSourceKind::VeDirect: return "vedirect";
    case PowerSourceKind::Modbus: return "modbus";
    case PowerSourceKind::SunSpec: return "sunspec";
    case PowerSourceKind::Snmp: return "snmp";
    case PowerSourceKind::Pylontech: return "pylontech";
    case PowerSourceKind::Daly: return "daly";
    case PowerSourceKind::Jk: return "jk";
  }
  return {};
}

bool is_bms(PowerSourceKind kind) {
  switch (kind) {
    case PowerSourceKind::Pylontech:
    case PowerSourceKind::Daly:
    case PowerSourceKind::Jk: return true;
    case PowerSourceKind::VeDirect:
    case PowerSourceKind::Modbus:
    case PowerSourceKind::SunSpec:
    case PowerSourceKind::Snmp: return false;
  }
  return false;
}

std::string PowerSourceSettings::where() const {
  switch (kind) {
    case PowerSourceKind::Modbus:
    case PowerSourceKind::SunSpec:
      return std::visit(Overloaded{[](const ModbusSerialBus& line) { return line.path; },
                                   [](const ModbusTcpBus& gateway) { return gateway.endpoint.text(); }},
                        bus);
    case PowerSourceKind::Snmp: return snmp.endpoint.text();
    case PowerSourceKind::VeDirect:
    case PowerSourceKind::Pylontech:
    case PowerSourceKind::Daly:
    case PowerSourceKind::Jk: return device;
  }
  return device;
}

std::unique_ptr<PowerSource> make_source(const PowerSourceSettings& source, const PowerSettings& site) {
  if (auto device = make_device(source, site)) {
    return std::make_unique<PolledSource>(source, std::move(device));
  }
  return std::make_unique<VeDirectSource>(source);
}

}  // namespace karkara
