// What a site's chargers remember of past days, as one table a charger. Refuses to fill gaps: a day of which nothing is
// known has no line, and what was not told is "-". Called by the power and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// DAY YIELD PEAK BATTERY BULK ABSORB FLOAT LOAD ERRORS FROM, the newest first.
[[nodiscard]] View power_history_view(const v1::PowerHistory& history);

}  // namespace karkara::cli
