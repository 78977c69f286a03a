// How often each costly deed was done in the last 24 hours of running time, so that a hopeless modem is not reset all
// day long. Counts running time, not dates: the router has no clock that can be trusted, and a reboot must not give a
// new allowance. Kept by CellularMemory.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "common/time.h"

namespace karkara {

enum class CappedDeed : std::uint8_t {
  Reconnect,
  RadioCycle,
  Reset,
  PowerCycle,
  Reboot,
  SlotSwitch,
  WeakSwitch,  // a slot switch for a weak signal; counts as a SlotSwitch, too
  ReturnTry,   // a slot switch back to a SIM that was left for a fault; counts as a SlotSwitch, too
  SpareCheck,  // a slot switch to look at a spare SIM, or home from there; leaves those for need alone
};
inline constexpr std::size_t kCappedDeeds = 9;
[[nodiscard]] std::string_view to_string(CappedDeed deed);  // "power-cycle"; also the word in the kept text
[[nodiscard]] std::optional<CappedDeed> capped_deed_named(std::string_view name);

class DailyCaps {
 public:
  static constexpr Duration kDay = std::chrono::hours{24};
  static constexpr std::size_t kMostKept = 20;  // of one deed: a higher cap counts as this

  void spend(CappedDeed deed, Instant at);
  void give_back(CappedDeed deed);  // the last: it could not be done
  [[nodiscard]] unsigned spent(CappedDeed deed, Instant now) const;
  [[nodiscard]] const std::vector<Instant>& times(CappedDeed deed) const { return times_[index(deed)]; }
  [[nodiscard]] bool empty(Instant now) const;

 private:
  static std::size_t index(CappedDeed deed) { return static_cast<std::size_t>(deed); }
  std::array<std::vector<Instant>, kCappedDeeds> times_;  // oldest first
};

}  // namespace karkara
