// What the Wi-Fi worker needs of the machine: programs that are waited for, daemons that are asked, marks on disk.
#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <thread>

#include "agent/io/control_socket.h"
#include "agent/io/program.h"
#include "agent/io/wifi_marks.h"
#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(Program, SaysItsLastLineWhenItFails) {
  EXPECT_TRUE(run_program({"/bin/true"}, seconds{10}).ok());
  const Status failed =
      run_program({"/bin/sh", "-c", "echo first; echo 'Failed:\tno such phy' >&2; echo ended; exit 3"}, seconds{10});
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().text, "/bin/sh: Failed: no such phy");
  EXPECT_EQ(run_program({"/bin/sh", "-c", "exit 3"}, seconds{10}).error().text, "/bin/sh: ended with 3");
  EXPECT_EQ(run_program({"/nowhere/hostapd"}, seconds{10}).error().code, ErrorCode::Unavailable);
}

TEST(Program, IsKilledAfterItsTimeAndOneThatLeavesADaemonIsNotWaitedFor) {
  const auto begun = std::chrono::steady_clock::now();
  EXPECT_EQ(run_program({"/bin/sleep", "30"}, milliseconds{200}).error().code, ErrorCode::DeadlineExceeded);
  EXPECT_TRUE(run_program({"/bin/sh", "-c", "sleep 3 & exit 0"}, seconds{20}).ok());
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds{3});
}

class FolderTest : public testing::Test {
 protected:
  FolderTest() {
    std::string name = (std::filesystem::temp_directory_path() / "wifi-XXXXXX").string();
    folder_ = ::mkdtemp(name.data());
  }
  ~FolderTest() override { std::filesystem::remove_all(folder_); }
  std::string folder_;
};

TEST_F(FolderTest, ADaemonAnswersOrIsNotThere) {
  const std::string path = folder_ + "/ap0";
  EXPECT_EQ(ask_daemon(path, "STATUS", milliseconds{50}).error().code, ErrorCode::NotFound);
  const FileDescriptor daemon{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  path.copy(at.sun_path, sizeof at.sun_path - 1);
  ASSERT_EQ(::bind(daemon.number(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  EXPECT_EQ(ask_daemon(path, "STATUS", milliseconds{50}).error().code, ErrorCode::DeadlineExceeded);
  std::thread answering{[&] {
    char bytes[16]{};
    sockaddr_un from{};
    socklen_t length = sizeof from;
    (void)::recvfrom(daemon.number(), bytes, sizeof bytes, 0, nullptr, nullptr);  // the one before
    (void)::recvfrom(daemon.number(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &length);
    (void)::sendto(daemon.number(), "OK\n", 3, 0, reinterpret_cast<const sockaddr*>(&from), length);
  }};
  const auto answer = ask_daemon(path, "TERMINATE", seconds{10});
  answering.join();
  ASSERT_TRUE(answer.ok()) << answer.error().text;
  EXPECT_EQ(*answer, "OK\n");
}

TEST_F(FolderTest, ADaemonThatReadsNoCommandsIsThere) {
  const std::string path = folder_ + "/ap0";
  const FileDescriptor daemon{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  path.copy(at.sun_path, sizeof at.sun_path - 1);
  ASSERT_EQ(::bind(daemon.number(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  bool full = false;
  constexpr int kMoreThanItsQueue = 2'000;  // net.unix.max_dgram_qlen
  for (int i = 0; i < kMoreThanItsQueue && !full; ++i) {
    const auto answer = ask_daemon(path, "STATUS", milliseconds{0});
    ASSERT_EQ(answer.error().code, ErrorCode::DeadlineExceeded) << answer.error().text;
    full = answer.error().text.ends_with("reads no commands");
  }
  EXPECT_TRUE(full);
}

TEST_F(FolderTest, ADaemonIsKilledByItsPidFileAndNobodyElseIs) {
  const std::string pid = folder_ + "/ap0.pid";
  const std::string other = folder_ + "/ap1.pid";
  const auto started = run_program({"/bin/sh", "-c",
                                    "/bin/sh -c 'echo $$ > \"$0\"; while :; do sleep 0.1; done' \"$0\" & "
                                    "until test -s \"$0\"; do sleep 0.05; done",
                                    pid},
                                   seconds{20});
  ASSERT_TRUE(started.ok()) << started.error().text;
  std::filesystem::copy_file(pid, other);
  EXPECT_EQ(kill_program(other).error().code, ErrorCode::NotFound) << "it was not started with this file";
  EXPECT_TRUE(kill_program(pid).ok());
  EXPECT_EQ(kill_program(pid).error().code, ErrorCode::NotFound);
  for (const char* odd : {"", "1", "0", "-5", "99999999999", "x"}) {
    std::ofstream{other} << odd;
    EXPECT_EQ(kill_program(other).error().code, ErrorCode::NotFound) << odd;
  }
}

TEST_F(FolderTest, MarksOutliveTheAgentAndForeignFilesAreNone) {
  const std::string folder = folder_ + "/wifi";
  WifiMarks marks{folder};
  EXPECT_TRUE(marks.all().empty());
  ASSERT_TRUE(marks.put("mesh0", {"mesh 0123", true}).ok());
  ASSERT_TRUE(marks.put("wlan0", {"", false}).ok());
  ASSERT_TRUE(marks.write_configuration("ap0", "wpa_passphrase=eau-fraiche\n").ok());
  std::ofstream{folder + "/odd.mark"} << "whatever";
  std::ofstream{folder + "/a name too long for one.mark"} << "made x";
  const std::map<std::string, WifiMark> wanted{{"mesh0", {"mesh 0123", true}}, {"wlan0", {"", false}}};
  EXPECT_EQ(WifiMarks{folder}.all(), wanted);
  EXPECT_FALSE(marks.put("../evil", {"", true}).ok());
  EXPECT_FALSE(marks.write_configuration("a/b", "x").ok());
  struct stat seen {};
  ASSERT_EQ(::stat(marks.configuration_path("ap0").c_str(), &seen), 0);
  EXPECT_EQ(seen.st_mode & 0777U, 0600U) << "it has a passphrase";
  marks.remove("mesh0");
  EXPECT_EQ(marks.of("mesh0"), WifiMark{});
}

}  // namespace
}  // namespace karkara
