// Uplinks as views: their state, who carries what, and why the active one is the one it is.
// Refuses to judge: every verdict is the agent's. Called by the uplink, site and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {

// UPLINK KIND IFACE STATE SINCE RTT LOSS EVIDENCE, the active one marked with '*'.
// age_ms: how old the report is.
[[nodiscard]] Table uplink_table(const v1::StateReport& report, std::int64_t age_ms);

// CLASS UPLINK WHY; a class that goes nowhere is shed.
[[nodiscard]] Table class_table(const v1::StateReport& report);

// All uplinks of the fleet: SITE UPLINK KIND STATE SINCE RTT LOSS CARRIES AGE; wide adds REGION IFACE METERED EVIDENCE.
[[nodiscard]] View uplink_list_view(const v1::ListUplinksReply& reply);

// age_ms absent: no report was ever heard. live: the site answered just now.
[[nodiscard]] View uplink_view(const std::string& site, const v1::StateReport& report,
                               std::optional<std::int64_t> age_ms, bool live);
[[nodiscard]] View live_uplink_view(const v1::SiteReply& reply);  // of a reply that has the site's status
[[nodiscard]] View explanation_view(const v1::UplinkExplanation& explanation);

}  // namespace karkara::cli
