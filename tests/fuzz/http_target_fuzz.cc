// Whatever a client asks for, it gets one of five statuses; whatever it says of versions and packing is read.
#include <cstdint>
#include <cstdlib>

#include "controller/web/http_conditions.h"
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
  const std::string_view field{reinterpret_cast<const char*>(data), size};
  (void)karkara::accepts_gzip(field);
  const std::string own = "\"" + std::string{field.substr(0, field.find('"'))} + "\"";
  if (!karkara::has_version("W/" + own, own) || (size == 0 && karkara::has_version(field, own))) {
    std::abort();
  }
  (void)karkara::has_version(field, "W/\"a-1\"");
  return 0;
}
