// What the Wi-Fi worker needs of the machine: programs that are waited for, daemons that are asked, marks on disk.
#include <gtest/gtest.h>
#include <linux/netlink.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>

#include <algorithm>
#include <chrono>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <span>
#include <thread>
#include <vector>

#include "agent/io/control_socket.h"
#include "agent/io/driver_rebind.h"
#include "agent/io/driver_thread.h"
#include "agent/io/netlink_conversation.h"
#include "agent/io/program.h"
#include "agent/io/wifi_daemons.h"
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

TEST_F(FolderTest, APeerOfTheSupplicantsIsKickedByTheSupplicant) {
  const FileDescriptor daemon{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un at{};
  at.sun_family = AF_UNIX;
  (folder_ + "/mesh0").copy(at.sun_path, sizeof at.sun_path - 1);
  ASSERT_EQ(::bind(daemon.number(), reinterpret_cast<const sockaddr*>(&at), sizeof at), 0);
  std::vector<std::string> asked;
  std::thread answering{[&] {
    for (const char* answer : {"OK\n", "FAIL\n"}) {
      char bytes[64]{};
      sockaddr_un from{};
      socklen_t length = sizeof from;
      const ssize_t size =
          ::recvfrom(daemon.number(), bytes, sizeof bytes, 0, reinterpret_cast<sockaddr*>(&from), &length);
      asked.emplace_back(bytes, static_cast<std::size_t>(std::max<ssize_t>(size, 0)));
      (void)::sendto(daemon.number(), answer, std::strlen(answer), 0, reinterpret_cast<const sockaddr*>(&from), length);
    }
  }};
  const WifiDaemons daemons{{folder_, folder_, seconds{1}, seconds{10}, seconds{1}}};
  const KickMeshPeer kick{"mesh0", *MacAddress::parse("02:00:00:00:01:0A")};
  const Status first = daemons.kick(kick);
  const Status second = daemons.kick(kick);
  answering.join();
  EXPECT_TRUE(first.ok());
  ASSERT_FALSE(second.ok());
  EXPECT_EQ(second.error().code, ErrorCode::NotFound);
  EXPECT_EQ(asked, (std::vector<std::string>(2, "MESH_PEER_REMOVE 02:00:00:00:01:0a")));
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

// hostapd as tests/fakes/fake_hostapd.py behaves.
class DaemonTest : public FolderTest {
 protected:
  DaemonTest() {
    WifiDaemons::Terms terms;
    terms.hostapd = folder_;
    terms.answers = terms.ends = milliseconds{500};
    daemons_ = WifiDaemons{terms};
  }
  ~DaemonTest() override { (void)kill_program(marks_.pid_path("ap0")).ok(); }
  Status start(const std::string& more = {}) {
    return daemons_.start({WifiDaemon::Hostapd, "ap0", KARKARA_SOURCE_DIR "/tests/fakes/fake_hostapd.py",
                           "interface=ap0\nctrl_interface=" + folder_ + "\n" + more, "hostapd 0123"},
                          marks_);
  }
  [[nodiscard]] bool is_there() const { return daemons_.look(WifiDaemon::Hostapd, "ap0").has_value(); }
  [[nodiscard]] bool has_configuration() const { return std::filesystem::exists(marks_.configuration_path("ap0")); }

  WifiMarks marks_{folder_ + "/wifi"};
  WifiDaemons daemons_;
  const StopWifiDaemon stop_{WifiDaemon::Hostapd, "ap0"};
};

TEST_F(DaemonTest, OneThatIsAskedToEndsAndItsPassphraseGoes) {
  ASSERT_TRUE(marks_.put("ap0", {"", true}).ok());
  const Status started = start();
  ASSERT_TRUE(started.ok()) << started.error().text;
  EXPECT_EQ(daemons_.look(WifiDaemon::Hostapd, "ap0")->state, "ENABLED");
  EXPECT_EQ(marks_.of("ap0"), (WifiMark{"hostapd 0123", true}));
  EXPECT_TRUE(daemons_.stop(stop_, marks_).ok());
  EXPECT_FALSE(is_there());
  EXPECT_EQ(marks_.of("ap0"), (WifiMark{"", true})) << "the interface is still the agent's";
  EXPECT_FALSE(has_configuration());
  EXPECT_TRUE(daemons_.stop(stop_, marks_).ok()) << "what is done is done again without harm";
}

TEST_F(DaemonTest, OneThatDoesNotHearIsKilledAndAnotherProgramsIsNot) {
  ASSERT_TRUE(start("stubborn=1\n").ok());
  const std::string pid = marks_.pid_path("ap0");
  std::filesystem::rename(pid, pid + ".away");
  const Status other = daemons_.stop(stop_, marks_);
  ASSERT_FALSE(other.ok()) << "nothing proves that it is ours";
  EXPECT_EQ(marks_.of("ap0").text, "hostapd 0123") << "its mark is what ends it later";
  EXPECT_TRUE(is_there());
  std::filesystem::rename(pid + ".away", pid);
  const Status killed = daemons_.stop(stop_, marks_);
  EXPECT_TRUE(killed.ok()) << killed.error().text;
  EXPECT_FALSE(is_there());
}

TEST_F(DaemonTest, WhatCannotStartSaysWhyAndLeavesNothing) {
  const Status failed = start("fails=1\n");
  ASSERT_FALSE(failed.ok());
  EXPECT_TRUE(failed.error().text.ends_with("Could not set channel for kernel driver")) << failed.error().text;
  EXPECT_EQ(marks_.of("ap0"), WifiMark{});
  EXPECT_FALSE(has_configuration());
}

TEST(DriverThread, DoesWhatItWasAskedInOrderAndBeforeItEnds) {
  std::vector<int> done;
  std::thread::id where;
  {
    DriverThread driver;
    driver.run([&] {
      std::this_thread::sleep_for(milliseconds{20});  // a firmware that boots
      where = std::this_thread::get_id();
    });
    for (int i = 0; i < 3; ++i) {
      driver.run([&, i] { done.push_back(i); });
    }
  }
  EXPECT_EQ(done, (std::vector{0, 1, 2}));
  EXPECT_NE(where, std::this_thread::get_id());
  const DriverThread idle;
}

TEST(AgentUnit, EndsTheAgentAloneAndNotTheVillagesWifi) {
  std::ifstream unit{KARKARA_SOURCE_DIR "/configs/systemd/karkara-agent.service"};
  const std::string text{std::istreambuf_iterator<char>{unit}, {}};
  EXPECT_NE(text.find("\nKillMode=process\n"), std::string::npos);
}

// A device with a driver, as sysfs shows them; what is written stays, since no kernel takes it.
class DriverTest : public FolderTest {
 protected:
  std::filesystem::path device(const char* bus) {
    namespace fs = std::filesystem;
    const fs::path driver = fs::path{folder_} / bus / "driver";
    const fs::path device = fs::path{folder_} / bus / "0000:00:01.0";
    fs::create_directories(driver);
    fs::create_directories(device);
    fs::create_directories(fs::path{folder_} / "bus" / bus);
    fs::create_symlink(fs::path{folder_} / "bus" / bus, device / "subsystem");
    fs::create_symlink(driver, device / "driver");
    return device;
  }
  static std::string line(const std::filesystem::path& file) {
    std::filesystem::permissions(file, std::filesystem::perms::owner_all);
    std::ifstream in{file};
    std::string text;
    std::getline(in, text);
    return text;
  }
  static constexpr RebindPace kQuick{milliseconds{1}, 3};
};

TEST_F(DriverTest, IsTakenOffAndPutOn) {
  const auto radio = device("pci");
  for (const char* order : {"unbind", "bind"}) {
    std::ofstream{radio / "driver" / order};
    std::filesystem::permissions(radio / "driver" / order, std::filesystem::perms::owner_write);  // as sysfs has them
  }
  EXPECT_TRUE(rebind_driver(radio, kQuick).ok());
  EXPECT_EQ(line(radio / "driver" / "unbind"), "0000:00:01.0");
  EXPECT_EQ(line(radio / "driver" / "bind"), "0000:00:01.0");
}

TEST_F(DriverTest, WhatIsNoHardwareIsLeftAndARefusalIsTold) {
  const auto simulated = device("mac80211_hwsim");
  std::ofstream{simulated / "driver" / "unbind"};
  EXPECT_TRUE(rebind_driver(simulated, kQuick).ok());
  EXPECT_EQ(line(simulated / "driver" / "unbind"), "");
  EXPECT_TRUE(rebind_driver(folder_ + "/gone", kQuick).ok());
  const auto radio = device("usb");
  EXPECT_EQ(rebind_driver(radio, kQuick).error().code, ErrorCode::PermissionDenied) << "it cannot be taken off";
}

TEST(NetlinkConversation, WaitsAsLongAsItIsToldTo) {
  auto kernel = NetlinkConversation::open(NETLINK_ROUTE, milliseconds{30});
  ASSERT_TRUE(kernel.ok());
  nlmsghdr nothing{};  // it is not acknowledged
  nothing.nlmsg_len = sizeof nothing;
  nothing.nlmsg_type = NLMSG_NOOP;
  const auto begun = std::chrono::steady_clock::now();
  const auto ending = kernel->ask(std::as_writable_bytes(std::span{&nothing, 1}));
  ASSERT_FALSE(ending.ok());
  EXPECT_EQ(ending.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_LT(std::chrono::steady_clock::now() - begun, seconds{1});
}

}  // namespace
}  // namespace karkara
