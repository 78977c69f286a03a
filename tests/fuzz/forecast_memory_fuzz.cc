// What the forecast learned, as text of which anything may be left after a power cut. The check is put right first, so
// that what lies behind it is reached; what is taken is written again as the same memory, and foretells without harm.
#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "agent/power/sun/energy_forecaster.h"
#include "common/crc32c.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace karkara;
  constexpr std::size_t kCheck = 9;
  std::string text{reinterpret_cast<const char*>(data), size};
  EnergyForecaster as_is{{}, {}};
  (void)as_is.restore(text);
  if (text.size() < kCheck) {
    return 0;
  }
  text.resize(text.size() - kCheck);
  text += fmt::format(" {:08x}", crc32c(std::as_bytes(std::span{text})));
  EnergyForecaster forecaster{{}, {}};
  if (!forecaster.restore(text).ok()) {
    return 0;
  }
  const std::string once = forecaster.memory();
  EnergyForecaster again{{}, {}};
  if (!again.restore(once).ok() || again.memory() != once) {
    std::fprintf(stderr, "broken: read again it is another memory\n");
    std::abort();
  }
  BatteryState battery;
  battery.state_of_charge = Percent{50};
  battery.error = Percent{5};
  const auto forecast = forecaster.forecast(battery, 1, WallTime{std::chrono::hours{500'000}});
  if (forecast.night && !(forecast.night->survival >= 0 && forecast.night->survival <= 1)) {
    std::fprintf(stderr, "broken: a chance that is none\n");
    std::abort();
  }
  return 0;
}
