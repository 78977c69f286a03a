// The controller as an operator sees it: one mutual-TLS connection, one function a question.
// Refuses to retry or to print. Errors: Unavailable when the controller cannot be reached, Unauthenticated when TLS did
// not accept one of the two, DeadlineExceeded, else what the controller answered. Called by the command handlers.
#pragma once

#include <functional>
#include <memory>

#include "common/result.h"
#include "common/time.h"
#include "karkara/v1/controller_config.pb.h"
#include "karkara/v1/noc.pb.h"

namespace karkara::cli {

class NocClient {
 public:
  explicit NocClient(const v1::OperatorContext& context);
  ~NocClient();
  NocClient(const NocClient&) = delete;
  NocClient& operator=(const NocClient&) = delete;

  Result<v1::VersionReply> version(Duration timeout);
  Result<v1::ListSitesReply> list_sites(const v1::ListSitesRequest& request, Duration timeout);
  Result<v1::ListUplinksReply> list_uplinks(const v1::ListUplinksRequest& request, Duration timeout);
  Result<v1::ListSoilingReply> list_soiling(const v1::ListSoilingRequest& request, Duration timeout);
  Result<v1::PowerHistoryReply> power_history(const std::string& site, Duration timeout);
  Result<v1::SiteDetail> site(const std::string& id, Duration timeout);
  Result<v1::Site> put_site(const v1::PutSiteRequest& request, Duration timeout);
  Result<v1::EnrolmentBundle> create_token(const v1::CreateEnrolTokenRequest& request, Duration timeout);
  Result<v1::RevokeSiteReply> revoke_site(const std::string& id, Duration timeout);
  Result<v1::ListAlarmsReply> list_alarms(const v1::ListAlarmsRequest& request, Duration timeout);
  Result<v1::Alarm> alarm(std::uint64_t id, Duration timeout);
  Result<v1::PlanJob> start_plan(const v1::StartPlanRequest& request, Duration timeout);
  Result<v1::PlanJob> cancel_plan(Duration timeout);
  Result<v1::PlanJob> plan_job(Duration timeout);
  Result<v1::PlanSummary> plan(Duration timeout);
  Result<v1::PlanExplanation> explain_plan(const std::string& settlement, Duration timeout);
  Result<v1::CoverageReply> coverage(const std::string& region, Duration timeout);
  Result<v1::PlanFile> plan_file(v1::PlanFileKind kind, Duration timeout);
  Result<v1::ListAuditReply> list_audit(std::uint32_t limit, Duration timeout);

  // A site that is offline is an answer, not an error: a SiteReply with the code Unavailable (14).
  Result<v1::SiteReply> call_site(const v1::CallSiteRequest& request, Duration timeout);

  struct Watcher {
    std::function<void(const v1::SiteDetail&)> on_site;
    std::function<bool()> on_tick;  // about once a second, so that ages can grow; false ends the watch
  };
  // Blocks until the stream ends; ok only when the controller ended it by itself. A controller that does not answer
  // at all within the timeout is DeadlineExceeded.
  Status watch_sites(const v1::WatchSitesRequest& request, const Watcher& watcher, Duration timeout);

 private:
  struct Connection;
  std::unique_ptr<Connection> connection_;
};

}  // namespace karkara::cli
