#include "controller/service/site_link_service.h"

#include "controller/service/grpc_status.h"

namespace karkara {
namespace {

class RefusedSession final : public grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame> {
 public:
  explicit RefusedSession(const grpc::Status& status) { Finish(status); }
  void OnDone() override { delete this; }
};

}  // namespace

grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>* SiteLinkService::Session(
    grpc::CallbackServerContext* context) {
  const auto site = admit(*context);
  if (!site) {
    return new RefusedSession{to_grpc(site.error())};
  }
  return SiteSession::start(context, *site, parts_);
}

grpc::ServerUnaryReactor* SiteLinkService::Renew(grpc::CallbackServerContext* context, const v1::RenewRequest* request,
                                                 v1::RenewReply* reply) {
  grpc::ServerUnaryReactor* reactor = context->DefaultReactor();
  const auto site = admit(*context);
  if (!site) {
    reactor->Finish(to_grpc(site.error()));
    return reactor;
  }
  const auto issued =
      authority_.sign_site(std::as_bytes(std::span{request->csr_der()}), *site, parts_.fleet.now().wall);
  if (!issued) {
    reactor->Finish(to_grpc(issued.error()));
    return reactor;
  }
  reply->set_certificate_pem(issued->pem);
  const auto caller = caller_of(*context, authority_.trust_domain());
  parts_.store.submit({AddCertificate{*site, issued->serial, issued->not_after, issued->key, false,
                                      caller ? caller->serial : std::string{}},
                       AppendAudit{"site " + site->text(), "renew", site->text(), "done", "serial " + issued->serial}},
                      [this, reactor, site = *site, expires = issued->not_after](const Status& status) {
                        if (status) {
                          parts_.log.write({MessageId::CertificateIssued, {{"site", site.text()}}});
                          parts_.fleet.apply(SiteCertified{site, expires});
                        }
                        reactor->Finish(to_grpc(status));
                      });
  return reactor;
}

Result<SiteId> SiteLinkService::admit(const grpc::CallbackServerContext& context) const {
  auto site = check(context);
  if (!site) {
    ++parts_.counters.calls_refused;
    parts_.log.write({MessageId::CallRefused, {{"who", context.peer()}, {"why", site.error().text}}});
  }
  return site;
}

Result<SiteId> SiteLinkService::check(const grpc::CallbackServerContext& context) const {
  const auto caller = caller_of(context, authority_.trust_domain());
  if (!caller) {
    return caller.error();
  }
  const auto* identity = std::get_if<SiteIdentity>(&caller->identity);
  if (identity == nullptr) {
    return Error{ErrorCode::PermissionDenied, describe(caller->identity) + " is not a site"};
  }
  if (!parts_.fleet.has(identity->site)) {
    return Error{ErrorCode::PermissionDenied, "site " + identity->site.text() + " is not registered"};
  }
  const auto superseded = parts_.store.is_superseded(caller->serial);
  if (!superseded) {
    return Error{ErrorCode::Unavailable, superseded.error().text};
  }
  if (*superseded) {
    return Error{ErrorCode::PermissionDenied,
                 "the certificate of site " + identity->site.text() + " was replaced by a newer enrolment"};
  }
  return identity->site;
}

}  // namespace karkara
