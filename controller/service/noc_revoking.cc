// A router that was stolen, or that nobody knows where it is: its certificates count no more, here and at its
// neighbours.
#include "controller/service/grpc_status.h"
#include "controller/service/noc_service.h"
#include "controller/service/revocations.h"

namespace karkara {

NocService::Unary* NocService::RevokeSite(Context* context, const v1::RevokeSiteRequest* request,
                                          v1::RevokeSiteReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Engineer, "revoke-site", request->site_id());
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  const auto site = SiteId::parse(request->site_id());
  const auto count = !site ? Result<std::uint32_t>{site.error()}
                     : !parts_.fleet.has(*site)
                         ? Result<std::uint32_t>{Error{ErrorCode::NotFound, "no site " + request->site_id()}}
                         : parts_.store.certificates_of(*site);
  if (!count) {
    refuse(reactor, *deed, count.error());
    return reactor;
  }
  reply->set_certificates(*count);
  parts_.store.submit({RevokeCertificates{*site}, audit_of(*deed, "done", std::to_string(*count) + " certificates")},
                      [this, reactor, reply, site = *site](const Status& status) {
                        if (status) {
                          revoked(site);
                        } else {
                          reply->Clear();
                        }
                        reactor->Finish(to_grpc(status));
                      });
  return reactor;
}

void NocService::revoked(const SiteId& site) {
  parts_.log.write({MessageId::SiteRevoked, {{"site", site.text()}}});
  parts_.fleet.apply(SiteCertified{site, std::nullopt});
  if (const auto session = parts_.sessions.find(site)) {
    session->end({ErrorCode::PermissionDenied, "the site's certificates were revoked"});
  }
  tell_revoked(parts_.store, parts_.sessions, parts_.fleet.now().wall);
}

}  // namespace karkara
