// A recorded SNMP device: the lines of an snmprec file ("OID|tag|value") as a device would answer. What cannot be read
// (a value that a contributor blanked with letters) is left out, as snmpsim does.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/devices/device_table.h"
#include "agent/facts/terminal.h"

namespace karkara {

class SnmpRecording {
 public:
  static SnmpRecording parse(std::string_view text);
  static std::optional<SnmpRecording> read(const std::string& path);  // nothing when there is no such file

  [[nodiscard]] VarBind get(const ObjectId& oid) const;
  [[nodiscard]] VarBind get_next(const ObjectId& oid) const;
  // What a poll of the table's objects brings.
  [[nodiscard]] VarBinds poll(const DeviceTable& table) const;
  [[nodiscard]] DeviceIdentity identity() const;
  [[nodiscard]] std::size_t size() const { return objects_.size(); }

 private:
  std::map<ObjectId, SnmpValue> objects_;
};

// What LibreNMS makes of a recording: object -> scaled value, from the JSON beside it.
[[nodiscard]] std::map<std::string, double> expected_by_librenms(const std::string& path);

}  // namespace karkara
