// The strangers' door: a one-time token and a key become a site's certificate. Listens apart, with server TLS only.
// Refuses without telling why, so that a guess learns nothing; the audit log has the reason. Called by gRPC.
#pragma once

#include "controller/identity/certificate_authority.h"
#include "controller/service/live_fleet.h"
#include "controller/service/refusal_budget.h"
#include "controller/service/service_counters.h"
#include "controller/service/session_table.h"
#include "karkara/v1/enrolment.grpc.pb.h"

namespace karkara {

struct EnrolmentParts {
  LiveFleet& fleet;
  Store& store;
  SessionTable& sessions;
  const CertificateAuthority& authority;
  ServiceCounters& counters;
  Log& log;
};

class EnrolmentService final : public v1::Enrolment::CallbackService {
 public:
  explicit EnrolmentService(EnrolmentParts parts) : parts_{parts} {}

  grpc::ServerUnaryReactor* Enrol(grpc::CallbackServerContext* context, const v1::EnrolRequest* request,
                                  v1::EnrolReply* reply) override;

 private:
  grpc::Status refuse(const std::string& peer, const std::string& site, const Error& why);
  void accepted(const SiteId& site, WallTime expires);

  const EnrolmentParts parts_;
  RefusalBudget budget_{60};
};

}  // namespace karkara
