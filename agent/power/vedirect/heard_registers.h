// What a VE.Direct device says of itself by HEX beside its text: chargers tell some registers by themselves when they
// change, a battery's temperature among them, which their text does not have; RegisterAsk asks for the others. Refuses
// texts, registers whose meaning is not known, what came by itself more than a minute ago, and old answers. Owned by
// VeDirectReadings.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "agent/facts/status.h"
#include "agent/power/vedirect/hex_frame.h"
#include "common/reading.h"
#include "common/time.h"

namespace karkara::vedirect {

inline constexpr std::uint16_t kBatteryTemperatureRegister = 0xEDEC;

class HeardRegisters {
 public:
  void take(const HexFrame& frame, Instant now);  // verified ones only
  void forget() { heard_.clear(); }
  [[nodiscard]] Value value(std::uint16_t id, Instant now) const;  // NotImplemented when it was never heard
  void add_to(std::vector<QuantityReport>& all, Instant now) const;

 private:
  struct Heard {
    Value value;
    Instant until;
  };
  std::map<std::uint16_t, Heard> heard_;  // known registers: some dozens at most
};

}  // namespace karkara::vedirect
