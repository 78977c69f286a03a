#include "agent/uplink/passive.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kPatience = milliseconds{250};
const Instant kStart{seconds{100}};

class Passive : public testing::Test {
 protected:
  // One look, `after` the last one.
  void look(Duration after, std::uint64_t sent, std::uint64_t answered, std::uint64_t named = 0) {
    now_ = now_ + after;
    sent_ += sent;
    answered_ += answered;
    named_ += named;
    evidence_.see({sent_, answered_, named_}, now_);
  }
  void flow(int looks) {
    for (int i = 0; i < looks; ++i) {
      look(milliseconds{100}, 10, 10);
    }
  }
  [[nodiscard]] bool suspicious() const {
    const auto at = evidence_.suspicious_at(kPatience);
    return at && *at <= now_;
  }

  PassiveEvidence evidence_;
  Instant now_ = kStart;
  std::uint64_t sent_ = 5000;
  std::uint64_t answered_ = 4000;
  std::uint64_t named_ = 0;
};

TEST_F(Passive, AnsweredTrafficIsNeverSuspicious) {
  flow(100);
  EXPECT_FALSE(suspicious());
  EXPECT_TRUE(evidence_.answered_within(seconds{1}, now_));
}

TEST_F(Passive, SuspectsASteadyFlowOnePatienceAfterTheLastAnswer) {
  flow(10);
  const Instant last_answer = now_;
  look(milliseconds{100}, 10, 0);
  EXPECT_FALSE(suspicious());
  EXPECT_EQ(evidence_.suspicious_at(kPatience), last_answer + kPatience);
}

// The patience may be seconds: a time-out that a slow spell left behind, or thrift.
TEST_F(Passive, ManyPacketsOfAFlowThatWasAnsweredAreNotWaitedForAsLong) {
  flow(10);
  const Instant last_answer = now_;
  look(milliseconds{100}, 29, 0);
  EXPECT_EQ(evidence_.suspicious_at(seconds{3}), last_answer + seconds{3});
  look(milliseconds{100}, 1, 0);
  EXPECT_EQ(evidence_.suspicious_at(seconds{3}), last_answer + milliseconds{1500});
  EXPECT_EQ(evidence_.suspicious_at(kPatience), last_answer + kPatience);
}

TEST_F(Passive, ManyPacketsOfAFlowThatNobodyAnsweredYetAreWaitedFor) {
  look(seconds{10}, 0, 0);
  look(seconds{10}, 40, 0);
  EXPECT_EQ(evidence_.suspicious_at(seconds{3}), now_ + seconds{3});
}

TEST_F(Passive, OnePacketInATrickleIsNotEnough) {
  flow(3);
  look(milliseconds{100}, 1, 0);
  EXPECT_FALSE(evidence_.suspicious_at(kPatience));
  look(milliseconds{100}, 2, 0);
  EXPECT_TRUE(evidence_.suspicious_at(kPatience));
}

TEST_F(Passive, AfterSilenceTheFirstPacketCounts) {
  flow(3);
  look(seconds{6}, 0, 0);
  look(milliseconds{100}, 1, 0);
  EXPECT_EQ(evidence_.suspicious_at(kPatience), now_ + kPatience);
}

TEST_F(Passive, AnAnswerEndsTheSuspicion) {
  flow(3);
  look(milliseconds{300}, 1, 0);
  EXPECT_EQ(evidence_.unanswered_packets(), "1 packet of traffic");
  look(milliseconds{300}, 10, 0);
  look(milliseconds{300}, 10, 0);
  EXPECT_TRUE(suspicious());
  look(milliseconds{100}, 10, 1);
  EXPECT_FALSE(evidence_.suspicious_at(kPatience));
}

TEST_F(Passive, AFlowThatNobodyEverAnswersIsSuspectedEverMoreRarely) {
  look(seconds{0}, 0, 0);
  std::vector<Duration> pauses;
  Instant last = now_;
  for (int i = 0; i < 12'000 && pauses.size() < 8; ++i) {
    look(seconds{1}, 100, 0);
    if (suspicious()) {
      pauses.push_back(now_ - last);
      last = now_;
      evidence_.was_wrong(now_);
    }
  }
  ASSERT_EQ(pauses.size(), 8U);
  for (std::size_t i = 2; i < pauses.size(); ++i) {
    EXPECT_GT(pauses[i], pauses[i - 1]);
  }
  EXPECT_LE(pauses.back(), minutes{16});
}

TEST_F(Passive, ATableThatWasReplacedStartsTheCountAnew) {
  flow(3);
  sent_ = answered_ = 0;  // the table was loaded again
  look(milliseconds{100}, 0, 0);
  EXPECT_FALSE(evidence_.suspicious_at(kPatience));
  look(milliseconds{100}, 10, 10);
  EXPECT_TRUE(evidence_.answered_within(milliseconds{50}, now_));
}

// A modem with a resolver of its own in front of a black hole.
TEST_F(Passive, AnsweredNamesDoNotSpeakForAWayThatIsDead) {
  flow(10);
  for (int i = 0; i < 20; ++i) {
    look(milliseconds{100}, 12, 0, 2);
  }
  EXPECT_TRUE(suspicious());
  EXPECT_FALSE(evidence_.answered_within(seconds{1}, now_));
}

TEST_F(Passive, NamesThatAreAskedForAndAnsweredNearAreNoSuspicion) {
  for (int i = 0; i < 50; ++i) {
    look(milliseconds{100}, 1, 0, i == 0 ? 0 : 1);
  }
  EXPECT_FALSE(suspicious());
}

TEST_F(Passive, ANameThatNobodyAnswersAfterSilenceIsSuspiciousAtOnce) {
  look(seconds{20}, 0, 0);
  look(milliseconds{100}, 1, 0);
  look(milliseconds{300}, 0, 0);
  EXPECT_TRUE(suspicious());
}

}  // namespace
}  // namespace karkara
