#include "agent/io/session_machine.h"

#include <gtest/gtest.h>

#include "common/overloaded.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;
using namespace session_step;

// What the machine asked for, as short words.
std::string words(const SessionSteps& steps) {
  std::string text;
  for (const SessionStep& step : steps) {
    text += text.empty() ? "" : " ";
    text += std::visit(
        Overloaded{[](const Dial&) -> std::string { return "dial"; }, [](const Drop&) -> std::string { return "drop"; },
                   [](const SendHeartbeat&) -> std::string { return "heartbeat"; },
                   [](const SayClosed&) -> std::string { return "closed"; },
                   [](const SayTrying&) -> std::string { return "say"; }},
        step);
  }
  return text;
}

std::string why_closed(const SessionSteps& steps) {
  for (const SessionStep& step : steps) {
    if (const auto* closed = std::get_if<SayClosed>(&step)) {
      return closed->why;
    }
  }
  return "";
}

class SessionMachineTest : public testing::Test {
 protected:
  SessionMachineTest() : machine{SessionPolicy{}, [] { return 0.5; }} {}

  SessionSteps tick_at_deadline() {
    now = machine.next_deadline();
    return machine.tick(now);
  }
  void open(Duration heartbeat = 60s, Duration rtt = 600ms) {
    machine.obstacle("", now);
    ASSERT_EQ(words(tick_at_deadline()), "say dial");
    now = now + rtt;
    machine.opened(heartbeat, now);
    ASSERT_TRUE(machine.is_open());
  }

  Instant now{100s};
  SessionMachine machine;
};

TEST_F(SessionMachineTest, DialsNothingWhileTheClockIsNotTrusted) {
  EXPECT_EQ(words(machine.obstacle("waiting for the clock", now)), "say");
  EXPECT_EQ(machine.next_deadline(), Instant::max());
  EXPECT_EQ(words(machine.hurry("uplink", now)), "");
  EXPECT_EQ(words(machine.obstacle("waiting for the clock", now)), "");  // said once
}

TEST_F(SessionMachineTest, DialsWithinTwoSecondsOfTheBoot) {
  machine.obstacle("", now);
  EXPECT_EQ(machine.next_deadline(), now + 1s);
  EXPECT_EQ(words(tick_at_deadline()), "say dial");
}

TEST_F(SessionMachineTest, GivesADialUpWhenNoWelcomeComes) {
  machine.obstacle("", now);
  tick_at_deadline();
  EXPECT_EQ(machine.next_deadline(), now + 30s);
  EXPECT_EQ(words(tick_at_deadline()), "drop say");
  EXPECT_EQ(machine.next_deadline(), now + 2s);
}

TEST_F(SessionMachineTest, WaitsLongerAfterEachFailure) {
  machine.obstacle("", now);
  for (const Duration expected : {2s, 4s, 8s}) {
    tick_at_deadline();
    EXPECT_EQ(words(machine.ended("refused", now)), "say");
    EXPECT_EQ(machine.next_deadline(), now + expected);
  }
}

TEST_F(SessionMachineTest, SendsHeartbeatsAtTheIntervalOfWelcome) {
  open(60s);
  EXPECT_EQ(machine.next_deadline(), now + 60s);
  EXPECT_EQ(words(tick_at_deadline()), "heartbeat");
  machine.heartbeat_answered(1, now + 700ms);
  EXPECT_EQ(machine.rtt(), 700ms);
}

TEST_F(SessionMachineTest, RefusesAbsurdIntervals) {
  open(1ms);
  EXPECT_EQ(machine.next_deadline(), now + 2s);
}

TEST_F(SessionMachineTest, ClosesAfterTwoAndAHalfSilentIntervals) {
  open(60s);
  const Instant opened = now;
  EXPECT_EQ(words(tick_at_deadline()), "heartbeat");
  EXPECT_EQ(words(tick_at_deadline()), "heartbeat");
  const SessionSteps last = tick_at_deadline();
  EXPECT_EQ(words(last), "drop closed say");
  EXPECT_EQ(now, opened + 150s);
  EXPECT_EQ(why_closed(last), "silent for 150 s");
}

TEST_F(SessionMachineTest, AnyFrameCountsAsLife) {
  open(60s);
  tick_at_deadline();
  tick_at_deadline();
  machine.heard(now);
  EXPECT_EQ(words(tick_at_deadline()), "heartbeat");
}

TEST_F(SessionMachineTest, HurryDialsAtOnceAndStartsTheBackoffAnew) {
  machine.obstacle("", now);
  for (int i = 0; i < 8; ++i) {
    tick_at_deadline();
    machine.ended("refused", now);
  }
  EXPECT_EQ(words(machine.hurry("traffic moved", now)), "say dial");
  machine.ended("refused", now);
  EXPECT_EQ(machine.next_deadline(), now + 1s);
}

TEST_F(SessionMachineTest, HurryGivesUpADialThatIsBoundToTheOldWay) {
  machine.obstacle("", now);
  tick_at_deadline();
  EXPECT_EQ(words(machine.hurry("traffic moved", now + 1s)), "drop say dial");
}

TEST_F(SessionMachineTest, HurryKeepsASessionThatProvesAlive) {
  open(60s, 600ms);
  EXPECT_EQ(words(machine.hurry("traffic moved", now)), "heartbeat");
  EXPECT_EQ(machine.next_deadline(), now + 2200ms);  // 2 * rtt + 1 s
  machine.heartbeat_answered(1, now + 500ms);
  EXPECT_EQ(machine.next_deadline(), now + 60s);
  EXPECT_TRUE(machine.is_open());
}

TEST_F(SessionMachineTest, HurryRedialsWhenTheProofFailsToCome) {
  open(60s, 600ms);
  machine.hurry("traffic moved", now);
  machine.heard(now + 1s);  // a frame that was under way already proves nothing
  const SessionSteps steps = tick_at_deadline();
  EXPECT_EQ(words(steps), "drop closed say dial");
  EXPECT_EQ(why_closed(steps), "no answer after the way out changed: traffic moved");
}

TEST_F(SessionMachineTest, TheProofIsNeverAwaitedLongerThanFiveSeconds) {
  open(60s, 20s);
  machine.hurry("traffic moved", now);
  EXPECT_EQ(machine.next_deadline(), now + 5s);
}

TEST_F(SessionMachineTest, AnOldHeartbeatsAnswerIsNoProof) {
  open(60s, 600ms);
  tick_at_deadline();  // heartbeat 1, not answered yet
  machine.hurry("traffic moved", now);
  machine.heartbeat_answered(1, now + 100ms);
  EXPECT_EQ(words(tick_at_deadline()), "drop closed say dial");
}

TEST_F(SessionMachineTest, ASessionThatEndsWhileItShouldProveItselfIsDialledAtOnce) {
  open();
  machine.hurry("traffic moved", now);
  EXPECT_EQ(words(machine.ended("reset", now)), "closed say dial");
}

TEST_F(SessionMachineTest, ASessionThatIsSilentForTooLongWhileItShouldProveItselfIsDialledAtOnce) {
  open(5s, 4s);
  now = now + 8s;  // the traffic moves when it has been silent for some time already
  machine.tick(now);
  machine.hurry("traffic moved", now);
  EXPECT_EQ(machine.next_deadline(), now + 4500ms);  // before the proof is due
  EXPECT_EQ(words(tick_at_deadline()), "drop closed say dial");
}

TEST_F(SessionMachineTest, ALostSessionWaitsForAMinutesShare) {
  open();
  now = now + 1h;
  machine.heard(now);
  EXPECT_EQ(words(machine.ended("reset", now)), "closed say");
  EXPECT_EQ(machine.next_deadline(), now + 30s);
}

TEST_F(SessionMachineTest, AnUntrustedClockLeavesAnOpenSessionButForbidsTheNext) {
  open();
  EXPECT_EQ(words(machine.obstacle("waiting for the clock", now)), "");
  EXPECT_TRUE(machine.is_open());
  EXPECT_EQ(words(machine.ended("reset", now)), "closed say");
  EXPECT_EQ(machine.next_deadline(), Instant::max());
}

TEST_F(SessionMachineTest, StopIsForEver) {
  open();
  EXPECT_EQ(words(machine.stop()), "drop closed");
  EXPECT_EQ(words(machine.hurry("traffic moved", now)), "");
  EXPECT_EQ(words(machine.obstacle("", now)), "");
  EXPECT_EQ(machine.next_deadline(), Instant::max());
}

TEST_F(SessionMachineTest, TheNextDeadlineIsAlwaysAhead) {
  SessionMachine hasty{SessionPolicy{}, [] { return 0.0; }};
  hasty.obstacle("", now);
  for (int i = 0; i < 2000; ++i) {
    now = hasty.next_deadline();
    hasty.tick(now);
    ASSERT_GT(hasty.next_deadline(), now);
    if (i % 7 == 0) {
      hasty.opened(10s, now);
    }
    if (i % 11 == 0) {
      hasty.ended("reset", now);
    }
    if (i % 5 == 0) {
      hasty.hurry("traffic moved", now);
    }
  }
}

}  // namespace
}  // namespace karkara
