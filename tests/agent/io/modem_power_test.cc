#include "agent/io/modem_power.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <optional>

namespace karkara {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;

class ModemPower : public testing::Test {
 protected:
  ModemPower() {
    std::string pattern = std::filesystem::temp_directory_path() / "karkara-power-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
    std::filesystem::create_directories(folder_ + "/1-1.2");
    std::ofstream{folder_ + "/1-1.2/authorized"} << "1\n";
  }
  ~ModemPower() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream in{folder_ + "/" + name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  Status run(PowerCycleModem cycle, seconds patience = seconds{20}) {
    std::optional<ModemCommandDone> done;
    ModemPowerAdapter power{io_, [&](ModemCommandDone event) { done = std::move(event); }, {folder_, patience}};
    cycle.id = 7;
    power.run(cycle);
    EXPECT_FALSE(done) << "only after run() has returned";
    for (int i = 0; i < 100 && !done; ++i) {
      io_.restart();
      io_.run_one_for(seconds{1});
    }
    by_ = done ? done->text : std::string{};
    return done && done->id == 7 ? done->status : Status{Error{ErrorCode::Aborted, "no answer"}};
  }
  // A pipe in a file's place keeps everything that is written.
  [[nodiscard]] int pipe_at(const std::string& name) const {
    const std::string file = folder_ + "/" + name;
    std::filesystem::create_directories(std::filesystem::path{file}.parent_path());
    std::filesystem::remove(file);
    EXPECT_EQ(::mkfifo(file.c_str(), 0600), 0);
    return ::open(file.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  }
  static std::string drained(int pipe) {
    std::string written(16, '\0');
    const auto length = ::read(pipe, written.data(), written.size());
    ::close(pipe);
    return written.substr(0, static_cast<std::size_t>(length > 0 ? length : 0));
  }
  std::string by_;
  std::string folder_;
  boost::asio::io_context io_;
};

PowerCycleModem by_command(std::vector<std::string> argv) {
  return {0, std::move(argv), "", seconds{0}, {}};
}

TEST_F(ModemPower, WithoutASwitchOfItsHubTheUsbPortIsClosedAndOpenedAgain) {
  const int pipe = pipe_at("1-1.2/authorized");
  EXPECT_TRUE(run({0, {}, "1-1.2", seconds{1}, {}}).ok());
  EXPECT_EQ(drained(pipe), "0\n1\n");
  EXPECT_EQ(by_, "USB authorisation of 1-1.2") << "which cuts no power, and must not be told as if it did";
}

TEST_F(ModemPower, TheHubsSwitchOfThePortIsUsedWhereTheKernelHasIt) {
  const int authorized = pipe_at("1-1.2/authorized");
  const int port = pipe_at("1-1:1.0/1-1-port2/disable");
  const int peer = pipe_at("1-1:1.0/1-1-port2/peer/disable");
  EXPECT_TRUE(run({0, {}, "1-1.2", seconds{1}, {}}).ok());
  EXPECT_EQ(drained(port), "1\n0\n");
  EXPECT_EQ(drained(peer), "1\n0\n") << "the USB 3 half of the same socket";
  EXPECT_EQ(drained(authorized), "");
  EXPECT_EQ(by_, "USB port 1-1.2 of its hub");
}

TEST_F(ModemPower, APortOfTheRootHubIsFoundAndAModemThatIsGoneNeedsNotBeThere) {
  const int port = pipe_at("2-0:1.0/usb2-port4/disable");
  EXPECT_TRUE(run({0, {}, "2-4", seconds{1}, {}}).ok());
  EXPECT_EQ(drained(port), "1\n0\n");
}

TEST_F(ModemPower, APortThatTakesNoOrderIsGivenBackAndTold) {
  std::filesystem::create_directories(folder_ + "/1-1:1.0/1-1-port2");
  std::filesystem::create_symlink("/dev/full", folder_ + "/1-1:1.0/1-1-port2/disable");
  const Status status = run({0, {}, "1-1.2", seconds{1}, {}});
  ASSERT_FALSE(status.ok());
  EXPECT_EQ(by_, "");
}

// The program of the power cut, found by the folder that only it works on. 0: there is none.
pid_t program_on(const std::string& folder) {
  for (const auto& entry : std::filesystem::directory_iterator{"/proc"}) {
    std::ifstream in{entry.path() / "cmdline"};
    const std::string words{std::istreambuf_iterator<char>{in}, {}};
    if (words.starts_with("/bin/sh") && words.find(folder) != std::string::npos) {
      return static_cast<pid_t>(std::stoi(entry.path().filename()));
    }
  }
  return 0;
}

TEST_F(ModemPower, WhoeverEndsItInTheMiddleGetsThePowerGivenBackAtOnce) {
  std::filesystem::create_directories(folder_ + "/1-1:1.0/1-1-port2");
  std::ofstream{folder_ + "/1-1:1.0/1-1-port2/disable"} << "0\n";
  std::optional<ModemCommandDone> done;
  ModemPowerAdapter power{io_, [&](ModemCommandDone event) { done = std::move(event); }, {folder_, seconds{20}}};
  power.run({7, {}, "1-1.2", seconds{600}, {}});
  while (content("1-1:1.0/1-1-port2/disable") != "1\n") {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{5});
  }
  const pid_t program = program_on(folder_);
  ASSERT_GT(program, 0);
  ::kill(program, SIGTERM);  // as systemd does with all of a service
  for (int i = 0; i < 100 && !done; ++i) {
    io_.restart();
    io_.run_one_for(seconds{1});
  }
  EXPECT_EQ(content("1-1:1.0/1-1-port2/disable"), "0\n");
  ASSERT_TRUE(done);
  EXPECT_FALSE(done->status.ok()) << "it was no cut";
}

TEST_F(ModemPower, AtStartThePowerIsGivenBackThatAnEarlierAgentCut) {
  std::filesystem::create_directories(folder_ + "/1-1:1.0/1-1-port2");
  const std::string port = "1-1:1.0/1-1-port2/disable";
  std::ofstream{folder_ + "/" + port} << "1\n";
  std::ofstream{folder_ + "/1-1.2/authorized"} << "0\n";
  ModemPowerAdapter power{io_, [](ModemCommandDone) { FAIL() << "nobody asked"; }, {folder_, seconds{20}}};
  power.give_back("1-1.2");
  power.give_back("../1-1.2");
  for (int i = 0; i < 100 && content(port) != "0\n"; ++i) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{50});
  }
  EXPECT_EQ(content(port), "0\n");
  EXPECT_EQ(content("1-1.2/authorized"), "0\n") << "the switch of its hub is what is used here";
  std::filesystem::remove_all(folder_ + "/1-1:1.0");
  power.give_back("1-1.2");
  for (int i = 0; i < 100 && content("1-1.2/authorized") != "1\n"; ++i) {
    io_.restart();
    io_.run_one_for(std::chrono::milliseconds{50});
  }
  EXPECT_EQ(content("1-1.2/authorized"), "1\n");
}

TEST_F(ModemPower, APortThatHasItsPowerIsNotTouchedAtStart) {
  const auto before = std::filesystem::last_write_time(folder_ + "/1-1.2/authorized");
  ModemPowerAdapter power{io_, [](ModemCommandDone) {}, {folder_, seconds{20}}};
  power.give_back("1-1.2");
  EXPECT_EQ(program_on(folder_), 0);
  EXPECT_EQ(std::filesystem::last_write_time(folder_ + "/1-1.2/authorized"), before);
}

TEST_F(ModemPower, TheConfiguredProgramRunsWithItsArguments) {
  EXPECT_TRUE(run(by_command({"/bin/sh", "-c", "echo \"$1\" >" + folder_ + "/ran", "sh", "relay 3"})).ok());
  EXPECT_EQ(content("ran"), "relay 3\n");
}

TEST_F(ModemPower, AProgramThatFailsOrIsMissingIsTold) {
  const Status failed = run(by_command({"/bin/sh", "-c", "exit 3"}));
  ASSERT_FALSE(failed.ok());
  EXPECT_THAT(failed.error().text, HasSubstr("ended with 3"));
  const Status missing = run(by_command({"/nowhere/relay"}));
  ASSERT_FALSE(missing.ok());
  EXPECT_THAT(missing.error().text, HasSubstr("/nowhere/relay"));
}

TEST_F(ModemPower, AProgramThatHangsIsKilledWithItsChildren) {
  const Status hung = run(by_command({"/bin/sh", "-c", "sleep 600 & wait"}), seconds{1});
  ASSERT_FALSE(hung.ok());
  EXPECT_EQ(hung.error().code, ErrorCode::DeadlineExceeded);
}

TEST_F(ModemPower, RefusesWhatIsNoUsbPort) {
  for (const char* port : {"", "../1-1.2", "1-1.2/..", "usb1", "1..2"}) {
    EXPECT_EQ(run({0, {}, port, seconds{0}, {}}).error().code, ErrorCode::InvalidArgument) << port;
  }
  EXPECT_EQ(run({0, {}, "9-9", seconds{0}, {}}).error().code, ErrorCode::NotFound);
}

}  // namespace
}  // namespace karkara
