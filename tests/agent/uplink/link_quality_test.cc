#include "agent/uplink/link_quality.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

class LinkQualityTest : public testing::Test {
 protected:
  // Echoes a second apart, of which so many in ten are lost.
  void live(Duration length, int lost_in_ten) {
    for (const Instant end = now_ + length; now_ < end; now_ = now_ + seconds{1}) {
      quality_.see(static_cast<int>(count_++ % 10) < lost_in_ten, now_);
    }
  }
  [[nodiscard]] Quality grade() const { return quality_.grade(now_); }

  LinkQuality quality_;
  Instant now_{hours{3}};
  std::uint64_t count_ = 0;
};

TEST_F(LinkQualityTest, NothingIsHeldAgainstALinkOfWhichLittleIsKnown) {
  EXPECT_EQ(grade(), Quality::Good);
  EXPECT_FALSE(quality_.loss(now_));
  live(minutes{5}, 5);
  EXPECT_EQ(grade(), Quality::Good) << "five minutes are no habit";
}

TEST_F(LinkQualityTest, SomePercentAreFairAndAFifthIsPoor) {
  live(minutes{10}, 0);
  EXPECT_EQ(grade(), Quality::Good);
  live(minutes{10}, 1);
  EXPECT_EQ(grade(), Quality::Fair);
  EXPECT_NEAR(*quality_.loss(now_), 0.1, 0.01);
  live(minutes{10}, 3);
  EXPECT_EQ(grade(), Quality::Poor);
}

TEST_F(LinkQualityTest, APoorOneHasToBecomeMuchBetterToCountAsFair) {
  live(minutes{12}, 3);
  ASSERT_EQ(grade(), Quality::Poor);
  live(minutes{6}, 0);
  EXPECT_EQ(grade(), Quality::Poor) << "the last ten minutes count";
  live(minutes{2}, 0);
  EXPECT_EQ(grade(), Quality::Fair) << "much better, and not good";
  live(minutes{10}, 0);
  EXPECT_EQ(grade(), Quality::Good);
}

TEST_F(LinkQualityTest, ABurstOfEchoesWeighsNoMoreThanItsMoment) {
  live(minutes{10}, 0);
  for (int i = 0; i < 200; ++i) {
    quality_.see(true, now_);  // a black hole of some seconds, asked about again and again
  }
  live(seconds{10}, 0);
  EXPECT_EQ(grade(), Quality::Good);
}

TEST_F(LinkQualityTest, AnAnswerThatComesLateWasNoLoss) {
  for (int i = 0; i < 600; ++i, now_ = now_ + seconds{1}) {
    quality_.see(true, now_);
    quality_.see_late_answer(now_);
  }
  EXPECT_EQ(grade(), Quality::Good);
  EXPECT_EQ(quality_.loss(now_), 0.0);
}

TEST_F(LinkQualityTest, WhatWasHeldAgainstItIsForgottenAfterAWhileWithoutEchoes) {
  live(minutes{12}, 5);
  ASSERT_EQ(grade(), Quality::Poor);
  now_ = now_ + minutes{21};
  EXPECT_EQ(grade(), Quality::Good) << "it is tried again";
  EXPECT_FALSE(quality_.loss(now_));
}

}  // namespace
}  // namespace karkara
