// What a link is taken to carry when its terminal names another modulation and coding.
#include "agent/shaping/efficiency_seed.h"

#include <gtest/gtest.h>

#include "agent/shaping/link_efficiency.h"
#include "tests/agent/shaping/adaptive_rate_link.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

TEST(LinkEfficiency, ReadsTheNamesOfDvbS2AndItsKin) {
  EXPECT_DOUBLE_EQ(efficiency_of_modcod("QPSK 1/2").value(), 1.0);
  EXPECT_DOUBLE_EQ(efficiency_of_modcod("8PSK 3/5").value(), 1.8);
  EXPECT_DOUBLE_EQ(efficiency_of_modcod("16APSK-3/4").value(), 3.0);
  EXPECT_DOUBLE_EQ(efficiency_of_modcod("32APSK_9/10").value(), 4.5);
  // EN 302 307-1, table 13: 0.490 to 4.453 bits a symbol, with what framing takes.
  EXPECT_NEAR(efficiency_of_modcod("32APSK 9/10").value() / efficiency_of_modcod("QPSK 1/4").value(),
              4.453027 / 0.490243, 0.1);
}

TEST(LinkEfficiency, DoesNotGuess) {
  for (const char* name : {"", "7", "dummy", "QPSK", "QPSK 5/4", "QPSK 0/4", "QPSK 3/0", "QPSK 3/4 pilots", "QPSK -3/4",
                           "XPSK 3/4", " 3/4", "QPSK 1/99999999999999999999", "qpsk 3/4"}) {
    EXPECT_EQ(efficiency_of_modcod(name), std::nullopt) << name;
  }
  EXPECT_EQ(efficiency_of_modcod(std::string(10'000, 'Q')), std::nullopt);
}

TEST(LinkEfficiency, KnowsTheTableOfLte) {
  EXPECT_DOUBLE_EQ(efficiency_of_cqi(1).value(), 0.1523);
  EXPECT_DOUBLE_EQ(efficiency_of_cqi(15).value(), 5.5547);
  for (const double cqi : {0.0, -1.0, 16.0, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(efficiency_of_cqi(cqi), std::nullopt);
  }
}

TEST(EfficiencySeed, ScalesWhatWasGoodByWhatASymbolCarriesNow) {
  EfficiencySeed seed;
  Instant now{seconds{100}};
  EXPECT_EQ(seed.see(2.0, now), std::nullopt) << "nothing was learned";
  seed.learn(BitsPerSecond{2e6});
  EXPECT_EQ(seed.see(1.9, now), std::nullopt) << "about the same";
  EXPECT_EQ(seed.see(1.0, now), BitsPerSecond{1e6}) << "worse counts at once";
  EXPECT_EQ(seed.see(1.0, now + seconds{1}), std::nullopt) << "said already";
}

TEST(EfficiencySeed, BetterCountsWhenItHolds) {
  EfficiencySeed seed;
  Instant now{seconds{100}};
  (void)seed.see(1.0, now);
  seed.learn(BitsPerSecond{1e6});
  for (int second = 0; second < 60; ++second) {
    now = now + seconds{1};
    EXPECT_EQ(seed.see(second % 5 == 4 ? 1.0 : 1.5, now), std::nullopt) << "it goes to and fro";
  }
  std::optional<BitsPerSecond> told;
  int waited = 0;
  for (; !told && waited < 60; ++waited) {
    now = now + seconds{1};
    told = seed.see(1.5, now);
  }
  EXPECT_EQ(told, BitsPerSecond{1.5e6});
  EXPECT_NEAR(waited, 11, 1);
}

TEST(EfficiencySeed, KnowsFromAnEarlierRunWhatTheFirstWordMeans) {
  EfficiencySeed seed;
  seed.restore(EfficiencySeed::Learned{BitsPerSecond{2e6}, 2.0});
  EXPECT_EQ(seed.see(std::nullopt, Instant{seconds{1}}), std::nullopt);
  EXPECT_EQ(seed.see(1.5, Instant{seconds{2}}), BitsPerSecond{1.5e6});
  EfficiencySeed same;
  same.restore(EfficiencySeed::Learned{BitsPerSecond{2e6}, 2.0});
  EXPECT_EQ(same.see(2.1, Instant{seconds{2}}), std::nullopt);
}

TEST(EfficiencySeed, TakesNoImpossibleWord) {
  EfficiencySeed seed;
  (void)seed.see(2.0, Instant{seconds{1}});
  seed.learn(BitsPerSecond{2e6});
  for (const double told : {0.0, -3.0, 1e9, std::numeric_limits<double>::quiet_NaN()}) {
    EXPECT_EQ(seed.see(told, Instant{seconds{2}}), std::nullopt);
  }
  EXPECT_EQ(seed.expected(), BitsPerSecond{2e6});
}

// --- in AdaptiveRate ----------------------------------------------------------------------------------------------
TEST(AdaptiveRateSeed, ALinkThatTellsThatItCarriesLessIsFilledLessAtOnce) {
  Link link;
  link.full(10);
  link.keep(link.rate.seeded(BitsPerSecond{1e6}, link.now));
  ASSERT_FALSE(link.changes.empty());
  EXPECT_EQ(link.changes.back().reason, RateReason::Modcod);
  EXPECT_EQ(link.rate.rate(), BitsPerSecond{1e6});
  EXPECT_EQ(link.rate.good(), std::nullopt) << "what was good was so under another coding";
}

TEST(AdaptiveRateSeed, ItNeverGoesBelowTheFloor) {
  Link link;
  link.full(5);
  link.keep(link.rate.seeded(BitsPerSecond{1'000}, link.now));
  EXPECT_EQ(link.rate.rate(), kFloor);
}

TEST(AdaptiveRateSeed, AnIdleLinkBeginsWhereTheCodingSaysAndALoadedOneTries) {
  Link idle;
  idle.keep(idle.rate.seeded(BitsPerSecond{3e6}, idle.now));
  EXPECT_EQ(idle.rate.rate(), BitsPerSecond{3e6});
  Link loaded{settings(), BitsPerSecond{1e6}};
  loaded.full(3);
  const BitsPerSecond before = loaded.rate.rate();
  loaded.keep(loaded.rate.seeded(BitsPerSecond{3.5e6}, loaded.now));
  EXPECT_EQ(loaded.rate.rate(), before) << "more is shown by traffic that comes through";
  loaded.full(12);
  EXPECT_GT(loaded.rate.rate(), BitsPerSecond{3e6});
}

}  // namespace
}  // namespace karkara
