// One day as a solar charger remembers it (HEX registers 0x1050 today, 0x1051 yesterday, ...): fills in the days on
// which nobody listened. Refuses records of another size: their layout is not known. Layout: Victron, "BlueSolar HEX
// protocol", daily history record; checked against H20 to H23 of a real charger.
#pragma once

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>

#include "agent/power/vedirect/hex_frame.h"
#include "common/reading.h"

namespace karkara::vedirect {

inline constexpr std::uint16_t kFirstHistoryRegister = 0x1050;
inline constexpr std::uint16_t kHistoryDays = 31;

struct HistoryDay {
  unsigned days_ago = 0;
  std::uint16_t day_number = 0;  // the charger's own count (HSDS)
  Value yield_kwh;
  Value load_kwh;  // drawn from the load output
  Value battery_volts_most;
  Value battery_volts_least;
  std::chrono::minutes bulk{};
  std::chrono::minutes absorption{};
  std::chrono::minutes floating{};
  Value panel_watts_most;
  Value battery_amperes_most;
  Value panel_volts_most;
  std::array<std::uint8_t, 4> errors{};  // the newest first; 0: none
};

// What a charger remembers of its whole life (HEX register 0x104F). Layout: Victron's ve_regs.h, VE_REG_HISTORY_TOTAL.
inline constexpr std::uint16_t kHistoryTotalRegister = 0x104F;
struct HistoryTotal {
  Value user_yield_kwh;  // since somebody reset it
  Value yield_kwh;       // since it was made
  Value panel_volts_most;
  Value battery_volts_most;
  unsigned days_kept = 0;
  std::array<std::uint8_t, 4> errors{};  // the newest first; 0: none
};
// None when the answer is of another register, says with its flags that there is none, or is too short. A longer one is
// of a later version, whose beginning is the same.
[[nodiscard]] std::optional<HistoryTotal> read_history_total(const RegisterAnswer& answer);

// None when the answer is of another register, says with its flags that the slot is empty, or is not 34 bytes long.
[[nodiscard]] std::optional<HistoryDay> read_history_day(const RegisterAnswer& answer);

}  // namespace karkara::vedirect
