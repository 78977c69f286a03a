// What is remembered of Wi-Fi, as text of which anything may be left after a power cut: what is taken is written again
// as the same memory.
#include "agent/wifi/recovery_memory.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;

Result<WifiMemory> memory_from(std::string_view text) {
  auto memory = wifi_memory_from(text);
  if (memory && memory->empty()) {
    *memory = {};  // a day alone is not written
  }
  return memory;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz::must_stay(fuzz::text_of(data, size), memory_from);
  fuzz::must_stay(fuzz::with_crc(fuzz::text_of(data, size)), memory_from);
  return 0;
}
