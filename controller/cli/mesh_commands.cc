#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/mesh_map.h"
#include "controller/cli/render/mesh_view.h"

namespace karkara::cli {
namespace {

constexpr Duration kMapTimeout = std::chrono::seconds{15};

View peers(const v1::SiteReply& reply) {
  return mesh_peers_view(reply.mesh());
}

View explained(const v1::SiteReply& reply) {
  return mesh_explanation(reply.mesh());
}

}  // namespace

Exit mesh_show(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), mesh_query(), view_of_reply);
}

Exit mesh_peers(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), mesh_query(), peers);
}

Exit mesh_explain(Invocation& invocation) {
  return show_from_site(invocation, invocation.argument(0), mesh_query(), explained);
}

// By what the controller was told last: also of sites that are off line, and at no site's cost.
Exit mesh_map(Invocation& invocation) {
  const auto noc = invocation.noc();
  if (!noc) {
    return invocation.fail(noc.error());
  }
  v1::ListSitesRequest request;
  request.set_region(invocation.option("region").value_or(""));
  const Duration timeout = invocation.timeout_or(kMapTimeout);
  const auto listed = (*noc)->list_sites(request, timeout);
  if (!listed) {
    return invocation.fail(listed.error());
  }
  std::vector<v1::SiteDetail> sites;
  for (const v1::SiteSummary& summary : listed->sites()) {
    auto site = (*noc)->site(summary.site().id(), timeout);
    if (!site && site.error().code == ErrorCode::NotFound) {
      continue;  // it was taken out meanwhile
    }
    if (!site) {
      return invocation.fail(site.error());
    }
    sites.push_back(std::move(*site));
  }
  return invocation.show(mesh_map_view(mesh_map_of(sites)));
}

Exit local_mesh(Invocation& invocation) {
  return show_from_agent(invocation, mesh_query(), view_of_reply);
}

}  // namespace karkara::cli
