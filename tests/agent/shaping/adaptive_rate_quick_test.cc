// AdaptiveRate with counters five times a second and answers that tell each way: collapses and drains.
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/shaping/adaptive_rate_link.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(AdaptiveRate, CountersAreWishedForFiveTimesASecondOnlyUnderLoad) {
  QuickLink link;
  link.idle(3);
  EXPECT_EQ(link.rate.count_wish(link.now), seconds{1});
  link.busy(5);
  EXPECT_EQ(link.rate.count_wish(link.now), milliseconds{200});
  EXPECT_EQ(link.rate.count_wish(link.now + seconds{10}), seconds{1}) << "nobody tells a load any more";
}

TEST(AdaptiveRate, ASecondOfLoadIsTheSameInFivePartsAsInOne) {
  RecentLoad whole;
  RecentLoad parts;
  const Instant now{seconds{10}};
  whole.add({.bytes = 100'000, .backlog = 500}, BitsPerSecond{1e6}, 1500, now + seconds{1});
  for (int i = 1; i <= 5; ++i) {
    const LoadSeen part{.bytes = i == 3 ? 100'000ULL : 0ULL, .backlog = 500, .span = milliseconds{200}};
    parts.add(part, BitsPerSecond{1e6}, 1500, now + i * milliseconds{200});
  }
  EXPECT_NEAR(parts.last().load, whole.last().load, 1e-9);
  EXPECT_NEAR(parts.last().carried.value(), whole.last().carried.value(), 1e-3);
  EXPECT_EQ(parts.newest().carried, BitsPerSecond{0});
}

// The budget of echoes has to last for as long as a load does.
TEST(AdaptiveRate, EchoesAreWishedForQuicklyOnlyBehindATryOrAtASuspicion) {
  QuickLink link;
  link.idle(60);
  link.busy(4);
  ASSERT_EQ(link.changes.back().reason, RateReason::Tried);
  EXPECT_EQ(link.rate.echo_wish(link.now), milliseconds{200});
  QuickLink calm{still()};
  calm.idle(60);
  calm.busy(10);
  EXPECT_EQ(calm.rate.echo_wish(calm.now), milliseconds{1200});
  calm.fifth(BitsPerSecond{400'000}, 0);
  EXPECT_EQ(calm.rate.echo_wish(calm.now), milliseconds{200});
}

// The link let through a quarter at once, and the next echo does not come back: nobody waits for its answer.
TEST(AdaptiveRate, ACollapseUnderLoadCutsBeforeItsAnswersCome) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  ASSERT_TRUE(link.changes.empty());
  const Instant asked = link.now;
  link.rate.waiting(asked);
  link.fifth(BitsPerSecond{400'000}, 0);
  link.fifth(BitsPerSecond{400'000}, 0);
  ASSERT_FALSE(link.changes.empty()) << "0.4 s after it";
  EXPECT_EQ(link.changes.back().reason, RateReason::Collapsed);
  EXPECT_LT(link.rate.rate(), BitsPerSecond{400'000});
  EXPECT_GE(link.rate.rate(), kFloor);
}

TEST(AdaptiveRate, LessTrafficWhileAnswersComeIsNoCollapse) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  for (int i = 0; i < 20; ++i) {
    link.answer(milliseconds{2}, milliseconds{1});
    link.rate.waiting(link.now + milliseconds{150});
    link.fifth(BitsPerSecond{400'000}, 0);
  }
  EXPECT_TRUE(link.changes.empty());
}

TEST(AdaptiveRate, ALostEchoWhileTrafficFlowsIsNoCollapse) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  link.rate.waiting(link.now);
  for (int i = 0; i < 10; ++i) {
    link.fifth(kBase, 20'000);
  }
  EXPECT_TRUE(link.changes.empty());
}

// Acknowledgements that the other direction holds back look like a collapse of this one, until an answer tells the way.
TEST(AdaptiveRate, TakesACutForSilenceBackWhenTheAnswerTellsOfTheOtherDirection) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  link.rate.waiting(link.now);
  link.fifth(BitsPerSecond{300'000}, 0);
  link.fifth(BitsPerSecond{300'000}, 0);
  ASSERT_EQ(link.changes.back().reason, RateReason::Collapsed);
  link.rate.waiting(std::nullopt);
  for (int i = 0; i < 5; ++i) {
    link.answer(milliseconds{600}, milliseconds{1});
    link.fifth(BitsPerSecond{300'000}, 10'000);
  }
  EXPECT_EQ(link.rate.rate(), kBase);
  link.rate.waiting(link.now);  // and it happens again: the same other direction
  link.busy(5);
  link.fifth(BitsPerSecond{300'000}, 0);
  link.fifth(BitsPerSecond{300'000}, 0);
  EXPECT_EQ(link.rate.rate(), kBase);
}

AdaptiveRateSettings wide() {
  AdaptiveRateSettings made = still();
  made.limits = {kFloor, BitsPerSecond{20e6}, BitsPerSecond{20e6}};
  return made;
}

// For so long, as UplinkHealth gives up its echoes after some seconds.
void be_away(QuickLink& link, int fifths) {
  const Instant asked = link.now;
  for (int i = 0; i < fifths; ++i) {
    link.rate.waiting(std::max(asked, link.now + seconds{-3}));
    link.fifth(BitsPerSecond{0}, 0);
  }
  link.rate.waiting(std::nullopt);
}

TEST(AdaptiveRate, AnOutageUnderLoadIsOneCutAndHalfOfTheRateComesBackAtOnce) {
  QuickLink link{wide()};
  link.idle(60);
  link.busy(10);
  ASSERT_TRUE(link.changes.empty());
  be_away(link, 40);
  ASSERT_FALSE(link.changes.empty());
  EXPECT_EQ(link.changes.front().reason, RateReason::Collapsed);
  EXPECT_EQ(link.changes.front().to, BitsPerSecond{1e6});
  EXPECT_GT(link.rate.rate(), BitsPerSecond{0.5e6}) << "no cut of a cut";
  link.busy(5);
  EXPECT_GE(link.rate.rate(), BitsPerSecond{10e6}) << "a second after the link";
  EXPECT_LE(link.rate.rate(), BitsPerSecond{13e6}) << "it may carry less than before";
  link.busy(40);
  EXPECT_GT(link.rate.rate(), BitsPerSecond{18e6});
}

// The link came back with less: its queue shows in the first answers, and half of what was before would be too much.
TEST(AdaptiveRate, ASilenceThatEndsInLateAnswersWasNoOutage) {
  QuickLink link{wide()};
  link.idle(60);
  link.busy(10);
  be_away(link, 40);
  for (const int left : {2000, 1500, 900, 300, 1, 1, 1, 1}) {
    link.answer(milliseconds{left}, milliseconds{left});
    link.fifth(link.rate.rate(), 20'000);
  }
  EXPECT_LT(link.rate.rate(), BitsPerSecond{5e6});
}

TEST(AdaptiveRate, AfterAnOutageThatNoAnswerEndsTheRateComesBackByItself) {
  QuickLink link{wide()};
  link.idle(60);
  link.busy(10);
  be_away(link, 10);
  ASSERT_LE(link.rate.rate(), BitsPerSecond{1e6});
  for (int i = 0; i < 100; ++i) {  // traffic flows, and the anchors are gone
    link.fifth(link.rate.rate(), 20'000);
    ASSERT_TRUE(link.changes.back().to <= link.changes.back().from * 2.51);
  }
  EXPECT_EQ(link.rate.rate(), BitsPerSecond{10e6});
}

TEST(AdaptiveRate, DelayOfTheOtherDirectionAloneChangesNothing) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  for (int i = 0; i < 50; ++i) {
    link.answer(milliseconds{300}, milliseconds{i % 4});
    link.fifth(kBase, 20'000);
  }
  EXPECT_TRUE(link.changes.empty());
}

// A clock that is set makes one way look longer for good: the round trip has the last word.
TEST(AdaptiveRate, AnAnchorWhoseClockIsSetCutsNothing) {
  for (const Duration by : {seconds{5}, seconds{-5}, seconds{4000}, seconds{-4000}}) {
    QuickLink link{still()};
    link.idle(60);
    link.busy(10);
    link.far += by;
    for (int i = 0; i < 50; ++i) {
      link.answer(milliseconds{2}, milliseconds{1});
      link.fifth(kBase, 20'000);
    }
    EXPECT_TRUE(link.changes.empty());
  }
}

// All answers alike say 800 ms: without a word from the anchor's clock that has to be the round trip's own.
TEST(AdaptiveRate, AnAnchorThatBeginsToTellTimeBehindAQueueDoesNotHideIt) {
  QuickLink link{still()};
  link.idle(60);
  for (int i = 0; i < 10; ++i) {
    link.keep(link.rate.on(DelaySeen{1, link.baseline}, link.now));
    link.fifth(kBase, 20'000);
  }
  link.now = link.now + seconds{1};
  for (int i = 0; i < 5; ++i) {
    link.answer(milliseconds{800}, milliseconds{800});
    EXPECT_GE(link.rate.added(), milliseconds{800});
    link.fifth(kBase * 0.8, 0);
  }
  ASSERT_FALSE(link.changes.empty());
  EXPECT_EQ(link.changes.front().reason, RateReason::LinkQueue);
  link.answer(milliseconds{1}, milliseconds{1});
  link.fifth(kFloor, 20'000);
  for (int i = 0; i < 5; ++i) {  // from the first answer without a queue on, the ways are told apart
    link.answer(milliseconds{300}, milliseconds{1});
    link.fifth(kFloor, 20'000);
  }
  EXPECT_LT(link.rate.added(), milliseconds{5});
}

TEST(AdaptiveRate, AClockThatIsSetBehindAQueueDoesNotHideIt) {
  for (const Duration by : {seconds{4000}, seconds{-4000}, seconds{1}, seconds{-1}}) {
    QuickLink link{still()};
    link.idle(60);
    link.busy(10);
    link.now = link.now + seconds{1};
    link.answer(milliseconds{800}, milliseconds{800});
    link.fifth(kBase * 0.8, 0);
    link.far += by;
    for (int i = 0; i < 5; ++i) {
      link.answer(milliseconds{800}, milliseconds{800});
      EXPECT_GE(link.rate.added(), milliseconds{750});
      link.fifth(kBase * 0.8, 0);
    }
    EXPECT_FALSE(link.changes.empty());
  }
}

// Half a second is no more than the round trip tells: who looks only at that takes the other direction's queue for
// ours.
TEST(AdaptiveRate, AClockThatIsSetBehindTheOtherDirectionsQueueCutsNothing) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  for (int i = 0; i < 30; ++i) {
    link.far += milliseconds{i == 3 ? 500 : 0};
    link.answer(milliseconds{800}, milliseconds{1});
    link.fifth(kBase, 20'000);
  }
  EXPECT_TRUE(link.changes.empty());
}

// Answers so far apart that one queue may have gone and another come: what the clock says of it is not believed.
TEST(AdaptiveRate, AClockThatMayHaveBeenSetTellsNothingUntilAnAnswerComesInTime) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  link.answer(milliseconds{800}, milliseconds{1});
  link.now = link.now + seconds{2};
  link.far += milliseconds{500};
  link.answer(milliseconds{800}, milliseconds{1});
  EXPECT_EQ(link.rate.added(), milliseconds{800}) << "of the round trip";
  link.now = link.now + seconds{1};
  link.answer(milliseconds{1}, milliseconds{1});
  link.now = link.now + seconds{1};
  link.answer(milliseconds{300}, milliseconds{1});
  EXPECT_LT(link.rate.added(), milliseconds{5});
}

// While the link's queue drains, what arrives at our tree is what the link carries, whatever we let through of it.
TEST(AdaptiveRate, ADownloadsDrainTellsWhatTheLinkCarries) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  link.rate.waiting(link.now);
  link.fifth(BitsPerSecond{300'000}, 0);
  link.fifth(BitsPerSecond{300'000}, 0);
  ASSERT_EQ(link.changes.back().reason, RateReason::Collapsed);
  link.rate.waiting(std::nullopt);
  std::uint64_t backlog = 0;
  for (int i = 0; i < 10; ++i) {  // the link carries 800 kbit/s after all
    link.answer(milliseconds{900 - i * 60}, milliseconds{900 - i * 60});
    backlog += static_cast<std::uint64_t>((800'000 - link.rate.rate().value()) / 40);
    link.fifth(link.rate.rate(), backlog);
  }
  for (int i = 0; i < 5; ++i) {
    link.answer(milliseconds{1}, milliseconds{1});
    link.fifth(link.rate.rate(), backlog);
  }
  EXPECT_GT(link.rate.rate(), BitsPerSecond{450'000});
  EXPECT_LT(link.rate.rate(), BitsPerSecond{800'000});
}

// An upload's drain tells it by how its delay falls.
TEST(AdaptiveRate, AnUploadsDrainTellsWhatTheLinkCarries) {
  AdaptiveRateSettings upward = still();
  upward.upward = true;
  QuickLink link{upward};
  link.idle(60);
  link.busy(10);
  link.rate.waiting(link.now);
  link.fifth(BitsPerSecond{300'000}, 0);
  link.fifth(BitsPerSecond{300'000}, 0);
  ASSERT_EQ(link.changes.back().reason, RateReason::Collapsed);
  ASSERT_EQ(link.rate.rate(), kFloor);
  link.rate.waiting(std::nullopt);
  for (int i = 0; i < 8; ++i) {
    link.fifth(kFloor, 20'000);
  }
  for (const int left : {1500, 900, 300, 0, 0, 0}) {  // the link carries four times what goes in
    link.answer(milliseconds{left}, milliseconds{left});
    link.fifth(link.rate.rate(), 20'000);
  }
  EXPECT_GT(link.rate.rate(), BitsPerSecond{300'000});
  EXPECT_LT(link.rate.rate(), BitsPerSecond{800'000});
}

TEST(AdaptiveRate, ACollapseIsCutByWhatComesNowAndNotByWhatCameAsItBegan) {
  QuickLink link{still()};
  link.idle(60);
  link.busy(10);
  link.rate.waiting(link.now);
  link.fifth(BitsPerSecond{750'000}, 0);
  link.fifth(BitsPerSecond{400'000}, 0);
  ASSERT_EQ(link.changes.back().reason, RateReason::Collapsed);
  EXPECT_EQ(link.rate.rate(), BitsPerSecond{240'000});
}

// What left before the link shrank came through in time: it says nothing of what waits there since.
TEST(AdaptiveRate, AnUploadsCutForSilenceIsNotTakenBackForAnAnswerToAnOlderQuestion) {
  AdaptiveRateSettings upward = still();
  upward.upward = true;
  QuickLink link{upward};
  link.idle(60);
  link.busy(10);
  const Instant before = link.now + milliseconds{-20};
  link.rate.waiting(before);
  link.fifth(BitsPerSecond{300'000}, 0);
  link.fifth(BitsPerSecond{300'000}, 0);
  ASSERT_EQ(link.changes.back().reason, RateReason::Collapsed);
  const BitsPerSecond cut = link.rate.rate();
  link.answer(link.now - before - link.baseline, milliseconds{1});  // it waited on its way back
  link.fifth(cut, 20'000);
  EXPECT_EQ(link.rate.rate(), cut);
}

TEST(AdaptiveRate, ALoadThatBeginsIsAskedAboutSoon) {
  QuickLink link{still()};
  link.idle(60);
  link.now = link.now + seconds{20};  // nobody was asked for as long
  link.fifth(kBase, 20'000);
  EXPECT_EQ(link.rate.echo_wish(link.now), milliseconds{400});
  link.rate.waiting(link.now);
  EXPECT_EQ(link.rate.echo_wish(link.now), milliseconds{1200}) << "the anchor may be gone";
}

}  // namespace
}  // namespace karkara
