// From a raw number or text to the value of a quantity, by what its row says: sentinels, scale, plausible range, words.
// Refuses to guess: every value that is none comes with its reason. Used by the readings of SNMP and of Modbus alike.
#pragma once

#include <string>
#include <string_view>

#include "agent/devices/quantity_row.h"
#include "agent/devices/readings.h"
#include "common/reading.h"

namespace karkara {

struct RowValue {
  Value value = Absent::NotYet;
  std::string word = {};
};

// value = raw * factor * scale + offset; `factor` is what the device itself tells of its scale.
[[nodiscard]] RowValue value_by_row(const QuantityRow& row, double raw, double factor = 1);
[[nodiscard]] RowValue value_by_row(const QuantityRow& row, std::string_view text, double factor = 1);

// Rows of one quantity are tried in order: the first with a value counts, and the reason of one whose firmware this is
// not gives way to that of another.
void add_reading(QuantityReadings& all, const QuantityRow& row, RowValue read);

}  // namespace karkara
