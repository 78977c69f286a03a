// AdaptiveRate on its way up: what a try costs, what proves it, and what ends it.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/shaping/adaptive_rate_link.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

// What waited in our tree is gone and one answer is late: it waits in the link now.
TEST(AdaptiveRate, ATryThatEmptiesOurTreeIsTakenBackAtTheFirstLateAnswer) {
  QuickLink link;
  link.idle(60);
  link.busy(15);
  ASSERT_EQ(link.changes.back().reason, RateReason::Tried);
  const BitsPerSecond tried = link.rate.rate();
  link.fifth(kBase, 0);
  link.fifth(kBase, 0);
  link.answer(milliseconds{120}, milliseconds{120});
  EXPECT_EQ(link.changes.back().reason, RateReason::TryFailed);
  EXPECT_LT(link.rate.rate(), tried);
}

TEST(AdaptiveRate, ATryThatNobodyUsesIsNotFollowedByAnother) {
  QuickLink link;
  link.idle(60);
  link.busy(4);
  ASSERT_LT(link.rate.rate(), kCeiling);
  ASSERT_EQ(link.changes.back().reason, RateReason::Tried);
  const BitsPerSecond tried = link.rate.rate();
  for (int i = 0; i < 20; ++i) {
    link.answer(milliseconds{1}, milliseconds{1});
    link.fifth(link.rate.rate() * 0.95, 0);
    EXPECT_LE(link.rate.rate(), tried);
  }
}

TEST(AdaptiveRate, IsInvitedToTryWhenTheOtherDirectionFoundMore) {
  for (const bool invited : {false, true}) {
    QuickLink link;
    link.idle(60);
    link.busy(15);
    link.fifth(kBase, 0);
    link.fifth(kBase, 0);
    link.answer(milliseconds{120}, milliseconds{120});
    ASSERT_EQ(link.changes.back().reason, RateReason::TryFailed);
    link.busy(4);
    link.other.grew = invited;
    link.changes.clear();
    link.busy(3);
    EXPECT_EQ(!link.changes.empty() && link.changes.back().reason == RateReason::Tried, invited);
  }
}

// What it found so far speaks against that failure: it does not wait its pause out in the middle of its way up.
TEST(AdaptiveRate, BehindATryThatWentWellThePauseOfAnEarlierFailureIsOver) {
  QuickLink link;
  link.idle(60);
  for (int failure = 0; failure < 4; ++failure) {
    link.changes.clear();
    for (int i = 0; i < 60 && (link.changes.empty() || link.changes.back().reason != RateReason::Tried); ++i) {
      link.busy(1);
    }
    ASSERT_FALSE(link.changes.empty());
    const BitsPerSecond before = link.changes.back().from;
    link.fifth(before, 0);
    link.fifth(before, 0);
    link.answer(milliseconds{120}, milliseconds{120});
    ASSERT_EQ(link.changes.back().reason, RateReason::TryFailed);
  }
  link.busy(4);
  link.other.grew = true;
  link.changes.clear();
  link.busy(3);
  ASSERT_FALSE(link.changes.empty());
  link.other.grew = false;
  const std::size_t tries = link.changes.size();
  link.busy(6);
  EXPECT_GT(link.changes.size(), tries) << "the pause of the fourth failure would be six seconds";
}

// Up to a try over what the link carried when it had a queue.
void try_carefully(QuickLink& link) {
  link.idle(60);
  link.busy(15);
  link.fifth(kBase, 0);
  link.fifth(kBase, 0);
  link.answer(milliseconds{120}, milliseconds{120});
  ASSERT_EQ(link.changes.back().reason, RateReason::TryFailed);
  for (int i = 0; i < 60 && link.changes.back().reason != RateReason::Tried; ++i) {
    link.busy(1);
  }
  ASSERT_EQ(link.changes.back().reason, RateReason::Tried);
}

// Not late yet, and later than usual: the queue of a try that is too much, seen before it is long.
TEST(AdaptiveRate, ATryOverWhatTheLinkCarriedIsTakenBackBeforeItsAnswersAreLate) {
  QuickLink link;
  try_carefully(link);
  const BitsPerSecond tried = link.rate.rate();
  for (int i = 0; i < 2; ++i) {
    link.fifth(tried, 20'000);
    link.answer(milliseconds{20}, milliseconds{20});
  }
  ASSERT_FALSE(link.rate.is_late());
  EXPECT_EQ(link.changes.back().reason, RateReason::TryFailed);
  EXPECT_LT(link.rate.rate(), tried);
}

TEST(AdaptiveRate, ATryThatBringsNoMoreIsNoProofOfMore) {
  QuickLink link;
  try_carefully(link);
  const BitsPerSecond before = link.changes.back().from;
  const BitsPerSecond tried = link.rate.rate();
  for (int i = 0; i < 10; ++i) {
    link.fifth(before, 20'000);
    link.answer(milliseconds{1}, milliseconds{1});
    EXPECT_LE(link.rate.rate(), tried);
  }
}

// BBR finds more in one of eight round trips only: a try has to last for as long.
TEST(AdaptiveRate, ATryWaitsForSendersThatPaceThemselves) {
  QuickLink link;
  try_carefully(link);
  const BitsPerSecond tried = link.rate.rate();
  for (int i = 0; i < 10; ++i) {
    link.fifth(tried * 0.85, 0);
    link.answer(milliseconds{1}, milliseconds{1});
  }
  EXPECT_EQ(link.rate.rate(), tried);
  for (int i = 0; i < 5; ++i) {
    link.fifth(tried * 0.85, 0);
    link.answer(milliseconds{1}, milliseconds{1});
  }
  EXPECT_LT(link.rate.rate(), tried) << "nobody wants it";
}

}  // namespace
}  // namespace karkara
