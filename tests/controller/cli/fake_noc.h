// A controller that knows the sample villages, behind real mutual TLS on 127.0.0.1. It behaves: unknown sites are
// NOT_FOUND, an edit of an old revision is ABORTED, a site may be offline or slow, a role may be missing.
#pragma once

#include <grpcpp/grpcpp.h>

#include <atomic>
#include <condition_variable>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/cli/test_certificates.h"

namespace karkara::cli {

class FakeNoc final : public v1::Noc::Service {
 public:
  // What the next calls meet.
  std::atomic<bool> sites_offline = false;
  std::atomic<bool> viewer_only = false;  // everything that writes is denied
  std::atomic<bool> stuck = false;        // no answer until the caller gives up
  std::atomic<bool> chain_broken = false;
  v1::CreateEnrolTokenRequest last_token_request;
  v1::ListSitesRequest last_list_request;
  v1::ListAlarmsRequest last_alarms_request;
  v1::ListUplinksRequest last_uplinks_request;
  v1::ListSoilingRequest last_soiling_request;
  v1::StartPlanRequest last_plan_request;
  std::atomic<int> plan_looks_left = 0;     // so often the planning job runs still when it is asked for
  std::atomic<bool> knows_history = false;  // of chargers, for a site that is off line
  std::atomic<bool> older = false;          // knows nothing of the comparison of the sun
  v1::SiteRequest last_request;             // of CallSite
  v1::SiteReply hostile_reply;              // when it has a code or a body, every site answers it

  explicit FakeNoc(const KeyPair& identity = test_certificates().controller);
  ~FakeNoc() override;
  [[nodiscard]] std::string endpoint() const { return "127.0.0.1:" + std::to_string(port_); }
  void change_state(const std::string& id, v1::SiteState state);  // the watchers hear of it
  void stop();
  void start(int port);  // again, where it was
  void change_report(const std::string& id, const v1::StateReport& report);
  [[nodiscard]] int port() const { return port_; }

  grpc::Status GetVersion(grpc::ServerContext*, const v1::GetVersionRequest*, v1::VersionReply*) override;
  grpc::Status ListSites(grpc::ServerContext*, const v1::ListSitesRequest*, v1::ListSitesReply*) override;
  grpc::Status ListUplinks(grpc::ServerContext*, const v1::ListUplinksRequest*, v1::ListUplinksReply*) override;
  grpc::Status GetSite(grpc::ServerContext*, const v1::GetSiteRequest*, v1::SiteDetail*) override;
  grpc::Status WatchSites(grpc::ServerContext*, const v1::WatchSitesRequest*,
                          grpc::ServerWriter<v1::SiteDetail>*) override;
  grpc::Status PutSite(grpc::ServerContext*, const v1::PutSiteRequest*, v1::Site*) override;
  grpc::Status CreateEnrolToken(grpc::ServerContext*, const v1::CreateEnrolTokenRequest*,
                                v1::EnrolmentBundle*) override;
  grpc::Status RevokeSite(grpc::ServerContext*, const v1::RevokeSiteRequest*, v1::RevokeSiteReply*) override;
  grpc::Status ListAlarms(grpc::ServerContext*, const v1::ListAlarmsRequest*, v1::ListAlarmsReply*) override;
  grpc::Status GetAlarm(grpc::ServerContext*, const v1::GetAlarmRequest*, v1::Alarm*) override;
  grpc::Status CallSite(grpc::ServerContext*, const v1::CallSiteRequest*, v1::SiteReply*) override;
  grpc::Status ListSoiling(grpc::ServerContext*, const v1::ListSoilingRequest*, v1::ListSoilingReply*) override;
  grpc::Status GetPowerHistory(grpc::ServerContext*, const v1::GetPowerHistoryRequest*,
                               v1::PowerHistoryReply*) override;
  grpc::Status StartPlan(grpc::ServerContext*, const v1::StartPlanRequest*, v1::PlanJob*) override;
  grpc::Status CancelPlan(grpc::ServerContext*, const v1::CancelPlanRequest*, v1::PlanJob*) override;
  grpc::Status GetPlanJob(grpc::ServerContext*, const v1::GetPlanJobRequest*, v1::PlanJob*) override;
  grpc::Status GetPlan(grpc::ServerContext*, const v1::GetPlanRequest*, v1::PlanSummary*) override;
  grpc::Status ExplainPlan(grpc::ServerContext*, const v1::ExplainPlanRequest*, v1::PlanExplanation*) override;
  grpc::Status GetCoverage(grpc::ServerContext*, const v1::GetCoverageRequest*, v1::CoverageReply*) override;
  grpc::Status GetPlanFile(grpc::ServerContext*, const v1::GetPlanFileRequest*, v1::PlanFile*) override;
  grpc::Status ListAudit(grpc::ServerContext*, const v1::ListAuditRequest*, v1::ListAuditReply*) override;

 private:
  grpc::Status wait_while_stuck(grpc::ServerContext* context);
  [[nodiscard]] grpc::Status denied_to_viewers() const;

  KeyPair identity_;
  std::mutex mutex_;
  std::condition_variable changed_;
  std::map<std::string, v1::SiteDetail> sites_;
  std::vector<std::string> changes_;  // ids in the order of their changes
  bool stopping_ = false;
  int port_ = 0;
  std::unique_ptr<grpc::Server> server_;
};

}  // namespace karkara::cli
