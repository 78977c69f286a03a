// What each uplink or SIM used, what is left of its bundle, and what the agent's own probes cost.
// Refuses to foretell: the sentence about the pace is the agent's. Called by the uplink and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// UPLINK TODAY CYCLE LEFT PROBES; wide adds KEY UNDATED ODD. Below it each uplink's sentence.
[[nodiscard]] View usage_view(const v1::Usage& usage);

}  // namespace karkara::cli
