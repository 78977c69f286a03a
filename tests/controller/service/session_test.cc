#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "common/telemetry_block.h"
#include "controller/identity/openssl.h"
#include "controller/store/block_log.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string block(std::uint64_t sequence, double volts) {
  BlockContent content;
  content.sequence = sequence;
  content.clock_trusted = true;
  const auto now = std::chrono::system_clock::now().time_since_epoch();
  content.first_at = WallTime{std::chrono::floor<std::chrono::milliseconds>(now)};
  content.interval = 60s;
  content.offsets = {0ms};
  content.columns.push_back(column_of(SeriesId::BatteryVoltage, "charger"));
  content.columns.back().values = {volts};
  const auto bytes = encode_block(content);
  EXPECT_TRUE(bytes) << (bytes ? "" : bytes.error().text);
  return {reinterpret_cast<const char*>(bytes->data()), bytes->size()};
}

class SessionTest : public testing::Test {
 protected:
  SessionTest() {
    controller_.add_site("sadore");
    credentials_ = *enrol(controller_, controller_.bundle("sadore"));
    viewer_ = v1::Noc::NewStub(controller_.operator_channel("amina", Role::Viewer));
  }
  v1::SiteDetail detail() {
    v1::GetSiteRequest request;
    request.set_id("sadore");
    v1::SiteDetail detail;
    grpc::ClientContext context;
    const grpc::Status status = viewer_->GetSite(&context, request, &detail);
    EXPECT_TRUE(status.ok()) << status.error_message();
    return detail;
  }
  // Bounded: what a session brought about shows within a moment.
  template <class Condition>
  bool becomes(Condition condition) {
    for (int i = 0; i < 400; ++i) {
      if (condition(detail())) {
        return true;
      }
      std::this_thread::sleep_for(25ms);
    }
    return false;
  }

  RunningController controller_{{.heartbeat_interval = 1000ms}};
  SiteCredentials credentials_;
  std::unique_ptr<v1::Noc::Stub> viewer_;
};

TEST_F(SessionTest, HelloIsAnsweredByWelcomeAndTheSiteIsUp) {
  EXPECT_EQ(detail().state(), v1::SITE_STATE_UNKNOWN);
  TestSite site{controller_, credentials_};
  v1::Hello hello;
  hello.set_agent_version("0.1.0");
  hello.mutable_state()->set_active_uplink("vsat");
  const auto welcome = site.hello(hello);
  ASSERT_TRUE(welcome);
  EXPECT_GT(welcome->epoch(), 0U);
  EXPECT_EQ(welcome->heartbeat_interval_ms(), 1000U);
  EXPECT_EQ(welcome->acknowledged_block(), 0U);
  const v1::SiteDetail seen = detail();
  EXPECT_EQ(seen.state(), v1::SITE_STATE_UP);
  EXPECT_TRUE(seen.session_open());
  EXPECT_EQ(seen.agent_version(), "0.1.0");
  EXPECT_EQ(seen.report().active_uplink(), "vsat");
  EXPECT_TRUE(seen.enrolled());
}

TEST_F(SessionTest, ABlockIsAcknowledgedWhenItIsOnTheDiskAndItsValueIsShown) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  for (std::uint64_t sequence = 1; sequence <= 100; ++sequence) {
    site.send_block(sequence, block(sequence, 25.0 + static_cast<double>(sequence) / 100));
  }
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_TELEMETRY, 100));
  const v1::SiteDetail seen = detail();
  ASSERT_EQ(seen.values_size(), 1);
  EXPECT_EQ(seen.values(0).name(), "battery_volts");
  EXPECT_DOUBLE_EQ(seen.values(0).value(), 26.0);
  site.cut();
  controller_.stop();
  HostFileSystem files;
  std::set<std::uint64_t> stored;
  for (const auto& day : std::filesystem::directory_iterator{controller_.state_dir() / "telemetry"}) {
    const auto log = RecordLog::open(files, day.path().string(), 64U << 20U);
    for (std::uint64_t at = log->first(); at < log->next(); at = log->at_or_after(at + 1)) {
      stored.insert(decode_stored_block(log->read(at).value())->sequence);
    }
  }
  EXPECT_EQ(stored.size(), 100U);
}

TEST_F(SessionTest, ARestartShowsTheLastKnownWithItsAgeAndWelcomesWithTheLastBlock) {
  {
    TestSite site{controller_, credentials_};
    ASSERT_TRUE(site.hello());
    site.send_block(41, block(41, 25.5));
    site.send_alarm(1, "UPLINK_DOWN", true, 1'790'000'000'000'000);
    ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_TELEMETRY, 41));
  }
  controller_.stop();
  controller_.start();
  const v1::SiteDetail seen = detail();
  ASSERT_EQ(seen.values_size(), 1);
  EXPECT_DOUBLE_EQ(seen.values(0).value(), 25.5);
  EXPECT_GE(seen.values(0).age_ms(), 0);
  ASSERT_TRUE(seen.has_age_ms());
  EXPECT_EQ(seen.state(), v1::SITE_STATE_DEGRADED);
  EXPECT_EQ(seen.alarms_size(), 1);
  TestSite site{controller_, credentials_};
  EXPECT_EQ(site.hello()->acknowledged_block(), 41U);
}

TEST_F(SessionTest, AnUnreadableBlockIsStoredAndAcknowledgedAllTheSame) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  site.send_block(1, "rubbish");
  EXPECT_TRUE(site.await_ack(v1::FRAME_CLASS_TELEMETRY, 1));
  EXPECT_THAT(controller_.log_text(), HasSubstr("BLOCK_REFUSED"));
}

TEST_F(SessionTest, ANewerSessionReplacesTheOlderAndTheSiteStaysUp) {
  TestSite old_session{controller_, credentials_};
  ASSERT_TRUE(old_session.hello());
  TestSite new_session{controller_, credentials_};
  ASSERT_TRUE(new_session.hello());
  EXPECT_EQ(old_session.finish().error_code(), grpc::StatusCode::ABORTED);
  new_session.send_heartbeat(5);
  EXPECT_EQ(new_session.receive()->heartbeat().count(), 5U);
  EXPECT_TRUE(detail().session_open()) << "the end of the old session says nothing about the new one";
}

TEST_F(SessionTest, AlarmsAreRaisedClearedAndRepeatedWithoutDoubles) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  for (int round = 0; round < 2; ++round) {
    site.send_alarm(1, "UPLINK_DOWN", true, 1'790'000'000'000'000);
    site.send_alarm(2, "UPLINK_DOWN", false, 1'790'000'060'000'000);
    site.send_alarm(3, "UPLINK_DOWN", true, 1'790'000'120'000'000);
  }
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_ALARM, 3));
  site.send_heartbeat(1);
  while (!site.receive()->has_heartbeat()) {
  }
  v1::ListAlarmsRequest request;
  request.set_include_cleared(true);
  v1::ListAlarmsReply reply;
  grpc::ClientContext context;
  ASSERT_TRUE(viewer_->ListAlarms(&context, request, &reply).ok());
  ASSERT_EQ(reply.alarms_size(), 2);
  EXPECT_TRUE(reply.alarms(0).active());
  EXPECT_FALSE(reply.alarms(1).active());
  EXPECT_EQ(reply.alarms(1).cleared_unix_ms(), 1'790'000'060'000);
  EXPECT_EQ(detail().state(), v1::SITE_STATE_DEGRADED);
}

TEST_F(SessionTest, AHelloWithoutAnAlarmClearsIt) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  site.send_alarm(1, "UPLINK_DOWN", true, 1'790'000'000'000'000);
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_ALARM, 1));
  EXPECT_EQ(detail().state(), v1::SITE_STATE_DEGRADED);
  ASSERT_TRUE(site.hello());
  EXPECT_EQ(detail().state(), v1::SITE_STATE_UP);
}

TEST_F(SessionTest, AMuteSiteBecomesUnreachableAndItsSessionIsEnded) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::DEADLINE_EXCEEDED);
  EXPECT_TRUE(becomes(
      [](const v1::SiteDetail& seen) { return seen.state() == v1::SITE_STATE_UNREACHABLE && !seen.session_open(); }));
}

TEST_F(SessionTest, WhatIsNoProtocolEndsTheSession) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  v1::AgentFrame second_hello;
  second_hello.mutable_hello();
  site.send(second_hello);
  EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(site.hello());
  site.send(v1::AgentFrame{});
  EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
  ASSERT_TRUE(site.hello());
  v1::AgentFrame wrong_class;
  wrong_class.mutable_data()->mutable_alarm()->set_message("UPLINK_DOWN");
  site.send(wrong_class);
  EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::INVALID_ARGUMENT);
}

TEST_F(SessionTest, AFrameLargerThanAnyBlockEndsTheSession) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  site.send_block(1, std::string(2U << 20U, 'x'));
  EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::RESOURCE_EXHAUSTED);
}

TEST_F(SessionTest, AStateReportIsAcknowledgedAndShown) {
  TestSite site{controller_, credentials_};
  ASSERT_TRUE(site.hello());
  v1::StateReport state;
  state.set_active_uplink("lte");
  state.add_uplinks()->set_id("lte");
  site.send_state(1, state);
  ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_CONTROL, 1));
  EXPECT_EQ(detail().report().active_uplink(), "lte");
}

TEST_F(SessionTest, ACertificateIsRenewedForTheIdentityThatCalls) {
  std::string key;
  v1::RenewRequest request;
  request.set_csr_der(fresh_request_der(&key));
  v1::RenewReply reply;
  grpc::ClientContext context;
  const auto link = v1::SiteLink::NewStub(controller_.channel(credentials_.certificate_pem, credentials_.key_pem));
  ASSERT_TRUE(link->Renew(&context, request, &reply).ok());
  TestSite site{controller_, {reply.certificate_pem(), key}};
  EXPECT_TRUE(site.hello());
  TestSite with_the_old{controller_, credentials_};
  EXPECT_TRUE(with_the_old.hello()) << "renewal does not cut off a site that lost the answer";
}

TEST_F(SessionTest, AnotherEnrolmentCutsTheOldDeviceOff) {
  TestSite old_device{controller_, credentials_};
  ASSERT_TRUE(old_device.hello());
  const auto fresh = enrol(controller_, controller_.bundle("sadore"));
  ASSERT_TRUE(fresh);
  EXPECT_EQ(old_device.finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  EXPECT_FALSE(old_device.hello());
  EXPECT_EQ(old_device.finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
  TestSite new_device{controller_, *fresh};
  EXPECT_TRUE(new_device.hello());
}

TEST_F(SessionTest, OnlySitesMayOpenASession) {
  const v1::OperatorContext admin = controller_.operator_context("root", Role::Admin);
  TestSite impostor{controller_, {admin.certificate(), admin.private_key()}};
  EXPECT_FALSE(impostor.hello());
  EXPECT_EQ(impostor.finish().error_code(), grpc::StatusCode::PERMISSION_DENIED);
}

TEST_F(SessionTest, ACertificateOfAnotherRootGetsNowhere) {
  const RunningController elsewhere;
  elsewhere.add_site("sadore");
  const auto foreign = enrol(elsewhere, elsewhere.bundle("sadore"));
  TestSite impostor{controller_, *foreign};
  EXPECT_FALSE(impostor.hello());
  EXPECT_EQ(impostor.finish().error_code(), grpc::StatusCode::UNAVAILABLE) << "no TLS, no call";
}

TEST_F(SessionTest, WithoutACertificateThereIsNoCall) {
  TestSite stranger{controller_, {"", ""}};
  EXPECT_FALSE(stranger.hello());
  EXPECT_EQ(stranger.finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

}  // namespace
}  // namespace karkara
