#include "controller/service/site_calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

class FakeSession final : public SiteSessionPort {
 public:
  Status send(const v1::SiteRequest& request) override {
    requests.push_back(request);
    return refuse ? Status{Error{ErrorCode::ResourceExhausted, "full"}} : Status{};
  }
  void end(const Error&) override {}
  std::vector<v1::SiteRequest> requests;
  bool refuse = false;
};

class SiteCallsTest : public testing::Test {
 protected:
  void call(Duration timeout = 30s) {
    calls_.call(sadore_, {}, timeout, [this](const Result<v1::SiteReply>& reply) {
      outcomes_.push_back(reply ? 0 : static_cast<int>(reply.error().code));
    });
  }
  v1::SiteReply reply_to(std::size_t request) {
    v1::SiteReply reply;
    reply.set_id(session_->requests.at(request).id());
    return reply;
  }

  FakeClock clock_;
  SessionTable sessions_;
  SiteCalls calls_{sessions_, clock_, 9};
  SiteId sadore_ = SiteId::parse("sadore").value();
  std::shared_ptr<FakeSession> session_ = std::make_shared<FakeSession>();
  std::vector<int> outcomes_;
};

TEST_F(SiteCallsTest, ASiteWithoutASessionIsUnavailableAtOnce) {
  call();
  EXPECT_THAT(outcomes_, testing::ElementsAre(static_cast<int>(ErrorCode::Unavailable)));
}

TEST_F(SiteCallsTest, AnAnswerFindsItsQuestionOnce) {
  sessions_.replace(sadore_, session_);
  call();
  call();
  EXPECT_NE(session_->requests[0].id(), session_->requests[1].id());
  EXPECT_EQ(session_->requests[0].epoch(), 9U);
  EXPECT_EQ(session_->requests[0].expires_in_ms(), 30'000U);
  calls_.answer(sadore_, reply_to(1));
  calls_.answer(sadore_, reply_to(1));
  EXPECT_THAT(outcomes_, SizeIs(1));
}

TEST_F(SiteCallsTest, AnotherSiteCannotAnswer) {
  sessions_.replace(sadore_, session_);
  call();
  calls_.answer(SiteId::parse("borgo-darey").value(), reply_to(0));
  EXPECT_THAT(outcomes_, SizeIs(0));
}

TEST_F(SiteCallsTest, ACallEndsAtItsDeadlineAndALateAnswerIsNothing) {
  sessions_.replace(sadore_, session_);
  call(10s);
  clock_.advance(10s - 1ns);
  calls_.expire();
  EXPECT_THAT(outcomes_, SizeIs(0));
  clock_.advance(1ns);
  calls_.expire();
  calls_.answer(sadore_, reply_to(0));
  EXPECT_THAT(outcomes_, testing::ElementsAre(static_cast<int>(ErrorCode::DeadlineExceeded)));
}

TEST_F(SiteCallsTest, AfterTheStopNothingWaitsAnyMore) {
  sessions_.replace(sadore_, session_);
  call();
  calls_.stop({ErrorCode::Unavailable, "stopping"});
  call();
  EXPECT_THAT(outcomes_, SizeIs(2));
}

TEST_F(SiteCallsTest, ASiteThatDoesNotReadRefusesTheCall) {
  sessions_.replace(sadore_, session_);
  session_->refuse = true;
  call();
  clock_.advance(60s);
  calls_.expire();
  EXPECT_THAT(outcomes_, testing::ElementsAre(static_cast<int>(ErrorCode::ResourceExhausted)));
}

}  // namespace
}  // namespace karkara
