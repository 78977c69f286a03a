#include <algorithm>

#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/uplink_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};

View known_uplinks(const v1::SiteDetail& site) {
  return uplink_view(site.site().id(), site.report(), KARKARA_OPTIONAL(site, report_age_ms), false);
}

v1::ListUplinksRequest list_request(const Invocation& invocation) {
  v1::ListUplinksRequest request;
  request.set_region(invocation.option("region").value_or(""));
  request.set_site_id(invocation.option("site").value_or(""));
  const std::string states = invocation.option("state").value_or("");
  for (std::size_t at = 0; at < states.size();) {
    const std::size_t end = std::min(states.find(',', at), states.size());
    request.add_states(states.substr(at, end - at));
    at = end + 1;
  }
  return request;
}

}  // namespace

Exit uplink_list(Invocation& invocation) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const v1::ListUplinksRequest request = list_request(invocation);
  const auto reply = (*noc)->list_uplinks(request, invocation.timeout_or(kTimeout));
  return reply ? invocation.show(uplink_list_view(*reply))
               : fail_for_site(invocation, request.site_id(), reply.error());
}

Exit uplink_show(Invocation& invocation) {
  return show_known_or_live(invocation, known_uplinks, live_uplink_view);
}

Exit uplink_explain(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), explain_query(), view_of_reply);
}

}  // namespace karkara::cli
