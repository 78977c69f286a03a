#include <gtest/gtest.h>

#include "tests/agent/power/bms/battery_line.h"

namespace karkara::bms {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const Bytes kJk = jk_frame("83 0530 84 0000 85 47 C0 01");
const Bytes kLater = jk_frame("83 0531 84 0000 85 48 C0 01");

class BmsDeviceTest : public ::testing::Test {
 protected:
  Bytes answer = kJk;
  BatteryLine line{BmsKind::Jk, [this](const Bytes& /*question*/) { return answer; }};
};

TEST_F(BmsDeviceTest, AsksNothingBeforeTheLineIsOpen) {
  line.look();
  EXPECT_TRUE(line.questions.empty());
  EXPECT_EQ(line.device().next_deadline(), Instant::max());
  EXPECT_TRUE(line.device().readings().empty());
  EXPECT_EQ(line.device().trouble(), "the line is not open yet");
}

TEST_F(BmsDeviceTest, LooksAtItsPaceFromTheBeginningOfEachLook) {
  line.open();
  line.pass(seconds{95});
  EXPECT_EQ(line.questions.size(), 10U);
}

TEST_F(BmsDeviceTest, DeadlineIsAlwaysAheadAfterATick) {
  answer = {};
  line.open();
  for (int i = 0; i < 100; ++i) {
    line.now = line.device().next_deadline();
    (void)line.device().tick(line.now);
    EXPECT_GT(line.device().next_deadline(), line.now);
  }
}

TEST_F(BmsDeviceTest, RepeatsAQuestionOnceThenRests) {
  answer = {};
  line.open();
  line.pass(seconds{5});
  EXPECT_EQ(line.questions.size(), 2U);
  EXPECT_EQ(line.device().trouble(), "no answer");
  EXPECT_FALSE(line.device().heard_at());
}

TEST_F(BmsDeviceTest, OnlyBrokenAnswersAreSaidAsSuchAndCounted) {
  answer[14] ^= std::byte{2};
  line.open();
  line.pass(seconds{5});
  EXPECT_TRUE(line.device().readings().empty());
  EXPECT_EQ(line.device().bad_frames(), 2U);
  EXPECT_EQ(line.device().trouble(), "only answers whose check fails");
}

TEST_F(BmsDeviceTest, TheCableIsPulledAndTheLastLookAges) {
  line.open();
  line.look();
  const auto heard = line.device().heard_at();
  ASSERT_TRUE(heard);
  line.close();
  line.pass(seconds{3'600});
  EXPECT_EQ(line.device().heard_at(), heard);
  EXPECT_EQ(line.number("state-of-charge"), 71);
  EXPECT_EQ(line.device().trouble(), "the line is closed: unplugged");
  answer = kLater;
  line.open();
  line.look();
  EXPECT_GT(line.device().heard_at(), heard);
  EXPECT_EQ(line.number("state-of-charge"), 72);
  EXPECT_EQ(line.device().trouble(), "");
}

TEST_F(BmsDeviceTest, WhatComesWhileNobodyAskedIsNoAnswer) {
  line.open();
  line.pass(seconds{2});
  const auto heard = line.device().heard_at();
  line.hear(kLater);
  EXPECT_EQ(line.number("state-of-charge"), 71);
  EXPECT_EQ(line.device().heard_at(), heard);
}

TEST_F(BmsDeviceTest, AHalfAnswerOfBeforeDoesNotJoinTheNextOne) {
  answer = {};
  line.open();
  line.hear({kJk.begin(), kJk.begin() + 15});
  answer = kLater;
  line.pass(seconds{2});
  EXPECT_EQ(line.number("state-of-charge"), 72);
}

TEST_F(BmsDeviceTest, ALateAnswerToTheRepeatedQuestionIsTaken) {
  answer = {};
  line.open();
  line.pass(milliseconds{1'100});
  line.hear(kJk);
  line.pass(seconds{1});
  EXPECT_EQ(line.number("state-of-charge"), 71);
}

TEST_F(BmsDeviceTest, NoiseWithoutEndNeitherHoldsTheLookNorGrows) {
  answer = {};
  line.open();
  for (int i = 0; i < 100; ++i) {
    line.hear(Bytes(1'000, std::byte{0x4E}));
    line.pass(milliseconds{20});
  }
  line.pass(seconds{1});
  EXPECT_EQ(line.device().trouble(), "no answer");
}

TEST_F(BmsDeviceTest, RetiringClosesTheLine) {
  line.open();
  const Effects effects = line.device().retire();
  ASSERT_EQ(effects.size(), 1U);
  EXPECT_TRUE(std::holds_alternative<CloseSerial>(effects[0]));
  EXPECT_EQ(line.device().next_deadline(), Instant::max());
}

}  // namespace
}  // namespace karkara::bms
