// Sites as views: the list, one site in full, and what a site says of itself when asked.
// Refuses to compute anything of its own but ages. Called by the site and local commands.
#pragma once

#include "controller/cli/render/view.h"
#include "controller/cli/render/words.h"

namespace karkara::cli {

[[nodiscard]] View site_list_view(const v1::ListSitesReply& reply);
[[nodiscard]] View site_view(const v1::SiteDetail& site, Language language);
[[nodiscard]] View site_saved_view(const v1::Site& site, const std::string& deed);  // "added"
[[nodiscard]] View status_view(const v1::SiteStatus& status);
[[nodiscard]] View live_values_view(const v1::LiveValues& values);
[[nodiscard]] View done_view(const v1::Done& done);

// SITE NAME REGION STATE SINCE UPLINK RTT BATT ALARMS AGE; wide adds COMMUNE VERSION ENROLLED.
[[nodiscard]] Table site_table(const std::vector<v1::SiteSummary>& sites);
// The line of `site list` made of what `site watch` gets, `elapsed_ms` after it came.
[[nodiscard]] v1::SiteSummary summary_of(const v1::SiteDetail& site, std::int64_t elapsed_ms);
[[nodiscard]] View watched_site_view(const v1::SiteDetail& site);  // one line of jsonl

}  // namespace karkara::cli
