// Coverage plans by a whole controller: started, told, explained, fetched; beside a fleet that comes and goes; over a
// restart; and who may. karkara-plan is a script of the test's own.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <thread>

#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/planning/plan_files.h"
#include "tests/controller/support/test_site.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class PlanServiceTest : public testing::Test {
 protected:
  PlanServiceTest() { write_plan_files(files_.path()); }
  ~PlanServiceTest() override { std::filesystem::remove(files_.path() / "bin/hang"); }

  template <class Request, class Reply>
  grpc::Status ask(Role role, grpc::Status (v1::Noc::Stub::*method)(grpc::ClientContext*, const Request&, Reply*),
                   const Request& request, Reply& reply) {
    auto& channel = channels_[role];
    if (!channel) {
      channel = controller_.operator_channel("amina", role);
    }
    const auto noc = v1::Noc::NewStub(channel);
    grpc::ClientContext context;
    context.set_wait_for_ready(true);  // over a restart
    context.set_deadline(std::chrono::system_clock::now() + std::chrono::seconds{20});
    return (noc.get()->*method)(&context, request, &reply);
  }
  grpc::Status start(Role role = Role::Engineer) {
    return ask(role, &v1::Noc::Stub::StartPlan, v1::StartPlanRequest{}, job_);
  }
  v1::CoverageReply coverage(const std::string& region = "") {
    v1::GetCoverageRequest request;
    request.set_region(region);
    v1::CoverageReply reply;
    (void)ask(Role::Viewer, &v1::Noc::Stub::GetCoverage, request, reply);
    return reply;
  }
  v1::PlanJob job() {
    v1::PlanJob job;
    (void)ask(Role::Viewer, &v1::Noc::Stub::GetPlanJob, v1::GetPlanJobRequest{}, job);
    return job;
  }
  std::string file(v1::PlanFileKind kind) {
    v1::GetPlanFileRequest request;
    request.set_kind(kind);
    v1::PlanFile reply;
    (void)ask(Role::Viewer, &v1::Noc::Stub::GetPlanFile, request, reply);
    return reply.content();
  }
  template <class Condition>
  bool until(Condition condition) {
    for (int i = 0; i < 1'000; ++i) {
      if (condition()) {
        return true;
      }
      std::this_thread::sleep_for(std::chrono::milliseconds{10});
    }
    return false;
  }
  bool until_there_is_a_plan() {
    return until([&] { return coverage().has_whole(); });
  }
  void add_site(const std::string& id, double latitude, double longitude) {
    v1::PutSiteRequest request;
    request.set_mode(v1::PutSiteRequest::MODE_ADD);
    request.mutable_site()->set_id(id);
    request.mutable_site()->set_latitude(latitude);
    request.mutable_site()->set_longitude(longitude);
    v1::Site site;
    ASSERT_TRUE(ask(Role::Engineer, &v1::Noc::Stub::PutSite, request, site).ok());
  }

  TestFolder files_;
  RunningController controller_{RunningController::Options{.planner_folder = files_.path() / "planner",
                                                           .planner_program = files_.path() / "bin/karkara-plan"}};
  v1::PlanJob job_;
  std::map<Role, std::shared_ptr<grpc::Channel>> channels_;
};

TEST_F(PlanServiceTest, FindsAPlanAndTellsIt) {
  v1::PlanSummary plan;
  EXPECT_EQ(ask(Role::Viewer, &v1::Noc::Stub::GetPlan, v1::GetPlanRequest{}, plan).error_code(),
            grpc::StatusCode::NOT_FOUND);
  ASSERT_TRUE(start().ok());
  EXPECT_EQ(job_.state(), v1::PLAN_JOB_STATE_RUNNING);
  ASSERT_TRUE(until_there_is_a_plan());
  EXPECT_EQ(job().state(), v1::PLAN_JOB_STATE_DONE);
  ASSERT_TRUE(ask(Role::Viewer, &v1::Noc::Stub::GetPlan, v1::GetPlanRequest{}, plan).ok());
  EXPECT_EQ(plan.people(), 6'300U);
  EXPECT_EQ(plan.people_served(), 6'000U);
  EXPECT_EQ(plan.sites_new(), 3U);
  EXPECT_EQ(plan.ways_out_hop(), 3U);
  EXPECT_EQ(plan.input(), "abcdef0123456789");
  EXPECT_DOUBLE_EQ(plan.gap_percent(), 5);
  EXPECT_EQ(file(v1::PLAN_FILE_KIND_PLAN), planner::to_text(planner::sample_plan()));
  EXPECT_THAT(file(v1::PLAN_FILE_KIND_MASTS), HasSubstr("id,name,latitude"));
}

TEST_F(PlanServiceTest, ExplainsASettlementOrNamesTheNearest) {
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_there_is_a_plan());
  v1::ExplainPlanRequest request;
  request.set_settlement("Hamdallaye");
  v1::PlanExplanation told;
  ASSERT_TRUE(ask(Role::Viewer, &v1::Noc::Stub::ExplainPlan, request, told).ok());
  EXPECT_EQ(told.server().site(), "C");
  ASSERT_EQ(told.hops_size(), 2);
  EXPECT_EQ(told.hops(0).to(), "Site R");
  EXPECT_EQ(told.way_out(), "gateway");
  EXPECT_EQ(told.served_now(), v1::SERVED_NOW_NOBODY);
  request.set_settlement("Behind");
  ASSERT_TRUE(ask(Role::Viewer, &v1::Noc::Stub::ExplainPlan, request, told).ok());
  EXPECT_EQ(told.why(), "obstructed");
  EXPECT_DOUBLE_EQ(told.height_needed_metres(), 55);
  request.set_settlement("Hamdalaye");
  const grpc::Status unknown = ask(Role::Viewer, &v1::Noc::Stub::ExplainPlan, request, told);
  EXPECT_EQ(unknown.error_code(), grpc::StatusCode::NOT_FOUND);
  EXPECT_THAT(unknown.error_message(), HasSubstr("did you mean 'Hamdallaye'?"));
}

TEST_F(PlanServiceTest, TellsWhoStaysInTouchWhenOneThingFails) {
  std::ofstream{files_.path() / "bin/sample.txt"} << planner::to_text(planner::safe_sample_plan());
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_there_is_a_plan());
  v1::PlanSummary plan;
  ASSERT_TRUE(ask(Role::Viewer, &v1::Noc::Stub::GetPlan, v1::GetPlanRequest{}, plan).ok());
  ASSERT_TRUE(plan.has_second_ways());
  EXPECT_EQ(plan.second_ways().most_people(), 500U);
  EXPECT_EQ(plan.second_ways().hops(), 1U);
  EXPECT_EQ(plan.second_ways().vsats(), 1U);
  EXPECT_EQ(plan.second_ways().cost().net_present(), 18'000);
  EXPECT_EQ(plan.second_ways().people_two_ways(), 5'900U);
  EXPECT_EQ(plan.second_ways().worst(), "");
  v1::ExplainPlanRequest request;
  request.set_settlement("Hamdallaye");
  v1::PlanExplanation told;
  ASSERT_TRUE(ask(Role::Viewer, &v1::Noc::Stub::ExplainPlan, request, told).ok());
  ASSERT_EQ(told.detours_size(), 1);
  EXPECT_EQ(told.detours(0).when_down_size(), 2);
  EXPECT_EQ(told.detours(0).way_out(), "vsat");
}

TEST_F(PlanServiceTest, CoverageFollowsTheFleet) {
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until_there_is_a_plan());
  EXPECT_EQ(coverage().whole().people_served_now(), 0U);
  add_site("mast-a", 13.5, 2.1);
  TestSite site{controller_, enrol(controller_, controller_.bundle("mast-a")).value()};
  v1::Hello hello;
  hello.mutable_state()->set_active_uplink("vsat");
  ASSERT_TRUE(site.hello(hello).has_value());
  ASSERT_TRUE(until([&] { return coverage().whole().people_served_now() == 5'000; }));
  const v1::CoverageReply all = coverage();
  EXPECT_EQ(all.sites_in_fleet(), 1U);
  EXPECT_EQ(all.whole().people_by_second(), 1'000U);
  const v1::CoverageReply tahoua = coverage("Tahoua");
  EXPECT_EQ(tahoua.whole().people(), 100U);
  EXPECT_EQ(tahoua.areas_size(), 2);
  v1::GetCoverageRequest unknown;
  unknown.set_region("Tahuoa");
  v1::CoverageReply reply;
  EXPECT_THAT(ask(Role::Viewer, &v1::Noc::Stub::GetCoverage, unknown, reply).error_message(),
              HasSubstr("did you mean 'Tahoua'?"));
  EXPECT_TRUE(until([&] { return file(v1::PLAN_FILE_KIND_MAP).find("\"fleet\":\"mast-a\"") != std::string::npos; }));
  site.cut();
}

TEST_F(PlanServiceTest, AJobOutlivesItsController) {
  std::ofstream{files_.path() / "bin/hang"} << "x";
  ASSERT_TRUE(start().ok());
  ASSERT_TRUE(until([&] { return job().has_so_far(); }));
  controller_.stop();
  controller_.start();
  EXPECT_EQ(job().state(), v1::PLAN_JOB_STATE_RUNNING);
  v1::PlanJob second;
  EXPECT_EQ(ask(Role::Engineer, &v1::Noc::Stub::StartPlan, v1::StartPlanRequest{}, second).error_code(),
            grpc::StatusCode::FAILED_PRECONDITION);
  ASSERT_TRUE(ask(Role::Engineer, &v1::Noc::Stub::CancelPlan, v1::CancelPlanRequest{}, second).ok());
  ASSERT_TRUE(until_there_is_a_plan());
  EXPECT_EQ(job().state(), v1::PLAN_JOB_STATE_CANCELLED);
  controller_.stop();
  controller_.start();
  EXPECT_TRUE(until_there_is_a_plan()) << "kept over the restart";
}

TEST_F(PlanServiceTest, OnlyEngineersStartAndTheAuditLogKeepsIt) {
  EXPECT_EQ(start(Role::Operator).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  v1::StartPlanRequest wrong;
  wrong.set_target("everyone");
  EXPECT_EQ(ask(Role::Engineer, &v1::Noc::Stub::StartPlan, wrong, job_).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  wrong.set_target(std::string(192, 'x') + "é");  // the audit log's cut goes through its last character
  const grpc::Status too_long = ask(Role::Engineer, &v1::Noc::Stub::StartPlan, wrong, job_);
  EXPECT_THAT(too_long.error_message(), HasSubstr("target: is longer than 64 bytes"));
  ASSERT_TRUE(start().ok());
  v1::ListAuditReply audit;
  ASSERT_TRUE(ask(Role::Admin, &v1::Noc::Stub::ListAudit, v1::ListAuditRequest{}, audit).ok());
  std::string told;
  for (const v1::AuditEntry& entry : audit.entries()) {
    told += entry.verb() == "start-plan" ? entry.object() + " " + entry.outcome() + "\n" : "";
  }
  EXPECT_EQ(told, "job 1 done\n refused\n refused\n refused\n");
}

}  // namespace
}  // namespace karkara
