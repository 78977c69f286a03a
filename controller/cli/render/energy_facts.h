// Cells and facts of a site's energy: the battery as it is believed to be, the night, what lies ahead, the panels.
// Refuses to judge or to guess: verdicts are the agent's, and what it does not know is said to be unknown, never 0.
// Called by energy_view.cc.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// "63 % ±8, counted", or where only a voltage is known "middle (from the voltage only)".
[[nodiscard]] Cell charge_cell(const v1::BatteryBelief& battery);

enum class BatteryDetail { Short, Whole };
[[nodiscard]] Facts battery_facts(const v1::Power& power, BatteryDetail detail);
// The verdict, from when to when, and what is there against what is needed.
[[nodiscard]] Facts night_facts(const v1::Power& power);
// Hours to the disconnect, days of autonomy, the sun that is expected.
[[nodiscard]] Facts ahead_facts(const v1::Power& power);
// What the panels give, and whether to wipe them.
[[nodiscard]] Facts array_facts(const v1::Power& power);

}  // namespace karkara::cli
