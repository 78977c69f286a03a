// Any text as what the flash kept of a terminal's clear sky: it is a plausible level or nothing, and the same when it
// is written and read again.
#include <cmath>
#include <cstdlib>
#include <string_view>

#include "agent/vsat/clear_sky.h"

namespace {

void require(bool held) {
  if (!held) {
    std::abort();
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  ClearSky sky;
  sky.recall({reinterpret_cast<const char*>(data), size});
  const auto level = sky.reference();
  require(!level || std::abs(level->value()) <= 60);
  ClearSky again;
  again.recall(sky.remember());
  require(again.remember() == sky.remember());
  return 0;
}
