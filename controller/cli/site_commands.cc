#include <algorithm>

#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/site_view.h"
#include "controller/cli/site_cache.h"

namespace karkara::cli {
namespace {

constexpr Duration kTimeout = std::chrono::seconds{15};

// The parser let only these words through.
v1::SiteState state_of(std::string_view word) {
  if (word == "up") {
    return v1::SITE_STATE_UP;
  }
  if (word == "degraded") {
    return v1::SITE_STATE_DEGRADED;
  }
  return word == "unreachable" ? v1::SITE_STATE_UNREACHABLE : v1::SITE_STATE_UNKNOWN;
}

v1::ListSitesRequest list_request(const Invocation& invocation) {
  v1::ListSitesRequest request;
  request.set_region(invocation.option("region").value_or(""));
  const std::string states = invocation.option("state").value_or("");
  for (std::size_t at = 0; at < states.size();) {
    const std::size_t end = std::min(states.find(',', at), states.size());
    request.add_states(state_of(std::string_view{states}.substr(at, end - at)));
    at = end + 1;
  }
  return request;
}

void remember(const Invocation& invocation, const v1::ListSitesReply& reply) {
  std::vector<std::string> ids;
  for (const v1::SiteSummary& summary : reply.sites()) {
    ids.push_back(summary.site().id());
  }
  SiteCache{invocation.around(), invocation.controller()}.store(ids);
}

}  // namespace

Exit site_list(Invocation& invocation) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const v1::ListSitesRequest request = list_request(invocation);
  const auto reply = (*noc)->list_sites(request, invocation.timeout_or(kTimeout));
  if (!reply) {
    return invocation.fail(reply.error());
  }
  if (request.region().empty() && request.states().empty()) {
    remember(invocation, *reply);
  }
  return invocation.show(site_list_view(*reply));
}

Exit site_show(Invocation& invocation) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  const std::string& id = invocation.argument(0);
  const auto site = (*noc)->site(id, invocation.timeout_or(kTimeout));
  return site ? invocation.show(site_view(*site, invocation.language())) : fail_for_site(invocation, id, site.error());
}

Exit site_status(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), status_query(), view_of_reply);
}

Exit site_values(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), values_query(invocation.argument_or(1, "")), view_of_reply);
}

Exit site_reload(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), reload_command(), view_of_reply);
}

Exit site_flush(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), flush_command(), view_of_reply);
}

}  // namespace karkara::cli
