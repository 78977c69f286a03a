// The check on site: pass, warn or fail for each item, and what to do about those that did not pass.
// Refuses to judge: every verdict is the agent's. Called by the local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "karkara/v1/site_link.pb.h"

namespace karkara::cli {

// RESULT ITEM DETAIL, then the advice in full for each item that did not pass.
[[nodiscard]] View check_view(const v1::SiteCheck& check);
// An item of a verdict that is not known counts as failed: nobody drives home on it.
[[nodiscard]] int failures_in(const v1::SiteCheck& check);

// The record of the choice's decisions, line by line.
[[nodiscard]] View decisions_view(const v1::Done& done);

}  // namespace karkara::cli
