#include "agent/io/controller_session.h"

#include <arpa/inet.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "tests/agent/io/link_bench.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

class ControllerSessionTest : public testing::Test {
 protected:
  void open() {
    bench.put_identity(controller, authority);
    bench.start_and_allow();
    ASSERT_TRUE(opens(1));
  }
  bool opens(int sessions) {
    return bench.until([&] { return bench.count<SessionOpened>() >= sessions; });
  }
  void request(std::uint64_t id, std::uint64_t epoch = 3) {
    v1::ControllerFrame frame;
    frame.mutable_data()->set_sequence(++sequence);
    v1::SiteRequest& request = *frame.mutable_data()->mutable_request();
    request.set_id(id);
    request.set_epoch(epoch);
    request.set_asked_by("aissa");
    request.set_expires_in_ms(5000);
    request.mutable_explain_uplink();
    controller.send(frame);
  }
  std::vector<v1::SiteReply> replies() {
    std::vector<v1::SiteReply> found;
    for (const v1::AgentFrame& frame : controller.seen().frames) {
      if (frame.data().has_reply()) {
        found.push_back(frame.data().reply());
      }
    }
    return found;
  }
  TestAuthority authority;
  FakeController controller{authority};
  LinkBench bench;
  std::uint64_t sequence = 0;
};

TEST_F(ControllerSessionTest, ADroppedSessionIsSaidAndDialledAgain) {
  open();
  controller.close_sessions();
  ASSERT_TRUE(opens(2));
  ASSERT_EQ(bench.count<SessionClosed>(), 1);
  EXPECT_EQ(bench.last<SessionClosed>()->why, "closed by the test");
  EXPECT_NE(controller.seen().frames.front().hello().session_nonce(),
            controller.seen().frames.back().hello().session_nonce());
}

TEST_F(ControllerSessionTest, RevokedCertificatesBecomeAnEventAndHelloTellsWhichAreKnown) {
  open();
  v1::ControllerFrame frame;
  v1::Data& data = *frame.mutable_data();
  data.set_frame_class(v1::FRAME_CLASS_CONFIG);
  data.set_sequence(1);
  data.mutable_revoked()->add_serials(std::string("\x0a\xff", 2));
  data.mutable_revoked()->add_serials("");
  data.mutable_revoked()->add_serials(std::string(21, 'x'));
  controller.send(frame);
  ASSERT_TRUE(bench.until([&] { return bench.count<CertificatesRevoked>() > 0; }));
  EXPECT_EQ(bench.last<CertificatesRevoked>()->serials, std::vector<std::string>{"0aff"}) << "the others are none";
  DescribeSelf knowing;
  knowing.revoked_hash = 77;
  bench.link->describe(knowing);
  controller.close_sessions();
  ASSERT_TRUE(opens(2));
  EXPECT_EQ(controller.seen().frames.back().hello().revoked_hash(), 77U);
}

TEST_F(ControllerSessionTest, ASilentControllerIsGivenUpAfterTwoAndAHalfIntervals) {
  controller.change([](auto& behaviour) {
    behaviour.heartbeat_interval_ms = 100;
    behaviour.answers_heartbeats = false;
  });
  open();
  ASSERT_TRUE(bench.until([&] { return bench.count<SessionClosed>() > 0; }));
  EXPECT_NE(bench.last<SessionClosed>()->why.find("silent for"), std::string::npos);
  int heartbeats = 0;
  for (const v1::AgentFrame& frame : controller.seen().frames) {
    heartbeats += frame.has_heartbeat() ? 1 : 0;
  }
  EXPECT_EQ(heartbeats, 2);
}

TEST_F(ControllerSessionTest, AnsweredHeartbeatsKeepTheSession) {
  controller.change([](auto& behaviour) { behaviour.heartbeat_interval_ms = 40; });
  open();
  EXPECT_FALSE(bench.until([&] { return bench.count<SessionClosed>() > 0; }, 400ms));
}

TEST_F(ControllerSessionTest, AControllerThatDoesNotWelcomeIsGivenUp) {
  controller.change([](auto& behaviour) { behaviour.welcomes = false; });
  bench.settings.session.policy.dial_timeout = 300ms;
  bench.put_identity(controller, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return controller.seen().sessions >= 2; }));
  EXPECT_TRUE(bench.said("no answer within"));
  EXPECT_EQ(bench.count<SessionOpened>(), 0);
  EXPECT_EQ(bench.count<SessionClosed>(), 0);
}

TEST_F(ControllerSessionTest, AcknowledgementsBecomeEvents) {
  open();
  bench.link->send(SendBlock{41, {std::byte{1}, std::byte{2}}});
  bench.link->send(SendAlarm{1, {{MessageId::UplinkDown, "lte"}, true, WallTime{5s}, {}}});
  bench.link->send(SendState{{}, WallTime{5s}});
  ASSERT_TRUE(bench.until([&] { return bench.count<FrameAcknowledged>() >= 2; }));
  std::map<FrameClass, std::uint64_t> acknowledged;
  for (const Event& event : bench.events) {
    if (const auto* ack = std::get_if<FrameAcknowledged>(&event)) {
      acknowledged[ack->frame_class] = ack->sequence;
    }
  }
  EXPECT_EQ(acknowledged, (std::map<FrameClass, std::uint64_t>{{FrameClass::Alarm, 1}, {FrameClass::Telemetry, 41}}));
}

TEST_F(ControllerSessionTest, AnAcknowledgementOfWhatWasNeverSentIsIgnored) {
  open();
  v1::ControllerFrame frame;
  frame.mutable_ack()->set_frame_class(v1::FRAME_CLASS_TELEMETRY);
  frame.mutable_ack()->set_sequence(1'000'000);
  controller.send(frame);
  controller.send(v1::ControllerFrame{});  // of a newer controller
  request(1);
  ASSERT_TRUE(bench.until([&] { return bench.count<SiteRequest>() == 1; }));
  EXPECT_EQ(bench.count<FrameAcknowledged>(), 0);
}

TEST_F(ControllerSessionTest, ARequestBecomesAnEventAndItsAnswerAReply) {
  open();
  const Instant before = bench.clock.now();
  request(11);
  ASSERT_TRUE(bench.until([&] { return bench.count<SiteRequest>() == 1; }));
  const SiteRequest& asked = *bench.last<SiteRequest>();
  EXPECT_EQ(asked.channel, 0U);
  EXPECT_EQ(asked.asked_by, "aissa");
  EXPECT_EQ(asked.kind, RequestKind::ExplainUplink);
  ASSERT_TRUE(asked.expires);
  EXPECT_GE(*asked.expires, before + 5s);
  EXPECT_LT(*asked.expires, before + 10s);
  StateReport report;
  report.active_uplink = "vsat";
  bench.link->answer({11, 0, report});
  ASSERT_TRUE(bench.until([&] { return !replies().empty(); }));
  EXPECT_EQ(replies()[0].id(), 11U);
  EXPECT_EQ(replies()[0].explanation().active(), "vsat");
}

TEST_F(ControllerSessionTest, ARequestThatComesTwiceIsCarriedOutOnce) {
  open();
  request(11);
  request(11);
  request(12);
  ASSERT_TRUE(bench.until([&] { return bench.last<SiteRequest>() != nullptr && bench.last<SiteRequest>()->id == 12; }));
  EXPECT_EQ(bench.count<SiteRequest>(), 2);
}

TEST_F(ControllerSessionTest, ARequestOfAnOlderEpochIsRefused) {
  open();
  request(11, 2);
  ASSERT_TRUE(bench.until([&] { return !replies().empty(); }));
  EXPECT_EQ(replies()[0].code(), 9U);
  EXPECT_EQ(bench.count<SiteRequest>(), 0);
}

TEST_F(ControllerSessionTest, WhatChangedBetweenHelloAndWelcomeIsToldAfterWelcome) {
  controller.change([](auto& behaviour) { behaviour.welcomes = false; });
  bench.put_identity(controller, authority);
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return controller.seen().frames.size() == 1; }));
  bench.description.report.active_uplink = "lte";
  bench.link->describe(bench.description);
  v1::ControllerFrame welcome;
  welcome.mutable_welcome();
  controller.send(welcome);
  ASSERT_TRUE(bench.until([&] { return controller.seen().frames.size() == 2; }));
  EXPECT_EQ(controller.seen().frames[1].data().state().active_uplink(), "lte");
}

TEST_F(ControllerSessionTest, HurryKeepsASessionThatAnswers) {
  open();
  bench.link->hurry("traffic moved to lte");
  EXPECT_FALSE(bench.until([&] { return bench.count<SessionClosed>() > 0; }, 1500ms));
  EXPECT_EQ(controller.seen().sessions, 1);
}

TEST_F(ControllerSessionTest, HurryDialsAnewWhenTheOldConnectionIsDeaf) {
  open();
  controller.change([](auto& behaviour) { behaviour.answers_heartbeats = false; });
  bench.link->hurry("traffic moved to lte");
  ASSERT_TRUE(bench.until([&] { return controller.seen().sessions == 2; }));
  EXPECT_EQ(bench.last<SessionClosed>()->why, "no answer after the way out changed: traffic moved to lte");
  EXPECT_TRUE(opens(2));
}

TEST_F(ControllerSessionTest, NothingIsSentWithoutASession) {
  bench.put_identity(controller, authority);
  bench.start();
  bench.link->send(SendBlock{41, {std::byte{1}}});
  bench.link->send(SendAlarm{1, {{MessageId::UplinkDown, "lte"}, true, WallTime{5s}, {}}});
  bench.link->answer({11, 0, std::string{"done"}});
  bench.link->describe(bench.description);
  bench.link->allow(true);
  ASSERT_TRUE(opens(1));
  bench.link->send(SendState{{}, WallTime{5s}});
  ASSERT_TRUE(bench.until([&] { return controller.seen().frames.size() >= 2; }));
  EXPECT_TRUE(controller.seen().frames[1].data().has_state());
}

TEST_F(ControllerSessionTest, StopEndsTheSessionForGood) {
  open();
  bench.link->stop();
  EXPECT_EQ(bench.last<SessionClosed>()->why, "the agent stops");
  ASSERT_TRUE(bench.until([&] { return controller.seen().ended == 1; }));
  EXPECT_FALSE(bench.until([&] { return controller.seen().sessions > 1; }, 200ms));
}

// TCP connects and TLS stays silent, as behind a path that eats large packets.
class SilentServer {
 public:
  SilentServer() : fd_{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    EXPECT_EQ(::bind(fd_, reinterpret_cast<const sockaddr*>(&address), size), 0);
    EXPECT_EQ(::listen(fd_, 16), 0);
    EXPECT_EQ(::getsockname(fd_, reinterpret_cast<sockaddr*>(&address), &size), 0);
    endpoint = "127.0.0.1:" + std::to_string(ntohs(address.sin_port));
  }
  ~SilentServer() { ::close(fd_); }
  SilentServer(const SilentServer&) = delete;
  SilentServer& operator=(const SilentServer&) = delete;
  std::string endpoint;

 private:
  int fd_;
};

TEST_F(ControllerSessionTest, APathThatEatsTheHandshakeIsGivenUpAndTheLinkCanBeDestroyedMeanwhile) {
  const SilentServer silent;
  const Bundle bundle = test_bundle(authority.root_pem(), silent.endpoint);
  const TestAuthority::Signed site = authority.site(bundle.spiffe_id());
  ASSERT_TRUE(bench.identity_files().store({bundle, site.key_pem, site.certificate_pem, authority.root_pem(), {}}));
  bench.settings.session.policy.dial_timeout = 200ms;
  bench.start_and_allow();
  ASSERT_TRUE(bench.until([&] { return bench.said("attempt 1 failed: no answer within"); }));
  ASSERT_TRUE(bench.until([&] { return bench.said("dialling (attempt 2)"); }));
  const Instant before = bench.clock.now();
  bench.link.reset();
  EXPECT_LT(bench.clock.now() - before, 2s);
}

TEST_F(ControllerSessionTest, AThousandFramesArriveInOrder) {
  open();
  for (std::uint64_t i = 1; i <= 1000; ++i) {
    bench.link->send(SendBlock{i, {std::byte{1}}});
    if (i % 50 == 0) {
      ASSERT_TRUE(bench.until([&] {
        const auto* ack = bench.last<FrameAcknowledged>();
        return ack != nullptr && ack->sequence == i;
      }));
    }
  }
  std::uint64_t expected = 1;
  for (const v1::AgentFrame& frame : controller.seen().frames) {
    if (frame.data().has_block()) {
      EXPECT_EQ(frame.data().sequence(), expected++);
    }
  }
  EXPECT_EQ(expected, 1001U);
}

// As on a router: no server in the process keeps gRPC's threads alive between two dials.
TEST(ControllerSessionAlone, DialsAHundredTimesWithoutHarm) {
  const TestAuthority authority;
  LinkBench bench;
  const Bundle bundle = test_bundle(authority.root_pem(), "127.0.0.1:1");  // refused at once
  const TestAuthority::Signed site = authority.site(bundle.spiffe_id());
  ASSERT_TRUE(bench.identity_files().store({bundle, site.key_pem, site.certificate_pem, authority.root_pem(), {}}));
  bench.settings.session.policy.backoff = {2ms, 2ms, 2ms, 1s};
  bench.start_and_allow();
  EXPECT_TRUE(bench.until([&] { return bench.said("dialling (attempt 100)"); }, 60s));
}

}  // namespace
}  // namespace karkara
