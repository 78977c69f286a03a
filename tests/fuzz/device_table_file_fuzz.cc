// Any text as a device table: refused with words, or a table that can be applied.
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "agent/config_bind/device_table.h"
#include "agent/devices/readings.h"
#include "agent/devices/register_blocks.h"
#include "agent/devices/register_readings.h"

namespace {

// Whatever table was accepted: its requests are within the address space and what it allows, and can be read.
void try_registers(const karkara::ModbusTable& table) {
  constexpr unsigned kAddresses = 65'536;
  karkara::RegisterAnswer answer;
  for (const karkara::RegisterRequest& request : karkara::requests_for(table)) {
    if (request.block.count == 0 || request.block.count > table.line.most_registers ||
        request.block.end() > kAddresses) {
      std::abort();
    }
    answer.push_back({request.block, std::vector<std::uint16_t>(request.block.count, 42)});
  }
  (void)karkara::readings(table, answer);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const auto table = karkara::read_device_table("fuzz.yaml", {reinterpret_cast<const char*>(data), size});
  if (!table) {
    if (table.error().text.empty()) {
      std::abort();
    }
    return 0;
  }
  for (const karkara::ObjectRow& row : table->rows) {
    if (row.oid.size() < 2 || row.quantity.empty()) {
      std::abort();
    }
  }
  if (table->modbus) {
    try_registers(*table->modbus);
    return 0;
  }
  karkara::VarBinds answer;
  for (const karkara::ObjectRow& row : table->rows) {
    answer.push_back({row.oid, std::int32_t{42}});
  }
  (void)karkara::readings(*table, answer);
  return 0;
}
