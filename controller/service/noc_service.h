// What operators ask for. Each method needs a role; every call that changes something, and every one that was refused
// for want of a role, goes into the audit log before it is answered. Refuses callers that are no operators.
// Called by gRPC; it only translates, the work is done by the fleet, the store and the calls to sites.
#pragma once

#include "common/echo_keys.h"
#include "controller/identity/certificate_authority.h"
#include "controller/planning/plan_desk.h"
#include "controller/service/caller.h"
#include "controller/service/live_fleet.h"
#include "controller/service/service_counters.h"
#include "controller/service/site_calls.h"
#include "karkara/v1/noc.grpc.pb.h"

namespace karkara {

// What goes into every enrolment bundle.
struct BundleTerms {
  std::string controller;
  std::string enrolment;
  std::vector<v1::AnchorAddress> anchors;
  Duration token_validity = std::chrono::hours{24 * 14};
};

struct NocParts {
  LiveFleet& fleet;
  Store& store;
  SiteCalls& calls;
  const CertificateAuthority& authority;
  const EchoMasterKeys& anchor_keys;
  const BundleTerms& bundle;
  ServiceCounters& counters;
  Log& log;
  SessionTable& sessions;
  PlanDesk& planner;
};

class NocService final : public v1::Noc::CallbackService {
 public:
  using Context = grpc::CallbackServerContext;
  using Unary = grpc::ServerUnaryReactor;

  explicit NocService(NocParts parts) : parts_{parts} {}

  Unary* GetVersion(Context* context, const v1::GetVersionRequest* request, v1::VersionReply* reply) override;
  Unary* ListSites(Context* context, const v1::ListSitesRequest* request, v1::ListSitesReply* reply) override;
  Unary* ListUplinks(Context* context, const v1::ListUplinksRequest* request, v1::ListUplinksReply* reply) override;
  Unary* GetSite(Context* context, const v1::GetSiteRequest* request, v1::SiteDetail* reply) override;
  grpc::ServerWriteReactor<v1::SiteDetail>* WatchSites(Context* context, const v1::WatchSitesRequest* request) override;
  Unary* PutSite(Context* context, const v1::PutSiteRequest* request, v1::Site* reply) override;
  Unary* CreateEnrolToken(Context* context, const v1::CreateEnrolTokenRequest* request,
                          v1::EnrolmentBundle* reply) override;
  Unary* RevokeSite(Context* context, const v1::RevokeSiteRequest* request, v1::RevokeSiteReply* reply) override;
  Unary* ListAlarms(Context* context, const v1::ListAlarmsRequest* request, v1::ListAlarmsReply* reply) override;
  Unary* GetAlarm(Context* context, const v1::GetAlarmRequest* request, v1::Alarm* reply) override;
  Unary* CallSite(Context* context, const v1::CallSiteRequest* request, v1::SiteReply* reply) override;
  Unary* ListAudit(Context* context, const v1::ListAuditRequest* request, v1::ListAuditReply* reply) override;
  Unary* ListSoiling(Context* context, const v1::ListSoilingRequest* request, v1::ListSoilingReply* reply) override;
  Unary* GetPowerHistory(Context* context, const v1::GetPowerHistoryRequest* request,
                         v1::PowerHistoryReply* reply) override;
  Unary* StartPlan(Context* context, const v1::StartPlanRequest* request, v1::PlanJob* reply) override;
  Unary* CancelPlan(Context* context, const v1::CancelPlanRequest* request, v1::PlanJob* reply) override;
  Unary* GetPlanJob(Context* context, const v1::GetPlanJobRequest* request, v1::PlanJob* reply) override;
  Unary* GetPlan(Context* context, const v1::GetPlanRequest* request, v1::PlanSummary* reply) override;
  Unary* ExplainPlan(Context* context, const v1::ExplainPlanRequest* request, v1::PlanExplanation* reply) override;
  Unary* GetCoverage(Context* context, const v1::GetCoverageRequest* request, v1::CoverageReply* reply) override;
  Unary* GetPlanFile(Context* context, const v1::GetPlanFileRequest* request, v1::PlanFile* reply) override;

 private:
  // Who calls and for what: the words of its audit entry.
  struct Deed {
    OperatorIdentity who;
    std::string verb;
    std::string object;
    std::string what{};  // of a command: what it says
  };
  // Audits and logs a refusal. The error is ready to be answered.
  [[nodiscard]] Result<Deed> admit(const Context& context, Role needed, const std::string& verb,
                                   const std::string& object);
  [[nodiscard]] AppendAudit audit_of(const Deed& deed, const std::string& outcome, const std::string& detail) const;
  // A change that did not come to be: audited, then answered.
  void refuse(Unary* reactor, const Deed& deed, const Error& why);
  [[nodiscard]] Result<SiteRecord> current_or_new(const SiteId& site, v1::PutSiteRequest::Mode mode,
                                                  std::uint64_t revision) const;
  [[nodiscard]] v1::EnrolmentBundle make_bundle(const SiteId& site, std::uint32_t key_id,
                                                const std::string& token) const;
  void revoked(const SiteId& site);
  // The end of what starts or cancels a planning job: audited, then answered.
  void answer_job(Unary* reactor, Deed deed, Result<v1::PlanJob> job, v1::PlanJob* reply);
  void send_to_site(Unary* reactor, const Deed& deed, const SiteId& site, v1::SiteRequest request, Duration timeout,
                    v1::SiteReply* reply);
  [[nodiscard]] Result<std::vector<AlarmRecord>> alarms(const AlarmQuery& query) const;

  const NocParts parts_;
};

}  // namespace karkara
