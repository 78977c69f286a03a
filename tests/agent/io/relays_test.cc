#include "agent/io/relays.h"

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/stat.h>
#include <unistd.h>

#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>
#include <vector>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::HasSubstr;

const DeviceId kPump = *DeviceId::parse("pump");

class LocalRelay : public testing::Test {
 protected:
  LocalRelay() {
    std::string pattern = std::filesystem::temp_directory_path() / "karkara-relays-XXXXXX";
    folder_ = ::mkdtemp(pattern.data());
  }
  ~LocalRelay() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] std::string content(const std::string& name) const {
    std::ifstream in{folder_ + "/" + name};
    return {std::istreambuf_iterator<char>{in}, {}};
  }
  [[nodiscard]] static std::vector<std::string> shell(std::string script) {
    return {"/bin/sh", "-c", std::move(script)};
  }
  [[nodiscard]] SwitchRelay order(karkara::LocalRelay by, bool on = true) {
    return {kPump, ++requests_, std::move(by), on, seconds{20}};
  }
  // Until as many answers have come, or nothing more happens.
  void wait_for(std::size_t answers) {
    const auto limit = std::chrono::steady_clock::now() + seconds{20};
    while (switched_.size() < answers && std::chrono::steady_clock::now() < limit) {
      io_.restart();
      io_.run_one_for(milliseconds{500});
    }
    ASSERT_EQ(switched_.size(), answers);
  }
  Status outcome(const SwitchRelay& asked) {
    switched_.clear();
    relays_.run(asked);
    EXPECT_TRUE(switched_.empty()) << "only after run() has returned";
    wait_for(1);
    return switched_.empty() || switched_[0].request != asked.request || switched_[0].relay != kPump
               ? Status{Error{ErrorCode::Aborted, "no answer"}}
               : switched_[0].status;
  }

  std::string folder_;
  std::uint64_t requests_ = 0;
  std::vector<RelaySwitched> switched_;
  boost::asio::io_context io_;
  LocalRelays relays_{io_, [this](Event event) { switched_.push_back(std::get<RelaySwitched>(std::move(event))); }};
};

TEST_F(LocalRelay, RunsTheProgramOfTheWantedState) {
  const CommandRelay by{shell("echo on >" + folder_ + "/state"), shell("echo off >" + folder_ + "/state")};
  EXPECT_TRUE(outcome(order(by, true)).ok());
  EXPECT_EQ(content("state"), "on\n");
  EXPECT_TRUE(outcome(order(by, false)).ok());
  EXPECT_EQ(content("state"), "off\n");
  EXPECT_FALSE(switched_[0].on);
}

TEST_F(LocalRelay, AProgramThatFailsIsToldWithItsStatusAndItsWords) {
  const Status failed = outcome(order(CommandRelay{shell("echo no such port >&2; exit 3"), {}}));
  ASSERT_FALSE(failed.ok());
  EXPECT_EQ(failed.error().text, "/bin/sh ended with 3: no such port");
}

TEST_F(LocalRelay, AProgramThatPrintsWithoutEndIsHeardInPartAndDoesNotBlock) {
  const Status failed = outcome(order(CommandRelay{shell("yes | head -c 3000000; exit 1"), {}}));
  ASSERT_FALSE(failed.ok());
  EXPECT_LT(failed.error().text.size(), 300U);
  EXPECT_THAT(failed.error().text, HasSubstr("ended with 1: y y"));
}

TEST_F(LocalRelay, AProgramThatHangsIsKilledWithItsChildren) {
  // Whoever lives holds the pipe: it hangs up once the last one is gone, and never if none began.
  const std::string pipe = folder_ + "/alive";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  const int alive = ::open(pipe.c_str(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
  ASSERT_GE(alive, 0);
  SwitchRelay asked = order(CommandRelay{shell("exec 3>" + pipe + "; sleep 600 & wait"), {}});
  asked.deadline = seconds{2};
  const Status hung = outcome(asked);
  ASSERT_FALSE(hung.ok());
  EXPECT_EQ(hung.error().code, ErrorCode::DeadlineExceeded);
  pollfd gone{alive, 0, 0};
  EXPECT_EQ(::poll(&gone, 1, 20'000), 1);
  EXPECT_NE(gone.revents & POLLHUP, 0);
  ::close(alive);
}

TEST_F(LocalRelay, AChildThatLivesOnDoesNotDelayTheAnswer) {
  EXPECT_TRUE(outcome(order(CommandRelay{shell("sleep 5 & exit 0"), {}})).ok());
}

TEST_F(LocalRelay, AProgramThatIsMissingOrNotConfiguredIsTold) {
  EXPECT_THAT(outcome(order(CommandRelay{{"/nowhere/relay"}, {}})).error().text, HasSubstr("/nowhere/relay"));
  EXPECT_EQ(outcome(order(CommandRelay{}, false)).error().code, ErrorCode::InvalidArgument);
}

TEST_F(LocalRelay, OneProgramRunsAtATimeAndTheNewestOrderIsTheLast) {
  const std::string log = folder_ + "/log";
  const auto saying = [&](const std::string& word) {
    return shell("echo begin >>" + log + "; sleep 0.2; echo " + word + " >>" + log);
  };
  const SwitchRelay first = order(CommandRelay{saying("first"), {}});
  const SwitchRelay second = order(CommandRelay{saying("second"), {}});
  const SwitchRelay third = order(CommandRelay{saying("third"), {}});
  relays_.run(first);
  relays_.run(second);
  relays_.run(third);
  wait_for(3);
  EXPECT_EQ(content("log"), "begin\nfirst\nbegin\nthird\n");
  EXPECT_EQ(switched_[0].request, second.request);
  EXPECT_EQ(switched_[0].status.error().code, ErrorCode::Aborted);
  EXPECT_EQ(switched_[2].request, third.request);
  EXPECT_TRUE(switched_[1].status.ok() && switched_[2].status.ok());
}

TEST_F(LocalRelay, ThePowerCommandRunsThoughNobodyWaits) {
  const std::string fifo = folder_ + "/state";
  relays_.run(RunPowerCommand{shell("echo off >" + fifo)});
  EXPECT_TRUE(outcome(order(CommandRelay{shell("while [ ! -s " + fifo + " ]; do sleep 0.02; done"), {}})).ok());
  EXPECT_EQ(content("state"), "off\n");
  relays_.run(RunPowerCommand{{"/nowhere/poweroff"}});
  relays_.run(RunPowerCommand{});
}

TEST_F(LocalRelay, AChipThatIsMissingOrNoChipIsTold) {
  const Status missing = outcome(order(GpioRelay{folder_ + "/gpiochip9", 3, false}));
  EXPECT_EQ(missing.error().code, ErrorCode::NotFound);
  EXPECT_THAT(missing.error().text, HasSubstr("gpiochip9"));
  EXPECT_FALSE(outcome(order(GpioRelay{"/dev/null", 3, false})).ok());
}

// KARKARA_GPIO_CHIP: a chip of which line 0 is free, and moves nothing.
TEST_F(LocalRelay, AGpioLineIsHeldInItsState) {
  const char* chip = std::getenv("KARKARA_GPIO_CHIP");
  if (chip == nullptr) {
    GTEST_SKIP() << "KARKARA_GPIO_CHIP names no GPIO chip to try on";
  }
  const GpioRelay by{chip, 0, false};
  for (const bool on : {true, false, true}) {
    const Status status = outcome(order(by, on));
    EXPECT_TRUE(status.ok()) << status.error().text;
  }
  std::vector<RelaySwitched> other;
  LocalRelays rival{io_, [&](Event event) { other.push_back(std::get<RelaySwitched>(std::move(event))); }};
  rival.run(order(by, false));
  io_.restart();
  io_.run_one_for(seconds{5});
  ASSERT_EQ(other.size(), 1U);
  EXPECT_THAT(other[0].status.error().text, HasSubstr("another program holds it"));
  EXPECT_TRUE(outcome(order(GpioRelay{chip, 0, true}, false)).ok()) << "taken anew, active low";
  EXPECT_FALSE(outcome(order(GpioRelay{chip, 60'000, false})).ok());
}

}  // namespace
}  // namespace karkara
