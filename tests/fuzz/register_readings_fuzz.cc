// Whatever registers a device gives, in whatever blocks: a reading is finite, within what its row calls plausible, and
// there is one for each quantity.
#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <span>

#include "agent/devices/register_blocks.h"
#include "agent/devices/register_readings.h"

namespace {

using namespace karkara;

constexpr double kMost = 1000;
constexpr int kTypes = 15;

ModbusTable table() {
  ModbusTable made;
  for (int i = 0; i < kTypes; ++i) {
    RegisterRow row;
    row.id = row.quantity = "q" + std::to_string(i);
    row.type = static_cast<RegisterType>(i);
    row.address = static_cast<std::uint16_t>(3 * i);
    row.length = 3;
    row.bit_from = 2;
    row.bit_to = 9;
    row.scale = i % 2 == 0 ? 0.1 : 1e9;
    row.plausible = PlausibleRange{-kMost, kMost};
    row.absent_numbers = {0x7fff};
    row.words = {{17, "operation"}, {3, "bulk", 4}};
    if (i % 4 == 1) {
      row.per_unit = {static_cast<std::uint16_t>(3 * i + 4), 40};
    }
    made.rows.push_back(row);
  }
  made.rows[2].only_words = true;
  made.rows[3].true_when = PlausibleRange{3, 250};
  return made;
}

RegisterAnswer answer_of(std::span<const std::uint8_t> bytes) {
  RegisterAnswer answer;
  const auto take = [&] {
    const std::uint8_t first = bytes.empty() ? 0 : bytes.front();
    bytes = bytes.subspan(bytes.empty() ? 0 : 1);
    return first;
  };
  while (!bytes.empty()) {
    RegistersRead read;
    read.block = {static_cast<RegisterSpace>(take() % 2), take(), static_cast<std::uint16_t>(take() % 64)};
    const std::uint8_t kind = take();
    if (kind % 8 == 7) {
      read.values = static_cast<Absent>(kind % 7);
    } else {
      std::vector<std::uint16_t> values(kind % 8 == 6 ? kind : read.block.count);
      std::ranges::generate(values, [&] { return static_cast<std::uint16_t>(take() << 8U | take()); });
      read.values = std::move(values);
    }
    answer.push_back(std::move(read));
  }
  return answer;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const ModbusTable kTable = table();
  const auto all = readings(kTable, answer_of({data, size}));
  if (all.size() != kTypes) {
    std::abort();
  }
  for (const QuantityReading& reading : all) {
    const double* number = std::get_if<double>(&reading.value);
    if (number != nullptr && !(std::abs(*number) <= kMost)) {
      std::abort();
    }
  }
  return 0;
}
