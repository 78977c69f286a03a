// The device tables that are shipped and the recordings of real devices that may lie beside the repository, for tests.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <string>

#include "agent/config_bind/device_table.h"
#include "agent/devices/object_id.h"
#include "agent/devices/readings.h"
#include "tests/support/snmprec.h"

namespace karkara {

inline const std::string kTables = std::string{KARKARA_SOURCE_DIR} + "/configs/devices";
inline const std::string kRecordings = std::string{KARKARA_SOURCE_DIR} + "/../shared/captures/snmprec/";

inline DeviceTable shipped_table(const std::string& id) {
  auto read = read_device_table_file(kTables + "/" + id + ".yaml");
  EXPECT_TRUE(read) << (read ? "" : read.error().text);
  return read ? std::move(read).value() : DeviceTable{};
}

inline QuantityReadings read(const DeviceTable& by, const SnmpRecording& device) {
  const VarBinds answer = device.poll(by);
  return readings(by, answer, firmware_of(by, device.identity(), answer));
}

inline std::optional<SnmpRecording> recording(const std::string& name) {
  return SnmpRecording::read(kRecordings + name + ".snmprec");
}

struct Recorded {
  const char* recording;
  const char* table;
  bool recognised;                  // by what it says about itself
  std::set<std::string> otherwise;  // quantities that LibreNMS reads wrongly, or as nothing but a number
  int compared = 3;                 // at least so many are read by both
};

class RecordedDevice : public testing::TestWithParam<Recorded> {
 protected:
  // Every object that both read has the same value, but for the known mistakes.
  static void compare_with_the_oracle(const SnmpRecording& device) {
    const Recorded& param = GetParam();
    const DeviceTables all = read_device_tables(kTables);
    const DeviceTable* found = find_table(all.tables, device.identity());
    EXPECT_EQ(found != nullptr && found->id == param.table, param.recognised);
    const DeviceTable* by = find_table(all.tables, param.table);
    ASSERT_NE(by, nullptr);
    const auto oracle = expected_by_librenms(kRecordings + "expected/" + param.recording + ".json");
    const QuantityReadings got = read(*by, device);
    int compared = 0;
    for (const ObjectRow& row : by->rows) {
      const VarBind bind = row.first_of_column ? device.get_next(row.oid) : device.get(row.oid);
      const auto expected = oracle.find(to_text(bind.oid));
      if (expected == oracle.end() || !is_within(bind.oid, row.oid) || param.otherwise.contains(row.quantity) ||
          row.true_when) {
        continue;
      }
      const auto number = number_of(got, row.quantity);
      ASSERT_TRUE(number) << row.id << " " << expected->second;
      EXPECT_NEAR(*number, expected->second, 1e-6) << row.id;
      ++compared;
    }
    EXPECT_GE(compared, param.compared);
  }
};

inline std::string name_of(const testing::TestParamInfo<Recorded>& of) {
  std::string name = of.param.recording;
  std::ranges::replace(name, '-', '_');
  return name;
}

inline Value value_of(const QuantityReadings& all, std::string_view quantity) {
  const QuantityReading* reading = find_reading(all, quantity);
  return reading != nullptr ? reading->value : Value{Absent::NotYet};
}

inline QuantityReadings read_own(const std::string& table, std::string_view lines) {
  return read(shipped_table(table), SnmpRecording::parse(lines));
}

}  // namespace karkara
