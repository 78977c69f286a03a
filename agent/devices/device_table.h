// What the SNMP objects, or the Modbus registers, of one kind of device mean, as a value: which is which quantity, its
// scale, its sign, what is sent instead of a value, and what is plausible. Engineers write these tables in
// configs/devices; the agent knows no device by itself. Refuses to ask anything: agent/devices/readings.h and
// agent/devices/register_readings.h apply a table to an answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/firmware.h"
#include "agent/devices/quantity_row.h"
#include "agent/devices/register_table.h"
#include "agent/facts/terminal.h"

namespace karkara {

// How the wire's bits are to be taken; what the wire's own type says is often wrong.
enum class RawSign : std::uint8_t {
  AsSent,
  Signed32,    // a negative number that is sent as Gauge32 or Counter32
  Unsigned32,  // a count that is sent as INTEGER and turns negative at 2^31
};

// Another object of the same device that says how a row is to be read.
struct RowCondition {
  ObjectId oid = {};
  double least = 0;  // raw
  double most = 0;
  friend bool operator==(const RowCondition&, const RowCondition&) = default;
};

// A part of a bit string; bit 0 is its first, as in SNMP's BITS (RFC 2578 section 7.1.4).
struct BitRange {
  static constexpr unsigned kMostBits = 53;  // that a number holds exactly
  unsigned from = 0;
  unsigned to = 0;
  friend bool operator==(const BitRange&, const BitRange&) = default;
};

// One object as one quantity. Rows of the same quantity are tried in the table's order; the first with a value counts.
struct ObjectRow : QuantityRow {
  ObjectId oid = {};
  bool first_of_column = false;  // oid is a column; its first row is meant, whatever its index
  RawSign sign = RawSign::AsSent;
  std::optional<RowCondition> only_when = {};  // the row holds while that object has such a number
  std::optional<BitRange> bits = {};           // of a bit string; then the words name bits by their place
  friend bool operator==(const ObjectRow&, const ObjectRow&) = default;
};

struct DeviceMatch {
  ObjectId sys_object_id = {};   // this or anything below; empty: any
  std::string description = {};  // part of sysDescr; empty: any
  friend bool operator==(const DeviceMatch&, const DeviceMatch&) = default;
};

struct DeviceTable {
  std::string id = {};
  std::string title = {};
  std::vector<DeviceMatch> matches = {};  // any of them
  ObjectId firmware_oid = {};             // empty: the version is in sysDescr
  bool firmware_is_column = false;
  std::string firmware_marker = {};  // the text right before the version
  std::vector<ObjectRow> rows = {};
  std::optional<ModbusTable> modbus = {};  // a Modbus device: then of the above only id, title and the marker are set
  friend bool operator==(const DeviceTable&, const DeviceTable&) = default;
};

// A file with a table that cannot be read, for people.
struct UnreadTable {
  std::string file;        // with its path; the folder's own when that cannot be read
  std::string why;         // a problem a line, each with file, line and column
  bool kept_last = false;  // what was read of it before stays in use
  friend bool operator==(const UnreadTable&, const UnreadTable&) = default;
};

// What every device says about itself.
struct DeviceIdentity {
  ObjectId sys_object_id = {};
  std::string description = {};
};

// The table that matches most closely: the longest sysObjectID, then the longest part of the description; the first of
// equals. nullptr when none does.
[[nodiscard]] const DeviceTable* find_table(const std::vector<DeviceTable>& tables, const DeviceIdentity& identity);
[[nodiscard]] const DeviceTable* find_table(const std::vector<DeviceTable>& tables, std::string_view id);

// What has to be asked: single objects by GET, columns by GETNEXT.
struct ObjectsToAsk {
  std::vector<ObjectId> exact;
  std::vector<ObjectId> columns;
};
[[nodiscard]] ObjectsToAsk objects_of(const DeviceTable& table);

}  // namespace karkara
