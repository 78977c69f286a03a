#include "controller/cli/asking.h"
#include "controller/cli/handlers.h"
#include "controller/cli/render/mesh_view.h"

namespace karkara::cli {
namespace {

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

Exit local_mesh(Invocation& invocation) {
  return show_from_agent(invocation, mesh_query(), view_of_reply);
}

}  // namespace karkara::cli
