// Any text as the events of an earlier run: what is read is written and read again the same, and never grows.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "agent/power/power_events.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace karkara;
  PowerEvents events;
  events.restore({reinterpret_cast<const char*>(bytes), size});
  PowerEvents again;
  again.restore(events.memory());
  if (events.newest_first().size() > PowerEvents::kMost || again.newest_first() != events.newest_first()) {
    std::abort();
  }
  return 0;
}
