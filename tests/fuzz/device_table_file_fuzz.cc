// Any text as a device table: refused with words, or a table that can be applied.
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/config_bind/device_table.h"
#include "agent/devices/readings.h"

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
  karkara::VarBinds answer;
  for (const karkara::ObjectRow& row : table->rows) {
    answer.push_back({row.oid, std::int32_t{42}});
  }
  (void)karkara::readings(*table, answer);
  return 0;
}
