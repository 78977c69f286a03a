#include <gtest/gtest.h>

#include <random>

#include "tests/agent/shaping/adaptive_rate_link.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(AdaptiveRate, BeginsAtBaseOrWhereTheLinkWasGood) {
  EXPECT_EQ(Link{}.rate.rate(), kBase);
  EXPECT_EQ((Link{settings(), BitsPerSecond{900'000}}.rate.rate()), BitsPerSecond{900'000});
  EXPECT_EQ((Link{settings(), BitsPerSecond{9e9}}.rate.rate()), kCeiling);
}

TEST(AdaptiveRate, IsSilentOnAnIdleLinkWhateverItsAnswersDo) {
  Link link;
  link.idle(60);
  for (int i = 0; i < 300; ++i) {
    link.second(BitsPerSecond{i % 7 * 10'000.0}, milliseconds{i % 5 == 0 ? 900 : 0});
  }
  EXPECT_TRUE(link.changes.empty());
  EXPECT_EQ(link.rate.echo_wish(link.now), std::nullopt);
}

TEST(AdaptiveRate, IgnoresDelayBelowThirtyPercentOfLoad) {
  Link link;
  link.idle(60);
  for (int i = 0; i < 30; ++i) {
    link.second(kBase * 0.25, milliseconds{150});
  }
  EXPECT_TRUE(link.changes.empty());
}

TEST(AdaptiveRate, ADrainThatNobodyAnswersAnyMoreEnds) {
  Link link;
  link.idle(60);
  link.full(3);
  link.second(BitsPerSecond{500'000}, milliseconds{400});
  link.second(BitsPerSecond{500'000}, milliseconds{500});
  const BitsPerSecond cut = link.rate.rate();
  ASSERT_LT(cut, BitsPerSecond{450'000});
  for (int i = 0; i < 25; ++i) {  // the budget of echoes is spent
    link.now = link.now + seconds{1};
    link.load(cut, 20'000);
  }
  EXPECT_EQ(link.changes.back().reason, RateReason::Drained);
  EXPECT_LE(link.rate.rate(), BitsPerSecond{500'000});
}

// A queue of seconds holds all answers back; anchors that are gone look the same.
TEST(AdaptiveRate, ADrainGoesOnInSilenceButNotForLong) {
  Link link;
  link.idle(60);
  link.full(3);
  link.second(BitsPerSecond{1'000'000}, milliseconds{400});
  link.second(BitsPerSecond{1'000'000}, milliseconds{500});
  ASSERT_LT(link.rate.rate(), BitsPerSecond{1'000'000});
  link.changes.clear();
  link.rate.waiting(link.now);
  for (int i = 0; i < 35; ++i) {
    link.now = link.now + seconds{1};
    link.load(link.rate.rate(), 20'000);
  }
  ASSERT_EQ(link.changes.size(), 3U);
  EXPECT_EQ(link.changes[0].reason, RateReason::SmallerYet);
  EXPECT_EQ(link.changes[1].reason, RateReason::SmallerYet);
  EXPECT_EQ(link.changes[2].reason, RateReason::Drained);
}

TEST(AdaptiveRate, GoesBelowWhatTheLinkCarriesWithinTwoSecondsOfItsQueue) {
  Link link;
  link.idle(60);
  link.full(3);
  link.changes.clear();
  link.second(BitsPerSecond{500'000}, milliseconds{400});
  link.second(BitsPerSecond{500'000}, milliseconds{500});
  ASSERT_FALSE(link.changes.empty());
  EXPECT_LT(link.rate.rate(), BitsPerSecond{500'000});
  EXPECT_GE(link.rate.rate(), kFloor);
  EXPECT_GT(link.changes.back().added, milliseconds{300});
  EXPECT_EQ(link.changes.back().baseline, milliseconds{60});
}

TEST(AdaptiveRate, ReturnsJustBelowTheLinkWhenItsQueueIsGone) {
  Link link;
  link.idle(60);
  link.full(3);
  link.second(BitsPerSecond{500'000}, milliseconds{400});
  link.second(BitsPerSecond{500'000}, milliseconds{500});
  link.full(1, milliseconds{200});
  link.full(1, milliseconds{5});
  EXPECT_EQ(link.changes.back().reason, RateReason::Drained);
  EXPECT_GT(link.rate.rate(), BitsPerSecond{340'000});
  EXPECT_LT(link.rate.rate(), BitsPerSecond{500'000});
}

TEST(AdaptiveRate, OneLateAnswerUnderLoadChangesNothing) {
  Link link{still()};
  link.idle(60);
  link.full(1);
  link.changes.clear();
  link.rate.on(DelaySeen{1, milliseconds{900}}, link.now + milliseconds{100});
  link.second(kBase * 0.8, milliseconds{2});
  link.second(kBase * 0.8, milliseconds{2});
  EXPECT_TRUE(link.changes.empty());
}

// A second of radio silence after which all answers come at once is no queue.
TEST(AdaptiveRate, ASilentSecondIsNotAQueue) {
  Link link{still()};
  link.idle(60);
  link.full(1);
  link.changes.clear();
  link.now = link.now + milliseconds{1000};
  for (int i = 0; i < 5; ++i) {
    link.keep(link.rate.on(DelaySeen{1, milliseconds{1060 - i * 200}}, link.now + milliseconds{i}));
  }
  link.load(BitsPerSecond{0});
  link.second(kBase * 0.85, milliseconds{3});
  for (const RateChange& each : link.changes) {
    EXPECT_GE(each.to, each.from) << to_string(each.reason);
  }
}

TEST(AdaptiveRate, LostEchoesNeverBeginACut) {
  Link link{still()};
  link.idle(60);
  link.full(1);
  link.changes.clear();
  for (int i = 0; i < 60; ++i) {
    link.now = link.now + milliseconds{1000};
    link.rate.echo_lost(link.now);
    link.load(kBase * 0.8);
  }
  EXPECT_TRUE(link.changes.empty());
}

TEST(AdaptiveRate, TriesMoreOnlyWhileTrafficWaitsAndAnswersComeInTime) {
  Link link;
  link.idle(60);
  for (int i = 0; i < 20; ++i) {
    link.second(kBase * 0.6, milliseconds{1});
  }
  EXPECT_TRUE(link.changes.empty());
  link.full(12);
  EXPECT_EQ(link.rate.rate(), kCeiling);
  for (const RateChange& each : link.changes) {
    EXPECT_EQ(each.reason, RateReason::Tried);
    EXPECT_LE(each.to, each.from * 2.01);
  }
}

TEST(AdaptiveRate, DoesNotGoUpBlindly) {
  Link link;
  link.idle(60);
  for (int i = 0; i < 30; ++i) {
    link.now = link.now + milliseconds{1000};
    link.load(kBase, 50'000);
  }
  EXPECT_LE(link.changes.size(), 1U);
}

TEST(AdaptiveRate, GoesBackAtOnceWhenATryFillsTheLink) {
  Link link;
  link.idle(60);
  link.full(1);
  ASSERT_EQ(link.changes.back().reason, RateReason::Tried);
  link.keep(link.rate.on(DelaySeen{1, milliseconds{70}}, link.now + milliseconds{200}));
  link.keep(link.rate.on(DelaySeen{1, milliseconds{200}}, link.now + milliseconds{400}));
  link.keep(link.rate.on(DelaySeen{1, milliseconds{220}}, link.now + milliseconds{600}));
  link.keep(link.rate.on(DelaySeen{1, milliseconds{240}}, link.now + milliseconds{800}));
  link.keep(link.rate.on(DelaySeen{1, milliseconds{250}}, link.now + milliseconds{1000}));
  EXPECT_EQ(link.changes.back().reason, RateReason::TryFailed);
  EXPECT_LE(link.rate.rate(), kBase);
}

// The only traffic is a call that fits: whatever the radio does to its delay, the call keeps its rate.
TEST(AdaptiveRate, NeverCutsAStreamThatFits) {
  AdaptiveRateSettings thin = settings();
  thin.limits = {BitsPerSecond{100'000}, BitsPerSecond{300'000}, BitsPerSecond{1'000'000}};
  Link link{thin};
  link.idle(60);
  for (int i = 0; i < 300; ++i) {
    link.second(BitsPerSecond{128'000}, milliseconds{i / 10 % 3 == 0 ? 400 : 0});
    ASSERT_GE(link.rate.rate(), BitsPerSecond{128'000});
  }
}

TEST(AdaptiveRate, NeverGoesBelowWhatGuaranteedClassesUse) {
  Link link;
  link.idle(60);
  link.full(2);
  for (int i = 0; i < 40; ++i) {
    for (int n = 0; n < 5; ++n) {
      link.now = link.now + milliseconds{200};
      link.keep(link.rate.on(DelaySeen{1, milliseconds{1500}}, link.now));
    }
    LoadSeen seen;
    seen.bytes = static_cast<std::uint64_t>(link.rate.rate().value() / 8);
    seen.firm_bytes = 50'000;
    seen.backlog = 30'000;
    link.rate.on(seen, link.now);
    link.keep(link.rate.decide({}, link.now));
    ASSERT_GE(link.rate.rate(), BitsPerSecond{400'000});
  }
}

TEST(AdaptiveRate, FollowsAChangeOfRouteWithinAMinuteOrSo) {
  Link link;
  link.idle(60);
  link.baseline = milliseconds{140};
  for (int i = 0; i < 120; ++i) {
    link.second(kBase * 0.2, milliseconds{i % 3});
  }
  EXPECT_LT(link.rate.added(), milliseconds{5});
  link.baseline = milliseconds{50};
  link.second(kBase * 0.2, milliseconds{0});
  link.baseline = milliseconds{140};
  link.second(kBase * 0.2, milliseconds{0});
  EXPECT_GE(link.rate.added(), milliseconds{89}) << "down at once";
}

TEST(AdaptiveRate, DelayThatNoCutHelpsIsNotOurs) {
  Link link;
  link.idle(60);
  link.full(3);
  link.baseline = milliseconds{200};
  link.full(60);
  EXPECT_GE(link.rate.rate(), kBase * 0.9) << "it came back";
  EXPECT_LT(link.rate.added(), milliseconds{20});
}

TEST(AdaptiveRate, LeavesADelayToTheOtherDirectionThatTries) {
  Link link;
  link.idle(60);
  link.full(2);
  link.idle(4);
  link.changes.clear();
  link.other.tries = true;
  link.full(2, milliseconds{80});
  EXPECT_TRUE(link.changes.empty());
}

TEST(AdaptiveRate, AQueueOfOurOwnIsNotTheLinks) {
  Link link;
  link.idle(60);
  link.changes.clear();
  for (int i = 0; i < 20; ++i) {
    for (int n = 0; n < 5; ++n) {
      link.now = link.now + milliseconds{200};
      link.keep(link.rate.on(DelaySeen{1, milliseconds{460}, milliseconds{400}, true}, link.now));
    }
    link.load(link.rate.rate(), 50'000);
  }
  for (const RateChange& each : link.changes) {
    EXPECT_GT(each.to, each.from);
  }
}

TEST(AdaptiveRate, WishesForEchoesOnlyUnderLoadAndNeverBesidePassiveOnes) {
  Link link;
  link.idle(60);
  EXPECT_EQ(link.rate.echo_wish(link.now), std::nullopt);
  link.full(2);
  ASSERT_TRUE(link.rate.echo_wish(link.now));
  EXPECT_GE(*link.rate.echo_wish(link.now), milliseconds{200});
  link.rate.on(DelaySeen{2, milliseconds{90}, milliseconds{20}, true}, link.now);
  EXPECT_EQ(link.rate.echo_wish(link.now), std::nullopt);
  EXPECT_EQ(link.rate.echo_wish(link.now + seconds{10}), std::nullopt) << "nobody tells a load any more";

  AdaptiveRateSettings metered = still();
  metered.metered = true;
  Link bundle{metered};
  bundle.idle(60);
  bundle.full(2);
  ASSERT_TRUE(bundle.rate.echo_wish(bundle.now));
  EXPECT_GE(*bundle.rate.echo_wish(bundle.now), seconds{1});
  bundle.full(2, milliseconds{200});
  ASSERT_TRUE(bundle.rate.echo_wish(bundle.now));
  EXPECT_GE(*bundle.rate.echo_wish(bundle.now), milliseconds{200}) << "behind a change it may be quicker";
  EXPECT_GE(*bundle.rate.echo_wish(bundle.now + milliseconds{1600}), seconds{1});
}

TEST(AdaptiveRate, ANewLinkForgetsTheOldOne) {
  Link link;
  link.idle(60);
  link.full(5);
  link.keep(link.rate.attached(BitsPerSecond{700'000}, link.now));
  EXPECT_EQ(link.changes.back().reason, RateReason::Attached);
  EXPECT_EQ(link.rate.rate(), BitsPerSecond{700'000});
  EXPECT_EQ(link.rate.good(), std::nullopt);
  link.baseline = milliseconds{620};
  link.second(BitsPerSecond{100'000}, milliseconds{0});
  EXPECT_EQ(link.rate.added(), milliseconds{0});
}

TEST(AdaptiveRate, ConfigurationMovesItIntoItsNewLimits) {
  Link link;
  AdaptiveRateSettings narrow = settings();
  narrow.limits = {BitsPerSecond{100'000}, BitsPerSecond{500'000}, BitsPerSecond{1'000'000}};
  link.keep(link.rate.configure(narrow, link.now));
  EXPECT_EQ(link.changes.back().reason, RateReason::Limits);
  EXPECT_EQ(link.rate.rate(), BitsPerSecond{1'000'000});
  narrow.limits = {BitsPerSecond{-5}, BitsPerSecond{9e9}, BitsPerSecond{0}};
  link.keep(link.rate.configure(narrow, link.now));
  EXPECT_GT(link.rate.rate(), BitsPerSecond{0});
}

// Laws for any input: within the limits, one change tells where it came from and why, no step below what the last
// second carried by more than a drain, none on an idle link, deadlines ahead.
TEST(AdaptiveRate, HoldsItsLawsForAnyInput) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random{seed};
    const auto below = [&random](std::uint64_t most) { return random() % most; };
    Link link;
    BitsPerSecond rate = link.rate.rate();
    for (int step = 0; step < 400; ++step) {
      link.changes.clear();
      const bool idle = step > 200 && step < 260;
      for (std::uint64_t n = below(6); n > 0; --n) {
        link.now = link.now + milliseconds{1 + below(300)};
        const auto taken = static_cast<std::int64_t>(below(10) == 0 ? below(100'000) : 40 + below(400));
        if (below(8) == 0) {
          link.rate.echo_lost(link.now);
        }
        link.keep(link.rate.on(DelaySeen{below(20), milliseconds{taken - 50}, milliseconds{below(90)}}, link.now));
      }
      link.other = {below(2) == 0, below(4) == 0, below(4) == 0};
      const double carried = idle ? 0 : link.rate.rate().value() * static_cast<double>(below(120)) / 100;
      link.load(BitsPerSecond{carried}, idle ? 0 : below(40'000));
      for (const RateChange& each : link.changes) {
        ASSERT_EQ(each.from, rate);
        ASSERT_GE(each.to, kFloor);
        ASSERT_LE(each.to, kCeiling);
        ASSERT_LE(each.to, each.from * 2.51);
        ASSERT_GE(each.to, std::min(each.from, each.carried) * 0.39) << to_string(each.reason);
        ASSERT_FALSE(step > 206 && idle) << to_string(each.reason);
        rate = each.to;
      }
      link.now = link.now + milliseconds{below(1000)};
    }
  }
}

}  // namespace
}  // namespace karkara
