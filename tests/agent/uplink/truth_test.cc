#include "agent/uplink/truth.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;

const UplinkId kLte = UplinkId::parse("lte").value();
const IpAddress kSource = *IpAddress::parse("10.2.0.2");

class UplinkTruthTest : public testing::Test {
 protected:
  void see(EchoSight echoes) { truth_.see({kSource, echoes}, now_); }
  // Starts what is wanted and answers it.
  void check(ContentVerdict content, ResolverVerdict resolver) {
    const TruthWants wants = truth_.wants(now_);
    ASSERT_TRUE(wants.any());
    if (wants.content) {
      truth_.on(ContentChecked{kLte, *wants.content, content, "c", 900}, now_);
    }
    if (wants.resolver) {
      truth_.on(ResolverChecked{kLte, resolver, "r", 200}, now_);
    }
  }
  bool due() { return truth_.next_deadline() <= now_; }

  Instant now_{100s};
  UplinkTruth truth_{kLte, {}, 7};
};

TEST_F(UplinkTruthTest, AsksNothingWithoutAnAddressOrBeforeTheEchoesSaySomething) {
  EXPECT_FALSE(truth_.wants(now_).any());
  truth_.see({std::nullopt, EchoSight::Silent}, now_);
  EXPECT_FALSE(truth_.wants(now_).any());
  see(EchoSight::Unknown);
  EXPECT_FALSE(truth_.wants(now_).any());
  EXPECT_EQ(truth_.next_deadline(), Instant::max());
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
}

TEST_F(UplinkTruthTest, ChecksOnTheRiseAndThenEachSixHours) {
  see(EchoSight::Answering);
  EXPECT_TRUE(due());
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
  EXPECT_EQ(truth_.evidence(), "content signed (c), names right (r)");
  EXPECT_EQ(truth_.bytes(), 1100U);
  EXPECT_EQ(truth_.next_deadline(), now_ + 6h);
  now_ = now_ + 6h;
  EXPECT_TRUE(truth_.wants(now_).any());
  EXPECT_FALSE(truth_.wants(now_).any());  // each is named once
}

TEST_F(UplinkTruthTest, CallsItAPortalWhenOthersAnswerWhileEchoesAreSilent) {
  for (const auto& [content, resolver] : {std::pair{ContentVerdict::Redirected, ResolverVerdict::Right},
                                          std::pair{ContentVerdict::Foreign, ResolverVerdict::Silent},
                                          std::pair{ContentVerdict::Silent, ResolverVerdict::Wrong}}) {
    UplinkTruth truth{kLte, {}, 7};
    truth.see({kSource, EchoSight::Silent}, now_);
    const auto wants = truth.wants(now_);
    truth.on(ContentChecked{kLte, wants.content.value(), content, "", 0}, now_);
    truth.on(ResolverChecked{kLte, resolver, "", 0}, now_);
    EXPECT_EQ(truth.verdict(), Truth::Portal);
  }
}

TEST_F(UplinkTruthTest, CallsItTamperedWhenEchoesWorkButContentOrNamesAreNotOurs) {
  see(EchoSight::Answering);
  check(ContentVerdict::Foreign, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Tampered);
  now_ = now_ + 6h;
  check(ContentVerdict::Signed, ResolverVerdict::Wrong);
  EXPECT_EQ(truth_.verdict(), Truth::Tampered);
  now_ = now_ + 6h;
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
}

TEST_F(UplinkTruthTest, CallsItAPortalWhenTwoLooksInARowAreSentElsewhereThoughEchoesWork) {
  see(EchoSight::Answering);
  check(ContentVerdict::Redirected, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Tampered);
  EXPECT_EQ(truth_.next_deadline(), now_ + 5s);
  now_ = now_ + 5s;
  check(ContentVerdict::Redirected, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Portal);
  for (const Duration pause : {10s, 20s, 40s}) {
    EXPECT_EQ(truth_.next_deadline(), now_ + pause);
    now_ = now_ + pause;
    check(ContentVerdict::Foreign, ResolverVerdict::Right);
    EXPECT_EQ(truth_.verdict(), Truth::Portal) << "until content comes that is signed";
  }
  now_ = truth_.next_deadline();
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
  EXPECT_EQ(truth_.next_deadline(), now_ + 6h);
}

TEST_F(UplinkTruthTest, CallsItAPortalWhenNothingButEchoesPasses) {
  see(EchoSight::Answering);
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  now_ = now_ + 1min;
  truth_.see({kSource, EchoSight::Answering, true}, now_);
  ASSERT_TRUE(due()) << "the village waits";
  check(ContentVerdict::Silent, ResolverVerdict::Silent);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  now_ = truth_.next_deadline();
  check(ContentVerdict::Refused, ResolverVerdict::Silent);
  EXPECT_EQ(truth_.verdict(), Truth::Portal);
  EXPECT_EQ(truth_.evidence(), "only echoes pass: content refused (c), names silent (r)");
}

TEST_F(UplinkTruthTest, HoldsSilenceAgainstNobodyWhoseTrafficIsAnswered) {
  see(EchoSight::Answering);
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  for (int i = 0; i < 4; ++i) {
    now_ = truth_.next_deadline();
    check(ContentVerdict::Silent, ResolverVerdict::Silent);
    EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  }
}

TEST_F(UplinkTruthTest, CallsItSilentOnlyWhenEveryCheckIsIn) {
  see(EchoSight::Silent);
  const auto wants = truth_.wants(now_);
  truth_.on(ContentChecked{kLte, wants.content.value(), ContentVerdict::Refused, "", 0}, now_);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  truth_.on(ResolverChecked{kLte, ResolverVerdict::Silent, "", 0}, now_);
  EXPECT_EQ(truth_.verdict(), Truth::Silent);
}

TEST_F(UplinkTruthTest, TakesSignedContentForProofWhereEchoesAreFiltered) {
  see(EchoSight::Silent);
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
}

TEST_F(UplinkTruthTest, TakesRefusedContentForNoProofAndNoOffence) {
  see(EchoSight::Answering);
  check(ContentVerdict::Refused, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
}

TEST_F(UplinkTruthTest, AsksASuspectWithGrowingPauses) {
  see(EchoSight::Silent);
  for (const Duration pause : {1min, 2min, 4min, 8min, 16min, 32min, 60min, 60min}) {
    check(ContentVerdict::Redirected, ResolverVerdict::Wrong);
    EXPECT_EQ(truth_.next_deadline(), now_ + pause);
    now_ = now_ + pause;
  }
}

TEST_F(UplinkTruthTest, ForgetsAPortalWhenEchoesAnswerAndProvesItAnewAtMostAMinuteLater) {
  see(EchoSight::Silent);
  check(ContentVerdict::Redirected, ResolverVerdict::Wrong);
  now_ = now_ + 10s;
  see(EchoSight::Answering);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  EXPECT_FALSE(due());
  now_ = now_ + 50s;
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
}

TEST_F(UplinkTruthTest, AsksAFlappingUplinkAtMostOnceAMinute) {
  int checks = 0;
  for (int second = 0; second < 600; ++second) {
    see(second % 2 == 0 ? EchoSight::Answering : EchoSight::Silent);
    if (const auto wants = truth_.wants(now_); wants.any()) {
      ++checks;
      truth_.on(ContentChecked{kLte, *wants.content, ContentVerdict::Signed, "", 900}, now_);
      truth_.on(ResolverChecked{kLte, ResolverVerdict::Right, "", 200}, now_);
    }
    now_ = now_ + 1s;
  }
  EXPECT_LE(checks, 11);
  EXPECT_GE(checks, 5);
}

TEST_F(UplinkTruthTest, KeepsWhatItKnowsThroughASuspicionThatPasses) {
  see(EchoSight::Answering);
  check(ContentVerdict::Signed, ResolverVerdict::Right);
  const Instant next = truth_.next_deadline();
  now_ = now_ + 10min;
  see(EchoSight::Unknown);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
  see(EchoSight::Answering);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
  EXPECT_EQ(truth_.next_deadline(), next);
}

TEST_F(UplinkTruthTest, ChecksAtOnceUnderANewAddress) {
  see(EchoSight::Silent);
  check(ContentVerdict::Redirected, ResolverVerdict::Wrong);
  truth_.see({*IpAddress::parse("10.2.0.77"), EchoSight::Silent}, now_);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  EXPECT_TRUE(due());
}

TEST_F(UplinkTruthTest, IgnoresAnAnswerOfAnEarlierTime) {
  see(EchoSight::Answering);
  const auto old = truth_.wants(now_);
  truth_.see({std::nullopt, EchoSight::Unknown}, now_);
  see(EchoSight::Silent);
  truth_.on(ContentChecked{kLte, old.content.value(), ContentVerdict::Signed, "", 900}, now_);
  truth_.on(ResolverChecked{kLte, ResolverVerdict::Right, "", 200}, now_);
  EXPECT_EQ(truth_.verdict(), Truth::Unknown);
  EXPECT_EQ(truth_.bytes(), 1100U);  // paid all the same
  truth_.on(ContentChecked{UplinkId::parse("vsat").value(), 1, ContentVerdict::Signed, "", 900}, now_);
  EXPECT_EQ(truth_.bytes(), 1100U);
}

TEST_F(UplinkTruthTest, TakesACheckThatNeverEndsForSilence) {
  see(EchoSight::Silent);
  ASSERT_TRUE(truth_.wants(now_).any());
  now_ = truth_.next_deadline();
  truth_.tick(now_);
  EXPECT_EQ(truth_.verdict(), Truth::Silent);
  EXPECT_GT(truth_.next_deadline(), now_);
}

TEST_F(UplinkTruthTest, GoesByNamesAloneWhereNoContentIsServed) {
  truth_.reconfigure({.content = false}, now_);
  see(EchoSight::Answering);
  const auto wants = truth_.wants(now_);
  EXPECT_FALSE(wants.content);
  EXPECT_TRUE(wants.resolver);
  truth_.on(ResolverChecked{kLte, ResolverVerdict::Right, "", 0}, now_);
  EXPECT_EQ(truth_.verdict(), Truth::Proven);
  truth_.reconfigure({.content = false, .resolver = false}, now_);
  now_ = now_ + 1h;
  EXPECT_FALSE(truth_.wants(now_).any());
  EXPECT_EQ(truth_.next_deadline(), Instant::max());
}

}  // namespace
}  // namespace karkara
