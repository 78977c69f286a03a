// The sites' door: sessions and renewals, for callers with a site's certificate. Refuses everyone else, sites that are
// not registered, and certificates that a newer enrolment has replaced. Called by gRPC.
#pragma once

#include "controller/identity/certificate_authority.h"
#include "controller/service/caller.h"
#include "controller/service/site_session.h"
#include "karkara/v1/site_link.grpc.pb.h"

namespace karkara {

class SiteLinkService final : public v1::SiteLink::CallbackService {
 public:
  SiteLinkService(SessionParts parts, const CertificateAuthority& authority) : parts_{parts}, authority_{authority} {}

  grpc::ServerBidiReactor<v1::AgentFrame, v1::ControllerFrame>* Session(grpc::CallbackServerContext* context) override;
  grpc::ServerUnaryReactor* Renew(grpc::CallbackServerContext* context, const v1::RenewRequest* request,
                                  v1::RenewReply* reply) override;

 private:
  [[nodiscard]] Result<SiteId> admit(const grpc::CallbackServerContext& context) const;
  [[nodiscard]] Result<SiteId> check(const grpc::CallbackServerContext& context) const;

  const SessionParts parts_;
  const CertificateAuthority& authority_;
};

}  // namespace karkara
