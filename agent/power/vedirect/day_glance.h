// What one text block of a solar charger says about its day. Refuses blocks without the day's number: battery monitors
// and inverters have no days. Called by VeDirectSource.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/power/vedirect/text_block.h"
#include "common/units.h"

namespace karkara::vedirect {

inline constexpr unsigned kDayNumbers = 365;  // 0 to 364, then from 0 again

struct DayGlance {
  std::uint16_t number = 0;        // HSDS
  std::optional<WattHours> yield;  // of this day so far, and of the day before
  std::optional<WattHours> yield_before;
  std::optional<Watts> panel_most;
  std::optional<Watts> panel_most_before;
  std::optional<Volts> battery;
  std::optional<unsigned> charge_state;
  std::uint8_t error = 0;  // 0: none, or not told
};

[[nodiscard]] std::optional<DayGlance> glance_at(const TextBlock& block);

}  // namespace karkara::vedirect
