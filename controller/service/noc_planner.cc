// The planner's methods: who may, then the desk. Starting and cancelling are audited, before and after.
#include "controller/planner/outputs/text.h"
#include "controller/service/grpc_status.h"
#include "controller/service/noc_service.h"
#include "controller/service/planner_messages.h"

namespace karkara {
namespace {

constexpr std::size_t kMostAudited = 200;

std::string words_of(const v1::StartPlanRequest& request) {
  std::string words = "target " + (request.target().empty() ? "as configured" : request.target());
  words += request.time_seconds() > 0 ? "; at most " + std::to_string(request.time_seconds()) + " s" : "";
  words += request.budgets_size() > 0 ? "; " + std::to_string(request.budgets_size()) + " budget years" : "";
  words += request.region_budgets_size() > 0
               ? "; " + std::to_string(request.region_budgets_size()) + " budget years of regions"
               : "";
  words += request.resume() ? "; from the plan that is there" : "";
  words += request.fixed_size() > 0 ? "; " + std::to_string(request.fixed_size()) + " fixed" : "";
  words += request.forbidden_size() > 0 ? "; " + std::to_string(request.forbidden_size()) + " forbidden" : "";
  words += request.without_fleet() ? "; without the fleet's masts" : "";
  return planner::clean_utf8(words.substr(0, kMostAudited));  // the cut may go through a character
}

Error no_plan() {
  return {ErrorCode::NotFound, "there is no plan yet: 'karkara plan run' has one made"};
}

// An answer that is there, or why it is not.
template <class Message>
grpc::Status answer(Result<Message> result, Message* reply) {
  if (!result) {
    return to_grpc(result.error());
  }
  *reply = std::move(result).value();
  return grpc::Status::OK;
}

}  // namespace

NocService::Unary* NocService::StartPlan(Context* context, const v1::StartPlanRequest* request, v1::PlanJob* reply) {
  Unary* reactor = context->DefaultReactor();
  auto deed = admit(*context, Role::Engineer, "start-plan", "");
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  deed->what = words_of(*request);
  answer_job(reactor, *deed, parts_.planner.start(*request, deed->who.name.text()), reply);
  return reactor;
}

NocService::Unary* NocService::CancelPlan(Context* context, const v1::CancelPlanRequest*, v1::PlanJob* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Engineer, "cancel-plan", "");
  if (!deed) {
    reactor->Finish(to_grpc(deed.error()));
    return reactor;
  }
  answer_job(reactor, *deed, parts_.planner.cancel(), reply);
  return reactor;
}

void NocService::answer_job(Unary* reactor, Deed deed, Result<v1::PlanJob> job, v1::PlanJob* reply) {
  if (!job) {
    refuse(reactor, deed, job.error());
    return;
  }
  deed.object = "job " + std::to_string(job->number());
  *reply = std::move(job).value();
  parts_.store.submit({audit_of(deed, "done", "")},
                      [reactor](const Status& status) { reactor->Finish(to_grpc(status)); });
}

NocService::Unary* NocService::GetPlanJob(Context* context, const v1::GetPlanJobRequest*, v1::PlanJob* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-plan-job", "");
  reactor->Finish(deed ? answer(parts_.planner.job(), reply) : to_grpc(deed.error()));
  return reactor;
}

NocService::Unary* NocService::GetPlan(Context* context, const v1::GetPlanRequest*, v1::PlanSummary* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-plan", "");
  const auto picture = parts_.planner.picture();
  if (deed && picture) {
    *reply = summary_of(*picture);
  }
  reactor->Finish(!deed ? to_grpc(deed.error()) : picture ? grpc::Status::OK : to_grpc(no_plan()));
  return reactor;
}

NocService::Unary* NocService::ExplainPlan(Context* context, const v1::ExplainPlanRequest* request,
                                           v1::PlanExplanation* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "explain-plan", "");
  const auto picture = parts_.planner.picture();
  reactor->Finish(!deed     ? to_grpc(deed.error())
                  : picture ? answer(explanation_of(*picture, request->settlement()), reply)
                            : to_grpc(no_plan()));
  return reactor;
}

NocService::Unary* NocService::GetCoverage(Context* context, const v1::GetCoverageRequest* request,
                                           v1::CoverageReply* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-coverage", request->region());
  const auto picture = parts_.planner.picture();
  reactor->Finish(!deed     ? to_grpc(deed.error())
                  : picture ? answer(coverage_of(*picture, request->region(), parts_.fleet.now().at), reply)
                            : to_grpc(no_plan()));
  return reactor;
}

NocService::Unary* NocService::GetPlanFile(Context* context, const v1::GetPlanFileRequest* request,
                                           v1::PlanFile* reply) {
  Unary* reactor = context->DefaultReactor();
  const auto deed = admit(*context, Role::Viewer, "get-plan-file", "");
  reactor->Finish(deed ? answer(parts_.planner.file(request->kind()), reply) : to_grpc(deed.error()));
  return reactor;
}

}  // namespace karkara
