// The fleet's plain values as the messages that operators get: ages by the controller's clock, texts from the
// catalogues. Refuses to show a value without its age. Called by the Noc service.
#pragma once

#include <set>
#include <string>

#include "controller/fleet/fleet.h"
#include "controller/store/store.h"
#include "karkara/v1/noc.pb.h"

namespace karkara {

[[nodiscard]] v1::SiteState to_message(SiteState state);
[[nodiscard]] v1::Site to_message(const SiteRecord& record);
[[nodiscard]] v1::Alarm to_message(const AlarmRecord& alarm, WallTime now);
[[nodiscard]] v1::AuditEntry to_message(const AuditRow& row);
[[nodiscard]] v1::SiteSummary summary_of(const SiteView& view, Moment now);
[[nodiscard]] v1::SiteDetail detail_of(const SiteView& view, Moment now);
// The uplinks of the site's last report that are in one of the states; all of them when no state is named.
void add_uplinks(const SiteView& view, Moment now, const std::set<std::string>& states, v1::ListUplinksReply& reply);

// What an operator wants of a site, over what it is. InvalidArgument names the field that is out of bounds.
[[nodiscard]] Result<SiteRecord> merge(const SiteRecord& current, const v1::PutSiteRequest& request);

}  // namespace karkara
