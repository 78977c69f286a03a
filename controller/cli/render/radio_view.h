// A site's Wi-Fi radios as a table: on or off, how loud, and why. Refuses to judge: reasons and troubles are the
// agent's own. Called by the views of a site's power.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// RADIO ROLE STATE POWER WHY: a radio's trouble has a line of its own, so that it is not cut.
[[nodiscard]] Table radio_table(const v1::Power& power);

}  // namespace karkara::cli
