// The battery as decisions about shedding look at it: carefully where its error is large, and only at voltages that a
// battery can have. Refuses to take "unknown" for "empty". Called by ShedLadder and OrderlyEnd.
#pragma once

#include <optional>

#include "agent/power/battery/battery_state.h"
#include "agent/power/energy.h"
#include "common/units.h"

namespace karkara {

// State of charge, lower by what its error exceeds the usual one; absent where that leaves nothing to go by.
[[nodiscard]] std::optional<Percent> careful_charge(const BatteryState& battery);
[[nodiscard]] std::optional<Percent> middle_of(SocBand band);

// The disconnect of the whole battery, and as many volts more as `per_block` for each 12 V.
[[nodiscard]] Volts above_disconnect(const BatterySettings& settings, Volts per_block);

// A broken sensor reads 0, or anything: only what a battery that still feeds a router can have is passed on.
[[nodiscard]] std::optional<Volts> plausible(std::optional<Volts> volts, const BatterySettings& settings);

// The sun, or a generator, carries the load. Told, or from currents, the charger's phase and the voltage, in this
// order.
[[nodiscard]] std::optional<bool> is_charging(std::optional<bool> told, const BatteryState& battery,
                                              const EnergySample& sample, const BatterySettings& settings);

// Absorption and what follows: the battery gets all that it can take, and little of it is current.
[[nodiscard]] bool is_topping(ChargePhase phase);

}  // namespace karkara
