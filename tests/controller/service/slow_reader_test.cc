#include <gtest/gtest.h>

#include <cstdio>
#include <fstream>

#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"

namespace karkara {
namespace {

// A site that sends and sends, and a watcher that never reads: the controller goes on answering everybody else, and
// what waits for them stays small (OutgoingQueue and SiteWatch hold the bound; here it is seen to hold in the whole).
TEST(SlowReader, ASiteThatNeverReadsHoldsNobodyUp) {
  const RunningController controller;
  controller.add_site("sadore");
  controller.add_site("borgo-darey");
  const auto mute = enrol(controller, controller.bundle("sadore"));
  const auto lively = enrol(controller, controller.bundle("borgo-darey"));
  TestSite never_reads{controller, *mute};
  ASSERT_TRUE(never_reads.hello());
  const auto viewer = v1::Noc::NewStub(controller.operator_channel("amina", Role::Viewer));
  grpc::ClientContext watching;
  const auto never_read = viewer->WatchSites(&watching, {});
  for (std::uint64_t i = 1; i <= 3000; ++i) {
    never_reads.send_heartbeat(i);
    if (i % 10 == 0) {
      never_reads.send_alarm(i, "UPLINK_DOWN", i % 20 == 0, static_cast<std::int64_t>(i));
    }
  }
  TestSite other{controller, *lively};
  ASSERT_TRUE(other.hello());
  other.send_block(1, "block");
  EXPECT_TRUE(other.await_ack(v1::FRAME_CLASS_TELEMETRY, 1));
  watching.TryCancel();
}

}  // namespace
}  // namespace karkara
