// Any text as a battery's memory, also with a check sum that fits: what is read is written and read again the same, and
// an estimator goes on from it with plausible numbers.
#include <cmath>
#include <cstdint>
#include <string>
#include <string_view>

#include "agent/power/battery/battery_memory.h"
#include "tests/fuzz/stored_text.h"

namespace {

using namespace karkara;
using namespace karkara::fuzz;

void check(std::string_view text) {
  const auto read = battery_memory_from(text);
  if (!read.ok()) {
    return;
  }
  const std::string once = to_text(*read);
  const auto again = battery_memory_from(once);
  require(again.ok() && to_text(*again) == once);

  BatteryEstimator estimator{BatterySettings{}};
  estimator.restore(*read, std::nullopt);
  EnergySample sample;
  sample.battery_voltage = Volts{12.4};
  sample.battery_current = Amps{-3};
  for (int minute = 1; minute < 60; ++minute) {
    estimator.see(sample, Instant{std::chrono::minutes{minute}});
  }
  estimator.place_day(Instant{std::chrono::hours{-5}});
  for (int minute = 60; minute < 120; ++minute) {
    estimator.see(sample, Instant{std::chrono::minutes{minute}});
  }
  const BatteryState state = estimator.state(Instant{std::chrono::hours{2}});
  require(std::isfinite(state.error.value()) && state.error.value() >= 0 && state.error.value() <= 100);
  require(!state.state_of_charge || (state.state_of_charge->value() >= 0 && state.state_of_charge->value() <= 100));
  require(state.capacity.value() > 0 && std::isfinite(state.capacity.value()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  check(text_of(data, size));
  check(with_crc(text_of(data, size)));
  return 0;
}
