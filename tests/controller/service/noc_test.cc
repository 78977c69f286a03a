#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

#include "common/result.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class NocTest : public testing::Test {
 protected:
  NocTest() { controller_.add_site("sadore"); }
  std::unique_ptr<v1::Noc::Stub> as(Role role) { return v1::Noc::NewStub(controller_.operator_channel("amina", role)); }
  static v1::PutSiteRequest put(v1::PutSiteRequest::Mode mode, const std::string& id, std::uint64_t revision = 0) {
    v1::PutSiteRequest request;
    request.set_mode(mode);
    request.mutable_site()->set_id(id);
    request.mutable_site()->set_name("renamed");
    request.mutable_site()->set_revision(revision);
    return request;
  }
  grpc::StatusCode put_as(Role role, const v1::PutSiteRequest& request, v1::Site* site = nullptr) {
    v1::Site ignored;
    grpc::ClientContext context;
    return as(role)->PutSite(&context, request, site != nullptr ? site : &ignored).error_code();
  }
  grpc::Status call(Role role, v1::CallSiteRequest request, v1::SiteReply* reply) {
    grpc::ClientContext context;
    return as(role)->CallSite(&context, request, reply);
  }
  v1::AuditEntry last_audit() {
    v1::ListAuditReply reply;
    grpc::ClientContext context;
    EXPECT_TRUE(as(Role::Admin)->ListAudit(&context, {}, &reply).ok());
    EXPECT_TRUE(reply.chain_intact()) << reply.chain_error();
    for (const v1::AuditEntry& entry : reply.entries()) {
      if (entry.verb() != "make-operator") {  // the fixture makes one for every call
        return entry;
      }
    }
    return {};
  }

  RunningController controller_;
};

TEST_F(NocTest, TheCallerIsWhoTheCertificateSays) {
  v1::VersionReply reply;
  grpc::ClientContext context;
  ASSERT_TRUE(as(Role::Viewer)->GetVersion(&context, {}, &reply).ok());
  EXPECT_EQ(reply.caller(), "amina");
  EXPECT_EQ(reply.role(), "viewer");
}

TEST_F(NocTest, ASiteIsAddedEditedAndNeverOverwritten) {
  v1::Site site;
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_ADD, "borgo-darey"), &site), grpc::StatusCode::OK);
  EXPECT_EQ(site.revision(), 1U);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_ADD, "borgo-darey")), grpc::StatusCode::ALREADY_EXISTS);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_EDIT, "borgo-darey", 1), &site), grpc::StatusCode::OK);
  EXPECT_EQ(site.revision(), 2U);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_EDIT, "borgo-darey", 1)), grpc::StatusCode::ABORTED);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_EDIT, "nowhere")), grpc::StatusCode::NOT_FOUND);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_ADD, "Not A Name")),
            grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_UNSPECIFIED, "x")), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(last_audit().outcome(), "refused");
}

TEST_F(NocTest, EveryRoleMayDoWhatItIsForAndARefusalIsAudited) {
  const v1::PutSiteRequest edit = put(v1::PutSiteRequest::MODE_EDIT, "sadore");
  EXPECT_EQ(put_as(Role::Viewer, edit), grpc::StatusCode::PERMISSION_DENIED);
  const v1::AuditEntry refusal = last_audit();
  EXPECT_EQ(refusal.who(), "operator amina (viewer)");
  EXPECT_EQ(refusal.verb(), "edit-site");
  EXPECT_EQ(refusal.outcome(), "refused");
  EXPECT_EQ(put_as(Role::Operator, edit), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(put_as(Role::Engineer, edit), grpc::StatusCode::OK);
  EXPECT_EQ(put_as(Role::Admin, edit), grpc::StatusCode::OK);
  EXPECT_EQ(last_audit().outcome(), "done");
  v1::ListAuditReply audit;
  grpc::ClientContext context;
  EXPECT_EQ(as(Role::Engineer)->ListAudit(&context, {}, &audit).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  v1::EnrolmentBundle bundle;
  v1::CreateEnrolTokenRequest token;
  token.set_site_id("sadore");
  grpc::ClientContext token_context;
  EXPECT_EQ(as(Role::Operator)->CreateEnrolToken(&token_context, token, &bundle).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(NocTest, ASitesCertificateOpensNothingHere) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  const auto noc = v1::Noc::NewStub(controller_.channel(credentials->certificate_pem, credentials->key_pem));
  v1::ListSitesReply sites;
  grpc::ClientContext list;
  EXPECT_EQ(noc->ListSites(&list, {}, &sites).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  v1::Site site;
  grpc::ClientContext edit;
  EXPECT_EQ(noc->PutSite(&edit, put(v1::PutSiteRequest::MODE_EDIT, "sadore"), &site).error_code(),
            grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(last_audit().who(), "site sadore");
}

TEST_F(NocTest, ListsSitesByRegionAndState) {
  put_as(Role::Engineer, put(v1::PutSiteRequest::MODE_ADD, "borgo-darey"));
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  v1::ListSitesRequest request;
  v1::ListSitesReply all;
  grpc::ClientContext first;
  ASSERT_TRUE(as(Role::Viewer)->ListSites(&first, request, &all).ok());
  ASSERT_EQ(all.sites_size(), 2);
  EXPECT_EQ(all.sites(0).site().id(), "borgo-darey");
  EXPECT_FALSE(all.sites(0).has_age_ms());
  request.add_states(v1::SITE_STATE_UP);
  request.set_region("Tillabéri");
  v1::ListSitesReply up;
  grpc::ClientContext second;
  ASSERT_TRUE(as(Role::Viewer)->ListSites(&second, request, &up).ok());
  ASSERT_EQ(up.sites_size(), 1);
  EXPECT_EQ(up.sites(0).site().id(), "sadore");
}

TEST_F(NocTest, ACallToAnOfflineSiteIsUnavailableAndAudited) {
  v1::CallSiteRequest request;
  request.set_site_id("sadore");
  request.mutable_request()->mutable_status();
  v1::SiteReply reply;
  EXPECT_EQ(call(Role::Viewer, request, &reply).error_code(), grpc::StatusCode::UNAVAILABLE);
  EXPECT_EQ(last_audit().verb(), "ask-status");
  EXPECT_EQ(last_audit().outcome(), "refused");
  request.set_site_id("nowhere");
  EXPECT_EQ(call(Role::Viewer, request, &reply).error_code(), grpc::StatusCode::NOT_FOUND);
}

TEST_F(NocTest, ACallReachesTheSiteAndItsAnswerComesBack) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  std::thread router{[&] {
    while (const auto frame = site.receive()) {
      if (frame->has_data() && frame->data().has_request()) {
        EXPECT_EQ(frame->data().request().asked_by(), "amina");
        EXPECT_GT(frame->data().request().epoch(), 0U);
        v1::SiteReply reply;
        reply.set_id(frame->data().request().id());
        reply.mutable_done()->set_text("flushed");
        site.send_reply(1, reply);
        return;
      }
    }
  }};
  v1::CallSiteRequest request;
  request.set_site_id("sadore");
  request.mutable_request()->mutable_flush();
  v1::SiteReply reply;
  EXPECT_TRUE(call(Role::Operator, request, &reply).ok());
  router.join();
  EXPECT_EQ(reply.done().text(), "flushed");
  EXPECT_EQ(last_audit().verb(), "flush");
  EXPECT_EQ(last_audit().outcome(), "done");
  EXPECT_EQ(call(Role::Viewer, request, &reply).error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(NocTest, AnOrderIsInTheAuditLogWithWhatItSaysAndHowItEnded) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  v1::SiteRequest received;
  std::thread router{[&] {
    while (const auto frame = site.receive()) {
      if (frame->has_data() && frame->data().has_request()) {
        received = frame->data().request();
        v1::SiteReply reply;
        reply.set_id(received.id());
        reply.set_code(static_cast<std::uint32_t>(ErrorCode::NotFound));
        reply.set_error("there is no uplink 'lte'");
        site.send_reply(1, reply);
        return;
      }
    }
  }};
  v1::CallSiteRequest request;
  request.set_site_id("sadore");
  v1::UplinkOrder& order = *request.mutable_request()->mutable_order();
  order.set_act(v1::UPLINK_ACT_HOLD);
  order.set_uplink("lte");
  order.set_seconds(7200);
  order.set_why("the SIM is lent");
  v1::SiteReply reply;
  EXPECT_EQ(call(Role::Operator, request, &reply).error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(last_audit().outcome(), "refused");
  EXPECT_TRUE(call(Role::Engineer, request, &reply).ok());
  router.join();
  EXPECT_EQ(received.order().uplink(), "lte");
  EXPECT_EQ(received.order().seconds(), 7200U);
  EXPECT_EQ(received.asked_by(), "amina");
  EXPECT_EQ(last_audit().verb(), "uplink-hold");
  EXPECT_EQ(last_audit().object(), "sadore");
  EXPECT_EQ(last_audit().outcome(), "failed");
  EXPECT_EQ(last_audit().detail(), "lte for 7200 s: the SIM is lent; there is no uplink 'lte'");
}

TEST_F(NocTest, AnOrderThatNobodyMeansNeverReachesTheSite) {
  v1::CallSiteRequest request;
  request.set_site_id("sadore");
  request.mutable_request()->mutable_order()->set_act(v1::UPLINK_ACT_HOLD);
  request.mutable_request()->mutable_order()->set_uplink("lte");
  v1::SiteReply reply;
  EXPECT_EQ(call(Role::Engineer, request, &reply).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(last_audit().verb(), "uplink-hold");
  EXPECT_EQ(last_audit().outcome(), "refused");
  EXPECT_EQ(last_audit().detail(), "a hold needs a reason");
}

TEST_F(NocTest, UplinksOfTheFleetComeWithTheClassesThatTheyCarry) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  v1::Hello hello;
  hello.set_agent_version("1.0");
  hello.set_session_nonce(7);
  v1::StateReport& state = *hello.mutable_state();
  state.set_active_uplink("vsat");
  for (const char* id : {"vsat", "lte"}) {
    v1::UplinkState& uplink = *state.add_uplinks();
    uplink.set_id(id);
    uplink.set_state(std::string{id} == "vsat" ? "up" : "held");
  }
  for (const char* id : {"control", "public"}) {
    v1::ClassState& one = *state.add_classes();
    one.set_id(id);
    one.set_uplink(std::string{id} == "control" ? "vsat" : "");
  }
  ASSERT_TRUE(site.hello(hello));
  const auto list = [&](const v1::ListUplinksRequest& request) {
    grpc::ClientContext context;
    v1::ListUplinksReply reply;
    const grpc::Status status = as(Role::Viewer)->ListUplinks(&context, request, &reply);
    return std::pair{status.error_code(), reply};
  };
  const auto [code, all] = list({});
  EXPECT_EQ(code, grpc::StatusCode::OK);
  ASSERT_EQ(all.uplinks_size(), 2);
  EXPECT_EQ(all.uplinks(0).site_id(), "sadore");
  EXPECT_EQ(all.uplinks(0).region(), "Tillabéri");
  EXPECT_EQ(all.uplinks(0).site_state(), v1::SITE_STATE_UP);
  EXPECT_TRUE(all.uplinks(0).active());
  ASSERT_EQ(all.uplinks(0).classes_size(), 1);
  EXPECT_EQ(all.uplinks(0).classes(0), "control");
  EXPECT_FALSE(all.uplinks(1).active());
  EXPECT_EQ(all.uplinks(1).classes_size(), 0);
  v1::ListUplinksRequest request;
  request.add_states("held");
  EXPECT_EQ(list(request).second.uplinks(0).uplink().id(), "lte");
  request.set_region("Agadez");
  EXPECT_EQ(list(request).second.uplinks_size(), 0);
  request.set_site_id("nowhere");
  EXPECT_EQ(list(request).first, grpc::StatusCode::NOT_FOUND);
}

TEST_F(NocTest, ASiteThatDoesNotAnswerIsADeadline) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  v1::CallSiteRequest request;
  request.set_site_id("sadore");
  request.set_timeout_ms(200);
  request.mutable_request()->mutable_status();
  v1::SiteReply reply;
  EXPECT_EQ(call(Role::Viewer, request, &reply).error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
}

TEST_F(NocTest, AnAlarmIsFoundByItsNumber) {
  const auto credentials = enrol(controller_, controller_.bundle("sadore"));
  TestSite site{controller_, *credentials};
  ASSERT_TRUE(site.hello());
  site.send_alarm(1, "UPLINK_DOWN", true, 1'790'000'000'000'000);
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_ALARM, 1));
  v1::GetAlarmRequest request;
  request.set_id(1);
  v1::Alarm alarm;
  grpc::ClientContext context;
  ASSERT_TRUE(as(Role::Viewer)->GetAlarm(&context, request, &alarm).ok());
  EXPECT_EQ(alarm.message(), "UPLINK_DOWN");
  EXPECT_EQ(alarm.level(), "error");
  EXPECT_FALSE(alarm.advice().empty());
  request.set_id(99);
  grpc::ClientContext other;
  EXPECT_EQ(as(Role::Viewer)->GetAlarm(&other, request, &alarm).error_code(), grpc::StatusCode::NOT_FOUND);
}

}  // namespace
}  // namespace karkara
