// A site's energy as views: the forecast, the explanation with the shedding ladder, the events, and all on one page.
// Refuses to judge: reasons and explanations are the agent's own. Called by the power and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// Battery, night, what lies ahead, panels, the stage, and why something is not known.
[[nodiscard]] View forecast_view(const v1::Power& power);
// What the belief of the battery rests on, and the ladder with each stage's actions.
[[nodiscard]] View power_explanation(const v1::Power& power);
// In the order of the message: the newest first.
[[nodiscard]] View power_events_view(const v1::Power& power);
// For who stands at the mast: forecast, ladder and each source's readings.
[[nodiscard]] View power_page(const v1::Power& power);

// The stage, since when and why.
[[nodiscard]] Facts stage_facts(const v1::Power& power);
// STAGE NAME STATE DOES: one line an action, so that none is cut.
[[nodiscard]] Table ladder_table(const v1::Power& power);

}  // namespace karkara::cli
