#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/power_view.h"
#include "controller/cli/render/uplink_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};

View known_uplinks(const v1::SiteDetail& site) {
  return uplink_view(site.site().id(), site.report(), KARKARA_OPTIONAL(site, report_age_ms), false);
}

View live_uplinks(const v1::SiteReply& reply) {
  const v1::SiteStatus& status = reply.status();
  const bool dated = status.state().wall_time_us() != 0;
  const auto age_ms = dated ? saturating_difference(status.wall_time_us(), status.state().wall_time_us()) / 1000 : 0;
  return uplink_view(status.site_id(), status.state(), age_ms, true);
}

View live_power(const v1::SiteReply& reply) {
  return live_power_view(reply.status());
}

// What the controller knows, or with --live what the site says.
Exit show(Invocation& invocation, View (*known)(const v1::SiteDetail&), ViewOf live) {
  const std::string& id = invocation.argument(0);
  if (invocation.has("live")) {
    return show_from_site(invocation, id, status_query(), live);
  }
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const auto site = (*noc)->site(id, invocation.timeout_or(kTimeout));
  return site ? invocation.show(known(*site)) : fail_for_site(invocation, id, site.error());
}

}  // namespace

Exit uplink_show(Invocation& invocation) {
  return show(invocation, known_uplinks, live_uplinks);
}

Exit uplink_explain(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), explain_query(), view_of_reply);
}

Exit power_show(Invocation& invocation) {
  return show(invocation, power_view, live_power);
}

}  // namespace karkara::cli
