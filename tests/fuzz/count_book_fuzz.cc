// Any text as the counts of an earlier run: what is read is written again the same. Then any looks at one count: its
// total never falls but for a first answer that was wild, and stays a number.
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <cstring>
#include <string_view>

#include "agent/devices/count_book.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace karkara;
  CountBook book;
  if (book.recall({reinterpret_cast<const char*>(bytes), size}).ok()) {
    CountBook again;
    if (!again.recall(book.memory()).ok() || again.memory() != book.memory()) {
      std::abort();
    }
  }
  Counter counter{counter_kind(32, 0.01, "kWh")};
  double before = 0;
  for (std::size_t at = 0; at + sizeof(std::uint32_t) <= size; at += sizeof(std::uint32_t)) {
    std::uint32_t raw = 0;
    std::memcpy(&raw, bytes + at, sizeof raw);
    const CounterStep step =
        counter.on({raw * 0.01, std::nullopt, Instant{std::chrono::seconds{static_cast<std::int64_t>(at)}}});
    if (!std::isfinite(counter.total()) || (step != CounterStep::First && counter.total() < before)) {
      std::abort();
    }
    before = counter.total();
  }
  return 0;
}
