// The planner of the fake controller: a job that runs as long as the test says, one plan, one settlement.
#include "tests/controller/cli/fake_noc.h"
#include "tests/controller/cli/sample_models.h"

namespace karkara::cli {

grpc::Status FakeNoc::StartPlan(grpc::ServerContext*, const v1::StartPlanRequest* request, v1::PlanJob* reply) {
  if (const grpc::Status denied = denied_to_viewers(); !denied.ok()) {
    return denied;
  }
  const std::lock_guard lock{mutex_};
  last_plan_request = *request;
  *reply = sample_plan_job();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::CancelPlan(grpc::ServerContext*, const v1::CancelPlanRequest*, v1::PlanJob* reply) {
  if (const grpc::Status denied = denied_to_viewers(); !denied.ok()) {
    return denied;
  }
  *reply = sample_plan_job();
  reply->set_cancelling(true);
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetPlanJob(grpc::ServerContext*, const v1::GetPlanJobRequest*, v1::PlanJob* reply) {
  *reply = sample_plan_job();
  if (plan_looks_left.fetch_sub(1) <= 0) {
    reply->set_state(v1::PLAN_JOB_STATE_FAILED);
    reply->set_why("search ended with 1: prices.yaml: line 3: no price");
    reply->set_ended_unix(reply->started_unix() + 300);
  }
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetPlan(grpc::ServerContext*, const v1::GetPlanRequest*, v1::PlanSummary* reply) {
  if (older) {
    return {grpc::StatusCode::NOT_FOUND, "there is no plan yet: 'karkara plan run' has one made"};
  }
  *reply = sample_plan_summary();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::ExplainPlan(grpc::ServerContext*, const v1::ExplainPlanRequest* request,
                                  v1::PlanExplanation* reply) {
  if (request->settlement() != "Gona") {
    return {grpc::StatusCode::NOT_FOUND,
            "no settlement of the plan has the id or name '" + request->settlement() + "'; did you mean 'Gona'?"};
  }
  *reply = sample_plan_explanation();
  return grpc::Status::OK;
}

grpc::Status FakeNoc::GetCoverage(grpc::ServerContext*, const v1::GetCoverageRequest* request,
                                  v1::CoverageReply* reply) {
  const v1::CoverageReply known = sample_coverage();
  for (const v1::Coverage& area : known.areas()) {
    if (request->region().empty() || request->region() == area.region()) {
      *(area.level() == 1 && !request->region().empty() ? reply->mutable_whole() : reply->add_areas()) = area;
    }
  }
  if (request->region().empty()) {
    *reply->mutable_whole() = known.whole();
  }
  reply->set_sites_planned(known.sites_planned());
  reply->set_currency(known.currency());
  return reply->has_whole() ? grpc::Status::OK
                            : grpc::Status{grpc::StatusCode::NOT_FOUND, "no region of the plan is called so"};
}

grpc::Status FakeNoc::GetPlanFile(grpc::ServerContext*, const v1::GetPlanFileRequest* request, v1::PlanFile* reply) {
  if (request->kind() != v1::PLAN_FILE_KIND_LINKS) {
    return {grpc::StatusCode::NOT_FOUND, "there is no plan.txt yet"};
  }
  reply->set_name("links.csv");
  reply->set_content("latitude,longitude,dbm,site\n");
  return grpc::Status::OK;
}

}  // namespace karkara::cli
