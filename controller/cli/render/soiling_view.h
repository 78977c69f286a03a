// Dirty panels told from haze, as a view: one line a site, by the energy that is lost. Refuses to judge: every verdict
// is the controller's. Called by the power commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

// SITE LOSS ± SINCE HAZE TODAY NEIGHBOURS VERDICT; wide adds REGION, LOST A DAY, THEY LOST, AGENT and WHY.
[[nodiscard]] View soiling_view(const v1::ListSoilingReply& reply);
// What the neighbours say of one site, below what the site says itself.
[[nodiscard]] Section neighbours_section(const v1::SiteSoiling& site);

}  // namespace karkara::cli
