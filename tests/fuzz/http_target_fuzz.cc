// Whatever a client asks for, it gets one of five statuses.
#include <cstdint>
#include <cstdlib>

#include "controller/web/pages.h"
#include "tests/controller/support/fixed_fleet.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static karkara::FixedFleet fleet = [] {
    karkara::FixedFleet one;
    one.add("sadore", "Agadez");
    return one;
  }();
  const karkara::Pages pages{fleet, {}, [] { return true; }};
  const auto answer = pages.answer({reinterpret_cast<const char*>(data), size});
  if (answer.status != 200 && answer.status != 400 && answer.status != 404) {
    std::abort();
  }
  return 0;
}
