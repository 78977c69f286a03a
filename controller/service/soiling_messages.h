// What the comparison of the sun found, as messages for the NOC. Refuses to judge. Called by NocService.
#pragma once

#include "controller/fleet/site_view.h"
#include "karkara/v1/noc.pb.h"

namespace karkara {

[[nodiscard]] v1::SiteSoiling soiling_of(const SiteView& view);
// The most energy lost a day first.
void sort_soiling(v1::ListSoilingReply& reply);
// An alarm about panels gets what the neighbours say in front of its advice, and as the field "neighbours_say".
void add_neighbours_word(const SiteView& view, v1::Alarm& alarm);

}  // namespace karkara
