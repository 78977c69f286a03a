// A kept text of which anything may be left after a power cut: what is read is written again as the same text.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string_view>

#include "agent/cellular/cellular_memory.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  const Instant now{std::chrono::hours{1}};
  const std::string once = CellularMemory::decode({reinterpret_cast<const char*>(data), size}, now).encode(now);
  if (CellularMemory::decode(once, now).encode(now) != once) {
    std::fprintf(stderr, "broken: read again it is another memory\n");
    std::abort();
  }
  return 0;
}
