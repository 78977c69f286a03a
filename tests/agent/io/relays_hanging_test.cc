// What a relay does when the kernel does not do its part: a program that no kill ends, a GPIO chip that cannot be read.
#include <errno.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <linux/gpio.h>
#include <signal.h>
#include <sys/wait.h>

#include "agent/io/relays.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::HasSubstr;

const CommandRelay kHangs{{"/bin/sleep", "60"}, {"/bin/sleep", "60"}};
const CommandRelay kWorks{{"/bin/true"}, {"/bin/true"}};

class Hanging : public testing::Test {
 protected:
  ~Hanging() override {
    for (const pid_t program : hanging_) {
      kill_program(program);
    }
  }
  [[nodiscard]] RelayKernel kernel() {
    return {{[this](pid_t program) { hanging_.push_back(program); }, milliseconds{50}}, gpio_};
  }
  SwitchRelay order(const char* relay, karkara::LocalRelay by, bool on = true) {
    const bool hangs = by == karkara::LocalRelay{kHangs};
    return {*DeviceId::parse(relay), ++requests_, std::move(by), on, hangs ? Duration{milliseconds{100}} : seconds{20}};
  }
  Status outcome(const SwitchRelay& asked) {
    switched_.clear();
    relays_.run(asked);
    const auto limit = std::chrono::steady_clock::now() + seconds{20};
    while (switched_.empty() && std::chrono::steady_clock::now() < limit) {
      io_.restart();
      io_.run_one_for(milliseconds{100});
    }
    return switched_.size() == 1 && switched_[0].request == asked.request
               ? switched_[0].status
               : Status{Error{ErrorCode::Aborted, "no answer"}};
  }

  std::vector<pid_t> hanging_;
  std::uint64_t requests_ = 0;
  std::vector<RelaySwitched> switched_;
  GpioCall gpio_ = [this](int fd, unsigned long request, void* what) { return play_chip(fd, request, what); };
  virtual int play_chip(int /*fd*/, unsigned long /*request*/, void* /*what*/) { return -1; }
  boost::asio::io_context io_;
  LocalRelays relays_{io_, [this](Event event) { switched_.push_back(std::get<RelaySwitched>(std::move(event))); },
                      kernel()};
};

TEST_F(Hanging, AProgramThatCannotBeKilledDoesNotBlockItsRelay) {
  const Status hung = outcome(order("pump", kHangs));
  ASSERT_FALSE(hung.ok());
  EXPECT_EQ(hung.error().code, ErrorCode::DeadlineExceeded);
  EXPECT_THAT(hung.error().text, HasSubstr("cannot be killed"));
  EXPECT_TRUE(outcome(order("pump", kWorks)).ok());
}

TEST_F(Hanging, AnOrderThatWaitedRunsBehindOneThatHangs) {
  relays_.run(order("pump", kHangs));
  EXPECT_EQ(outcome(order("pump", kWorks)).ok(), false) << "the first that answers is the one that hung";
  switched_.clear();
  for (int i = 0; switched_.empty() && i < 100; ++i) {
    io_.restart();
    io_.run_one_for(milliseconds{100});
  }
  ASSERT_EQ(switched_.size(), 1U);
  EXPECT_TRUE(switched_[0].status.ok());
}

TEST_F(Hanging, ThreeThatHangAreEnough) {
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(outcome(order("pump", kHangs)).error().code, ErrorCode::DeadlineExceeded);
  }
  const Status refused = outcome(order("pump", kHangs));
  ASSERT_FALSE(refused.ok());
  EXPECT_EQ(refused.error().code, ErrorCode::ResourceExhausted);
  EXPECT_THAT(refused.error().text, HasSubstr("/bin/sleep is not started: 3 runs of it hang"));
  EXPECT_EQ(hanging_.size(), 3U);
  EXPECT_TRUE(outcome(order("lamp", kWorks)).ok()) << "another program may run";
  // One is let go of at last.
  kill_program(hanging_.front());
  for (int i = 0; i < 100 && ::kill(hanging_.front(), 0) == 0; ++i) {
    io_.restart();
    io_.run_one_for(milliseconds{100});
  }
  EXPECT_EQ(outcome(order("pump", kHangs)).error().code, ErrorCode::DeadlineExceeded) << "it was tried";
}

// A chip of one line: what is taken, set and read, as the kernel was asked.
class OddChip : public Hanging {
 protected:
  int play_chip(int /*fd*/, unsigned long request, void* what) override {
    switch (request) {
      case GPIO_V2_GET_LINE_IOCTL: {
        auto& line = *static_cast<gpio_v2_line_request*>(what);
        states_.push_back(line.config.attrs[0].attr.values != 0);
        ++taken_;
        line.fd = ::open("/dev/null", O_RDWR | O_CLOEXEC);
        return 0;
      }
      case GPIO_V2_LINE_SET_VALUES_IOCTL:
        if (is_gone_) {
          errno = ENODEV;
          return -1;
        }
        states_.push_back(static_cast<gpio_v2_line_values*>(what)->bits != 0);
        return 0;
      case GPIO_V2_LINE_GET_VALUES_IOCTL:
        if (!reads_) {
          errno = EIO;
          return -1;
        }
        static_cast<gpio_v2_line_values*>(what)->bits = *reads_ ? 1 : 0;
        return 0;
      default: return -1;  // foreign: all numbers
    }
  }
  const GpioRelay by_{"/dev/null", 3, false};
  std::vector<bool> states_;  // that the line was told, the first by taking it
  int taken_ = 0;
  std::optional<bool> reads_;  // none: it cannot be read back
  bool is_gone_ = false;
};

TEST_F(OddChip, ALineHasTheOrderedStateFromTheFirstMomentAndIsNotReadBefore) {
  EXPECT_TRUE(outcome(order("pump", by_, false)).ok());
  EXPECT_THAT(states_, ElementsAre(false, false));
}

TEST_F(OddChip, AChipThatCannotBeReadBackIsObeyedAndItsLineStaysHeld) {
  EXPECT_TRUE(outcome(order("pump", by_, true)).ok());
  EXPECT_TRUE(outcome(order("pump", by_, false)).ok());
  EXPECT_TRUE(outcome(order("pump", by_, true)).ok());
  EXPECT_EQ(taken_, 1) << "to let go of it and take it again would flip the relay";
  EXPECT_THAT(states_, ElementsAre(true, true, false, true));
}

TEST_F(OddChip, ALineThatReadsTheContraryIsToldAndStaysHeld) {
  reads_ = false;
  EXPECT_TRUE(outcome(order("pump", by_, false)).ok());
  const Status stuck = outcome(order("pump", by_, true));
  ASSERT_FALSE(stuck.ok());
  EXPECT_THAT(stuck.error().text, HasSubstr("does not take the state"));
  EXPECT_FALSE(outcome(order("pump", by_, true)).ok());
  EXPECT_EQ(taken_, 1);
}

TEST_F(OddChip, AChipThatWentAwayIsTakenAnew) {
  reads_ = true;
  EXPECT_TRUE(outcome(order("pump", by_, true)).ok());
  reads_.reset();
  EXPECT_FALSE(outcome(order("pump", by_, true)).ok()) << "it could be read before";
  EXPECT_TRUE(outcome(order("pump", by_, true)).ok());
  EXPECT_EQ(taken_, 2);
  is_gone_ = true;
  EXPECT_FALSE(outcome(order("pump", by_, true)).ok());
}

}  // namespace
}  // namespace karkara
