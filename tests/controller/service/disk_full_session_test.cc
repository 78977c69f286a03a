// A controller whose disk fills up while sites talk to it: a real file system of 8 MiB, in a mount namespace of our
// own.
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sched.h>
#include <sys/mount.h>
#include <unistd.h>

#include <cstdlib>
#include <thread>

#include "karkara/v1/noc.grpc.pb.h"
#include "tests/controller/support/test_site.h"
#include "tests/support/test_folder.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

void fill(const std::filesystem::path& file) {
  const int fd = ::open(file.c_str(), O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
  for (std::size_t chunk = 4096; chunk > 0; chunk /= 16) {
    const std::string rubbish(chunk, 'x');
    while (::write(fd, rubbish.data(), rubbish.size()) > 0) {
    }
  }
  ::close(fd);
}

TEST(DiskFullSession, TheSiteStaysUpNothingIsAcknowledgedAndLaterItSendsAnew) {
  const TestFolder disk;
  if (::unshare(CLONE_NEWNS) != 0 || ::mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) != 0 ||
      ::mount("none", disk.path().c_str(), "tmpfs", 0, "size=8m") != 0) {
    GTEST_SKIP() << "no right to mount a file system";
  }
  ::setenv("TMPDIR", disk.path().c_str(), 1);
  {
    const RunningController controller{{.heartbeat_interval = 60'000ms}};
    controller.add_site("sadore");
    const auto credentials = enrol(controller, controller.bundle("sadore"));
    const v1::EnrolmentBundle spare = controller.bundle("sadore");
    const auto viewer = v1::Noc::NewStub(controller.operator_channel("amina", Role::Viewer));
    TestSite site{controller, *credentials};
    ASSERT_TRUE(site.hello());
    site.send_block(1, "block");
    ASSERT_TRUE(site.await_ack(v1::FRAME_CLASS_TELEMETRY, 1));

    fill(disk.path() / "filler");
    for (std::uint64_t sequence = 2; sequence <= 10; ++sequence) {
      site.send_block(sequence, std::string(8192, 'x'));
    }
    grpc::Status refused;
    for (int i = 0; i < 50 && refused.error_code() != grpc::StatusCode::UNAVAILABLE; ++i) {
      enrol(controller, spare, &refused);  // until the last free page of the database is used up too
    }
    site.send_heartbeat(1);
    std::uint64_t acknowledged = 1;
    for (auto frame = site.receive(); frame && !frame->has_heartbeat(); frame = site.receive()) {
      acknowledged = frame->has_ack() ? frame->ack().sequence() : acknowledged;
    }
    EXPECT_LT(acknowledged, 10U);
    v1::GetSiteRequest request;
    request.set_id("sadore");
    v1::SiteDetail detail;
    grpc::ClientContext context;
    ASSERT_TRUE(viewer->GetSite(&context, request, &detail).ok());
    EXPECT_EQ(detail.state(), v1::SITE_STATE_UP) << "a full disk here is no fault of the site";
    EXPECT_THAT(controller.log_text(), HasSubstr("STORE_TROUBLE"));

    std::filesystem::remove(disk.path() / "filler");
    bool ended = false;
    for (std::uint64_t beat = 2; beat < 200 && !ended; ++beat) {
      std::this_thread::sleep_for(50ms);  // the store tries the disk every two seconds
      site.send_heartbeat(beat);
      ended = !site.receive();
    }
    ASSERT_TRUE(ended);
    EXPECT_EQ(site.finish().error_code(), grpc::StatusCode::UNAVAILABLE);
    EXPECT_EQ(site.hello()->acknowledged_block(), acknowledged);
    for (std::uint64_t sequence = acknowledged + 1; sequence <= 10; ++sequence) {
      site.send_block(sequence, std::string(8192, 'x'));
    }
    EXPECT_TRUE(site.await_ack(v1::FRAME_CLASS_TELEMETRY, 10));
  }
  ::umount(disk.path().c_str());
}

}  // namespace
}  // namespace karkara
