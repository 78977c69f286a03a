// A site's ladder for tests: the public class slower, then off, the satellite terminal in a rhythm, everything but the
// clinic off; and its battery.
#pragma once

#include "agent/power/battery/battery_state.h"
#include "agent/power/shed/settings.h"

namespace karkara {

template <class Id>
Id named(const char* text) {
  return *Id::parse(text);
}

inline SheddingSettings village_stages() {
  using std::chrono::hours;
  using std::chrono::minutes;
  const auto vsat = named<UplinkId>("vsat");
  const auto camera = named<DeviceId>("camera");
  const auto terminal = named<DeviceId>("terminal");
  SheddingSettings settings;
  settings.relays = {{camera, GpioRelay{"/dev/gpiochip0", 3, false}}, {terminal, CommandRelay{{"/on"}, {"/off"}}}};
  settings.stages = {
      {"slow", Percent{60}, Volts{12.4}, std::nullopt, {ShedClassCeiling{"public", Percent{30}}, RelayOff{camera}}},
      {"night", Percent{45}, Volts{12.2}, ShedHours{hours{23}, hours{5}}, {ShedClassOff{"public"}}},
      {"vsat", Percent{35}, Volts{12.0}, std::nullopt, {RestUplink{vsat, minutes{15}, hours{1}, terminal}}},
      {"clinic", Percent{25}, Volts{11.8}, std::nullopt, {ShedClassOff{"public"}, ShedClassOff{"school"}}},
  };
  return settings;
}

inline BatterySettings village_battery() {
  return {Chemistry::LeadAcid, AmpHours{100}, Volts{12}, Volts{11.4}, std::nullopt, Amps{}};
}

}  // namespace karkara
