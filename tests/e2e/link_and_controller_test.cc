// The agent's link against the real controller: real certificates, real TLS, real disk on both sides.
#include <grpcpp/channel.h>
#include <gtest/gtest.h>

#include <atomic>
#include <thread>

#include "common/host/config_writer.h"
#include "karkara/v1/noc.grpc.pb.h"
#include "tests/agent/io/link_bench.h"
#include "tests/controller/support/running_controller.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

class LinkAndController : public testing::Test {
 protected:
  LinkAndController() { controller.add_site("borgo-darey"); }
  void put_bundle() const {
    std::ofstream{bench.settings.enrolment.bundle_path} << write_config(controller.bundle("borgo-darey"));
  }
  bool opens(int sessions = 1) {
    return bench.until([&] { return bench.count<SessionOpened>() >= sessions; });
  }
  bool acknowledged(FrameClass frame_class, std::uint64_t sequence) {
    return bench.until([&] {
      for (const Event& event : bench.events) {
        const auto* ack = std::get_if<FrameAcknowledged>(&event);
        if (ack != nullptr && ack->frame_class == frame_class && ack->sequence >= sequence) {
          return true;
        }
      }
      return false;
    });
  }

  RunningController controller{RunningController::Options{.heartbeat_interval = 1000ms}};
  LinkBench bench;
};

TEST_F(LinkAndController, ARouterEnrolsAndItsSessionCarriesAlarmsAndTelemetry) {
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens()) << bench.logged() << controller.log_text();
  EXPECT_FALSE(bench.anchor_keys.empty());
  bench.link->send(SendAlarm{1, {{MessageId::UplinkDown, "lte"}, true, bench.clock.wall(), {{"why", "no carrier"}}}});
  bench.link->send(SendBlock{1, {std::byte{1}, std::byte{2}}});
  EXPECT_TRUE(acknowledged(FrameClass::Alarm, 1));
  EXPECT_TRUE(acknowledged(FrameClass::Telemetry, 1));
}

TEST_F(LinkAndController, ATokenIsGoodOnce) {
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  bench.link.reset();
  std::filesystem::remove_all(bench.settings.state_dir);
  bench.start_and_allow();
  EXPECT_TRUE(bench.until([&] { return bench.said("the controller refused: the token is wrong, used or expired"); }));
}

TEST_F(LinkAndController, AnOperatorsQuestionIsAnswered) {
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  v1::SiteReply reply;
  grpc::Status status;
  std::atomic<bool> done = false;
  std::thread operator_thread{[&] {
    const auto noc = v1::Noc::NewStub(controller.operator_channel("amina", Role::Engineer));
    grpc::ClientContext context;
    v1::CallSiteRequest request;
    request.set_site_id("borgo-darey");
    request.mutable_request()->mutable_flush();
    status = noc->CallSite(&context, request, &reply);
    done = true;
  }};
  const bool asked = bench.until([&] { return bench.count<SiteRequest>() == 1 || done; });
  if (const auto* request = bench.last<SiteRequest>()) {
    EXPECT_NE(request->asked_by.find("amina"), std::string::npos);
    EXPECT_EQ(request->kind, RequestKind::Flush);
    bench.link->answer({request->id, request->channel, std::string{"flushed"}});
  }
  bench.until([&] { return done.load(); });
  operator_thread.join();
  EXPECT_TRUE(asked);
  EXPECT_TRUE(status.ok()) << status.error_message();
  EXPECT_EQ(reply.done().text(), "flushed");
}

TEST_F(LinkAndController, HeartbeatsAreAnswered) {
  bench.settings.session.policy.least_heartbeat = 100ms;
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  EXPECT_FALSE(bench.until([&] { return bench.count<SessionClosed>() > 0; }, 4s));  // silence counts from 2.5 s
}

TEST_F(LinkAndController, AControllerThatRestartsIsDialledAgainWithTheSameIdentity) {
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  controller.stop();
  ASSERT_TRUE(bench.until([&] { return bench.said("failed: "); }));
  EXPECT_EQ(bench.count<SessionClosed>(), 1);
  controller.start();
  EXPECT_TRUE(opens(2));
}

TEST_F(LinkAndController, ACertificateNearItsEndIsRenewed) {
  bench.settings.renewal.look_interval = 20ms;
  put_bundle();
  bench.start_and_allow();
  ASSERT_TRUE(opens());
  const std::string first_key = bench.identity_files().load()->key_pem;
  bench.clock.shift = 70 * 24h;
  ASSERT_TRUE(bench.until([&] { return bench.logged().find("CERTIFICATE_RENEWED") != std::string::npos; }))
      << bench.logged() << controller.log_text();
  bench.clock.shift = 0s;
  EXPECT_NE(bench.identity_files().load()->key_pem, first_key);
  controller.stop();
  controller.start();
  EXPECT_TRUE(opens(2));
}

}  // namespace
}  // namespace karkara
