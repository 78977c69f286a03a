// What a site's power devices say at one moment, in one set of signs and units: the input of the battery estimate, of
// the forecast and of the shedding ladder. What nobody told is absent, never 0. Filled by PowerFeature.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "common/units.h"

namespace karkara {

enum class ChargePhase : std::uint8_t { Unknown, Off, Bulk, Absorption, Float, Equalise, Fault };

struct EnergySample {
  std::optional<Volts> battery_voltage{};
  std::optional<Amps> battery_current{};  // of a shunt or a BMS; into the battery is positive
  std::optional<Amps> charge_current{};   // what all chargers give, into the battery's bus; never negative
  std::optional<Amps> load_current{};     // what load outputs and meters tell; never negative
  // Only of a BMS or a shunt that counts; what a charger guesses from the voltage is none.
  std::optional<Percent> told_state_of_charge{};
  std::optional<AmpHours> told_capacity{};
  std::optional<Celsius> battery_temperature{};
  std::optional<Watts> panel_power{};
  std::optional<bool> panel_limited{};  // the charger takes less than the panel could give
  ChargePhase phase = ChargePhase::Unknown;
  friend bool operator==(const EnergySample&, const EnergySample&) = default;
};

// By the numbers that VE.Direct has for them and that tables map theirs to: 0 off, 3 bulk, ...
[[nodiscard]] ChargePhase charge_phase(double vedirect_number);
// Whether a charger in this phase takes less than the panel could give; absent where nobody can tell.
[[nodiscard]] std::optional<bool> is_holding_back(ChargePhase phase);

// Packs side by side, each with a BMS of its own, as one battery: their currents and capacities add up, their charge
// counts by its capacity. Of these three, one that not every pack tells is absent.
[[nodiscard]] EnergySample packs_as_one(const std::vector<EnergySample>& packs);

// One site's energy from what its sources say, in the order in which they are to be believed: of each part the first
// that has it, but that the chargers' and the loads' currents and the panels' powers add up. A part that one of several
// chargers does not tell is absent.
[[nodiscard]] EnergySample merge(const std::vector<EnergySample>& sources);

}  // namespace karkara
