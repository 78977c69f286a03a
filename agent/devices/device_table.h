// What the SNMP objects of one kind of device mean, as a value: which object is which quantity, its scale, its sign,
// what it sends instead of a value, and what is plausible. Engineers write these tables in configs/devices; the agent
// knows no device by itself. Refuses to ask anything: agent/devices/readings.h applies a table to an answer.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/devices/firmware.h"
#include "agent/facts/terminal.h"

namespace karkara {

// How the wire's bits are to be taken; what the wire's own type says is often wrong.
enum class RawSign : std::uint8_t {
  AsSent,
  Signed32,    // a negative number that is sent as Gauge32 or Counter32
  Unsigned32,  // a count that is sent as INTEGER and turns negative at 2^31
};

// A number and its word: "operation" is 17. Read from words when the device sends words, shown to people either way.
struct DeviceWord {
  double number = 0;
  std::string word;
  friend bool operator==(const DeviceWord&, const DeviceWord&) = default;
};

struct PlausibleRange {
  double least = 0;
  double most = 0;
  friend bool operator==(const PlausibleRange&, const PlausibleRange&) = default;
};

// One object as one quantity. Rows of the same quantity are tried in the table's order; the first with a value counts.
struct ObjectRow {
  std::string id = {};        // unique in the table
  std::string quantity = {};  // agent/devices/quantities.h, or any other name
  std::string unit = {};      // of the scaled value
  ObjectId oid = {};
  bool first_of_column = false;  // oid is a column; its first row is meant, whatever its index
  RawSign sign = RawSign::AsSent;
  double scale = 1;
  double offset = 0;                             // value = raw * scale + offset
  std::vector<double> absent_numbers = {};       // raw, after the sign: "no value now"
  std::vector<std::string> absent_words = {};    // the same as text
  std::optional<PlausibleRange> plausible = {};  // of the scaled value
  std::optional<PlausibleRange> true_when = {};  // raw, after the sign: the value is 1 within and 0 outside
  std::vector<DeviceWord> words = {};
  unsigned counter_bits = 0;  // 32 or 64: only differences mean something (agent/devices/counter.h)
  FirmwareRange firmware = {};
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
  friend bool operator==(const DeviceTable&, const DeviceTable&) = default;
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
