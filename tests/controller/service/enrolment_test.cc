#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fmt/format.h>

#include <atomic>
#include <thread>

#include "common/echo_keys.h"
#include "common/revoked_certificates.h"
#include "controller/identity/anchor_master.h"
#include "controller/identity/openssl.h"
#include "karkara/v1/enrolment.grpc.pb.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

using testing::HasSubstr;

class EnrolmentTest : public testing::Test {
 protected:
  EnrolmentTest() { controller_.add_site("sadore"); }
  grpc::StatusCode code_of(const v1::EnrolmentBundle& bundle) {
    grpc::Status status;
    enrol(controller_, bundle, &status);
    return status.error_code();
  }
  std::vector<v1::AuditEntry> audit() {
    v1::ListAuditReply reply;
    grpc::ClientContext context;
    EXPECT_TRUE(
        v1::Noc::NewStub(controller_.operator_channel("root", Role::Admin))->ListAudit(&context, {}, &reply).ok());
    EXPECT_TRUE(reply.chain_intact()) << reply.chain_error();
    return {reply.entries().begin(), reply.entries().end()};
  }
  int refusals() {
    int found = 0;
    for (const v1::AuditEntry& entry : audit()) {
      found += entry.verb() == "enrol" && entry.outcome() == "refused" ? 1 : 0;
    }
    return found;
  }

  RunningController controller_;
};

TEST_F(EnrolmentTest, ATokenIsGoodOnce) {
  const v1::EnrolmentBundle bundle = controller_.bundle("sadore");
  EXPECT_EQ(code_of(bundle), grpc::StatusCode::OK);
  EXPECT_EQ(code_of(bundle), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(refusals(), 1);
}

TEST_F(EnrolmentTest, ARouterWhoseAnswerWasLostAsksAgainAndWorks) {
  const v1::EnrolmentBundle bundle = controller_.bundle("sadore");
  const auto first = enrol(controller_, bundle);
  ASSERT_TRUE(first);
  const auto second = enrol_with(controller_, bundle, first->key_pem);
  ASSERT_TRUE(second) << "a drive to the mast for a lost packet";
  EXPECT_EQ(refusals(), 0);
  for (const auto& credentials : {*first, *second}) {
    TestSite site{controller_, credentials};
    EXPECT_TRUE(site.hello()) << "the answers may have overtaken each other";
  }
  EXPECT_EQ(code_of(bundle), grpc::StatusCode::PERMISSION_DENIED) << "another key";
}

TEST_F(EnrolmentTest, ARevokedRouterIsRefusedAndTheOthersHearOfIt) {
  controller_.add_site("borgo-darey");
  const auto stolen = enrol(controller_, controller_.bundle("sadore"));
  const auto other = enrol(controller_, controller_.bundle("borgo-darey"));
  ASSERT_TRUE(stolen && other);
  const v1::EnrolmentBundle kept = controller_.bundle("sadore");
  TestSite thief{controller_, *stolen};
  TestSite neighbour{controller_, *other};
  ASSERT_TRUE(thief.hello());
  const auto welcome = neighbour.hello();
  ASSERT_TRUE(welcome);
  EXPECT_FALSE(welcome->has_revoked()) << "there is nothing to tell";
  const auto revoke = [&](Role role, const std::string& site, v1::RevokeSiteReply& reply) {
    v1::RevokeSiteRequest request;
    request.set_site_id(site);
    grpc::ClientContext context;
    return v1::Noc::NewStub(controller_.operator_channel("amina", role))
        ->RevokeSite(&context, request, &reply)
        .error_code();
  };
  v1::RevokeSiteReply reply;
  EXPECT_EQ(revoke(Role::Viewer, "sadore", reply), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_EQ(revoke(Role::Engineer, "nowhere", reply), grpc::StatusCode::NOT_FOUND);
  ASSERT_EQ(revoke(Role::Engineer, "sadore", reply), grpc::StatusCode::OK);
  EXPECT_EQ(reply.certificates(), 1U);
  EXPECT_EQ(thief.finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  std::string serial;
  while (serial.empty()) {
    const auto frame = neighbour.receive();
    ASSERT_TRUE(frame);
    if (frame->data().has_revoked()) {
      ASSERT_EQ(frame->data().revoked().serials_size(), 1);
      EXPECT_EQ(frame->data().frame_class(), v1::FRAME_CLASS_CONFIG);
      serial = frame->data().revoked().serials(0);
    }
  }
  const auto certificate = certificate_from_pem(stolen->certificate_pem);
  std::string hex;
  for (const char c : serial) {
    hex += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  EXPECT_EQ(hex, serial_hex(certificate->get()));
  TestSite again{controller_, *stolen};
  EXPECT_FALSE(again.hello());
  EXPECT_EQ(code_of(kept), grpc::StatusCode::PERMISSION_DENIED) << "its old bundle";
  neighbour.cut();
  TestSite later{controller_, *other};
  v1::Hello knows_nothing;
  const auto second = later.hello(knows_nothing);
  ASSERT_TRUE(second);
  EXPECT_EQ(second->revoked().serials_size(), 1) << "who was away is told with the welcome";
  later.cut();
  TestSite knowing{controller_, *other};
  v1::Hello knows;
  knows.set_revoked_hash(hash_of_revoked({hex}));
  const auto third = knowing.hello(knows);
  ASSERT_TRUE(third);
  EXPECT_FALSE(third->has_revoked());
}

TEST_F(EnrolmentTest, WrongForeignAndExpiredTokensGetTheSameAnswerAndAreAudited) {
  controller_.add_site("borgo-darey");
  v1::EnrolmentBundle wrong = controller_.bundle("sadore");
  wrong.set_token("AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA");
  v1::EnrolmentBundle foreign = controller_.bundle("sadore");
  foreign.set_site_id("borgo-darey");
  v1::EnrolmentBundle unknown = controller_.bundle("sadore");
  unknown.set_site_id("nowhere");
  v1::CreateEnrolTokenRequest request;
  request.set_site_id("sadore");
  request.set_valid_seconds(1);
  v1::EnrolmentBundle expired;
  grpc::ClientContext context;
  ASSERT_TRUE(v1::Noc::NewStub(controller_.operator_channel("amina", Role::Engineer))
                  ->CreateEnrolToken(&context, request, &expired)
                  .ok());
  std::this_thread::sleep_for(std::chrono::milliseconds{1100});  // by the wall clock, which no test may set
  std::set<std::string> answers;
  for (const v1::EnrolmentBundle* bundle : {&wrong, &foreign, &unknown, &expired}) {
    grpc::Status status;
    enrol(controller_, *bundle, &status);
    EXPECT_EQ(status.error_code(), grpc::StatusCode::PERMISSION_DENIED);
    answers.insert(status.error_message());
  }
  EXPECT_EQ(answers.size(), 1U) << "an answer that differs tells a guesser something";
  EXPECT_EQ(refusals(), 4);
}

TEST_F(EnrolmentTest, OfManyRoutersWithOneTokenOneIsEnrolled) {
  const v1::EnrolmentBundle bundle = controller_.bundle("sadore");
  std::atomic<int> enrolled{0};
  std::vector<std::thread> routers;
  for (int i = 0; i < 12; ++i) {
    routers.emplace_back([&] { enrolled += enrol(controller_, bundle) ? 1 : 0; });
  }
  for (std::thread& router : routers) {
    router.join();
  }
  EXPECT_EQ(enrolled, 1);
}

TEST_F(EnrolmentTest, ABrokenRequestDoesNotUseTheTokenUp) {
  const v1::EnrolmentBundle bundle = controller_.bundle("sadore");
  v1::EnrolRequest request;
  request.set_site_id("sadore");
  request.set_token(bundle.token());
  request.set_csr_der("rubbish");
  v1::EnrolReply reply;
  grpc::ClientContext context;
  const auto stub = v1::Enrolment::NewStub(controller_.enrolment_channel());
  EXPECT_EQ(stub->Enrol(&context, request, &reply).error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  EXPECT_EQ(code_of(bundle), grpc::StatusCode::OK);
}

TEST_F(EnrolmentTest, TheBundleHoldsAllThatARouterNeeds) {
  const v1::EnrolmentBundle bundle = controller_.bundle("sadore");
  EXPECT_EQ(bundle.controller(), controller_.endpoint());
  EXPECT_EQ(bundle.enrolment(), controller_.enrolment_endpoint());
  EXPECT_THAT(bundle.ca_certificate(), HasSubstr("BEGIN CERTIFICATE"));
  const auto keys = load_anchor_master(controller_.state_dir());
  EXPECT_EQ(bundle.anchor_key_generation(), keys->newest().generation);
  EXPECT_EQ(bundle.anchor_key(), keys->newest().site_key(bundle.anchor_key_id()).hex());
  EXPECT_EQ(controller_.bundle("sadore").anchor_key_id(), bundle.anchor_key_id());
}

TEST_F(EnrolmentTest, TheStrangersDoorServesNothingElse) {
  v1::ListSitesReply reply;
  grpc::ClientContext context;
  const auto noc = v1::Noc::NewStub(controller_.enrolment_channel());
  EXPECT_EQ(noc->ListSites(&context, {}, &reply).error_code(), grpc::StatusCode::UNIMPLEMENTED);
}

TEST_F(EnrolmentTest, WhatAStrangerCallsItselfCannotForgeALine) {
  v1::EnrolRequest request;
  request.set_site_id("sadore\n<0>forged");
  v1::EnrolReply reply;
  grpc::ClientContext context;
  EXPECT_EQ(v1::Enrolment::NewStub(controller_.enrolment_channel())->Enrol(&context, request, &reply).error_code(),
            grpc::StatusCode::INVALID_ARGUMENT);
  for (const v1::AuditEntry& entry : audit()) {
    EXPECT_EQ(entry.object().find('\n'), std::string::npos);
  }
}

}  // namespace
}  // namespace karkara
