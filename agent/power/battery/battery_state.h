// The battery as configured, and as it is believed to be. Plain values between the estimator, the forecast and the
// shedding ladder.
#pragma once

#include <cstdint>
#include <optional>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

enum class Chemistry : std::uint8_t { LeadAcid, LithiumIronPhosphate };

struct BatterySettings {
  Chemistry chemistry = Chemistry::LeadAcid;
  AmpHours capacity{100};  // rated, at the 20-hour rate for lead-acid
  Volts nominal{12};       // 12, 24 or 48
  // Where the charger or a relay cuts the load; without it the chemistry's usual one, for this nominal voltage.
  std::optional<Volts> disconnect{};
  std::optional<Volts> absorption{};
  Amps unmetered_load{};  // of what hangs on the battery beside every meter
  friend bool operator==(const BatterySettings&, const BatterySettings&) = default;
};

// What an estimate rests on; each is better than the one before.
enum class SocBasis : std::uint8_t {
  Unknown,
  Voltage,  // only bands can be told
  Counted,  // charge in and out, from chargers, load outputs or a shunt's current
  Told,     // a BMS or a shunt that counts itself
};
enum class SocBand : std::uint8_t { Unknown, Empty, Low, Middle, High, Full };

struct BatteryState {
  SocBasis basis = SocBasis::Unknown;
  SocBand band = SocBand::Unknown;
  std::optional<Percent> state_of_charge{};  // absent where only a band can be told
  Percent error{100};                        // half the width of the range that holds the truth 19 times in 20
  AmpHours capacity{};                       // learned, at 25 degrees; the rated one until then
  std::optional<Percent> health{};           // learned against rated capacity; absent until learned
  std::optional<double> ohms{};              // inner resistance, from steps of the load
  std::optional<Amps> current{};             // into the battery, as best known now
  std::optional<Volts> resting_voltage{};    // without the sag of the present current
  std::optional<Duration> since_full{};      // since the last full charge that was seen
  friend bool operator==(const BatteryState&, const BatteryState&) = default;
};

}  // namespace karkara
