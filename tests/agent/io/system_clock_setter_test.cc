#include "agent/io/system_clock_setter.h"

#include <gmock/gmock.h>

#include <cerrno>
#include <vector>

#include "tests/fakes/fake_clock.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

// Remembers what it was asked for and moves the fake clock only.
class SystemClockSetterTest : public testing::Test {
 protected:
  int refuse() const {
    errno = EPERM;
    return -1;
  }
  FakeClock clock_;
  bool refused_ = false;
  std::vector<timespec> steps_;
  std::vector<timeval> slews_;
  std::vector<ClockStepped> events_;
  SystemClockSetter setter_{
      [this](Event event) { events_.push_back(std::get<ClockStepped>(event)); },
      clock_,
      {[this](const timespec& to) {
         steps_.push_back(to);
         if (refused_) {
           return refuse();
         }
         clock_.set_wall(WallTime{std::chrono::seconds{to.tv_sec} + std::chrono::microseconds{to.tv_nsec / 1000}});
         return 0;
       },
       [this](const timeval& by) {
         slews_.push_back(by);
         return refused_ ? refuse() : 0;
       }}};
};

TEST_F(SystemClockSetterTest, StepsToTheMicrosecondAndTellsBothTimes) {
  const WallTime to{1'800'000'000'123'456us};
  const WallTime before = clock_.wall();
  setter_.run(StepClock{to});
  ASSERT_EQ(steps_.size(), 1U);
  EXPECT_EQ(steps_[0].tv_sec, 1'800'000'000);
  EXPECT_EQ(steps_[0].tv_nsec, 123'456'000);
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_TRUE(events_[0].status.ok());
  EXPECT_EQ(events_[0].before, before);
  EXPECT_EQ(events_[0].after, to);
}

TEST_F(SystemClockSetterTest, TellsWhenTheKernelRefusesAStep) {
  refused_ = true;
  setter_.run(StepClock{WallTime{1'800'000'000s}});
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_EQ(events_[0].status.error().code, ErrorCode::PermissionDenied);
  EXPECT_EQ(events_[0].before, events_[0].after);
}

TEST_F(SystemClockSetterTest, SlewsBothWaysWithAPositiveRestOfMicroseconds) {
  setter_.run(SlewClock{1'500'000us});
  setter_.run(SlewClock{-200'000us});
  ASSERT_EQ(slews_.size(), 2U);
  EXPECT_EQ(slews_[0].tv_sec, 1);
  EXPECT_EQ(slews_[0].tv_usec, 500'000);
  EXPECT_EQ(slews_[1].tv_sec, -1);
  EXPECT_EQ(slews_[1].tv_usec, 800'000);
  EXPECT_THAT(events_, testing::IsEmpty());
}

TEST_F(SystemClockSetterTest, TellsOnlyARefusedSlew) {
  refused_ = true;
  setter_.run(SlewClock{200us});
  ASSERT_EQ(events_.size(), 1U);
  EXPECT_FALSE(events_[0].status.ok());
}

}  // namespace
}  // namespace karkara
