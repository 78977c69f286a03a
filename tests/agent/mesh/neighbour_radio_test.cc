// What neighbours' agents tell of their radios, and what their hellos tell of the links to them.
#include "tests/agent/mesh/one_neighbour.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

const MacAddress kTheirs = *MacAddress::parse("02:00:00:00:02:00");
const MacAddress kOurs = *MacAddress::parse("02:00:00:00:01:00");

Hello offer_by_radio() {
  Hello hello = offer();
  hello.radios = {kTheirs};
  return hello;
}

TEST_F(OneNeighbour, ARadioThatWillBeQuietIsLeftBefore) {
  hear(offer());
  take(feature_.on(NeighbourMet{*SiteId::parse("torodi"), "fe80::2"}, now_));
  take(feature_.on(HelloHeard{*SiteId::parse("torodi"), offer(address_of("torodi"))}, now_));
  EXPECT_EQ(feature_.lender(), kollo_);
  Hello quiet = offer();
  quiet.quiet_in = 20;
  hear(quiet);
  EXPECT_EQ(feature_.lender()->text(), "torodi");
}

TEST_F(OneNeighbour, ARadioThatWillBeTurnedDownIsLeftBeforeWhereItWouldHardlyBeHeard) {
  hear(offer_by_radio());
  take(feature_.on(NeighbourMet{*SiteId::parse("torodi"), "fe80::2"}, now_));
  take(feature_.on(HelloHeard{*SiteId::parse("torodi"), offer(address_of("torodi"))}, now_));
  Surroundings around;
  around.air.signals[kTheirs] = Dbm{-60};
  take(feature_.follow(around, now_));
  Hello weaker = offer_by_radio();
  weaker.weaker = WeakerSoon{5, 12};
  hear(weaker);
  EXPECT_EQ(feature_.lender(), kollo_) << "-72 dBm is enough";
  EXPECT_EQ(feature_.advice()->draining, "");
  around.air.signals[kTheirs] = Dbm{-75};
  take(feature_.follow(around, now_));
  EXPECT_EQ(feature_.lender()->text(), "torodi") << "-87 dBm is not";
  EXPECT_EQ(feature_.report(now_).neighbours.at(0).weaker, (WeakerSoon{5, 12}));
}

TEST_F(OneNeighbour, OfTheOnlyLenderThatWillHardlyBeHeardTheUplinkIsDrained) {
  hear(offer_by_radio());
  Surroundings around;
  around.air.signals[kTheirs] = Dbm{-75};
  take(feature_.follow(around, now_));
  Hello weaker = offer_by_radio();
  weaker.weaker = WeakerSoon{5, 12};
  hear(weaker);
  EXPECT_EQ(feature_.advice()->draining, "kollo turns its radio down, and would hardly be heard");
  hear(offer_by_radio());
  EXPECT_EQ(feature_.advice()->draining, "");
}

TEST_F(OneNeighbour, WhatItsOwnRadioWillDoIsSaidAtOnce) {
  Surroundings around;
  around.air.radios = {kOurs, kTheirs, *MacAddress::parse("02:00:00:00:03:00")};
  take(feature_.follow(around, now_));
  EXPECT_EQ(last_said().radios, (std::vector{kOurs, kTheirs})) << "as many as fit";
  EXPECT_EQ(last_said().weaker, std::nullopt);
  effects_.clear();
  around.weaker = WeakerSoon{5, 10};
  take(feature_.follow(around, now_));
  ASSERT_EQ(all<SayHello>().size(), 1U) << "with no wait for the next one";
  EXPECT_EQ(last_said().weaker, (WeakerSoon{5, 10}));
  effects_.clear();
  around.quiet_in = seconds{5};
  take(feature_.follow(around, now_));
  ASSERT_EQ(all<SayHello>().size(), 1U);
  EXPECT_EQ(last_said().quiet_in, 5U);
}

TEST_F(OneNeighbour, HellosThatDoNotComeForHalfAMinuteAreLostAndForgottenWithIt) {
  hear(offer_by_radio());
  take(feature_.on(NeighbourLost{kollo_, "no hello for 15 s"}, now_ + seconds{15}));
  EXPECT_TRUE(feature_.lost_hellos(now_ + seconds{29}).empty()) << "an agent begins anew in less";
  const auto lost = feature_.lost_hellos(now_ + seconds{30});
  ASSERT_EQ(lost.size(), 1U);
  EXPECT_EQ(lost[0], (LostHellos{{kTheirs}, true, "heard, but no hello of kollo comes any more"}));
  take(feature_.tick(now_ + seconds{15} + minutes{60}));
  EXPECT_TRUE(feature_.lost_hellos(now_ + minutes{61}).empty());
}

TEST_F(OneNeighbour, SilenceThatHasAnotherReasonIsNoLoss) {
  hear(offer_by_radio());
  take(feature_.on(NeighbourLost{kollo_, "its certificate was revoked"}, now_ + seconds{1}));
  EXPECT_TRUE(feature_.lost_hellos(now_ + minutes{1}).empty());
  take(feature_.on(NeighbourMet{kollo_, "fe80::1"}, now_));
  hear(offer_by_radio());
  take(feature_.on(HelloState{"bat0: the interface is gone"}, now_ + seconds{1}));
  take(feature_.on(HelloState{""}, now_ + seconds{2}));
  EXPECT_TRUE(feature_.lost_hellos(now_ + minutes{1}).empty()) << "ours could not be heard either";
  take(feature_.on(NeighbourMet{kollo_, "fe80::1"}, now_));
  Hello last = offer_by_radio();
  last.ends = true;
  hear(last);
  EXPECT_TRUE(feature_.lost_hellos(now_ + minutes{1}).empty()) << "its agent said that it ends";
}

TEST_F(OneNeighbour, WhoNamesAnothersRadioAndFallsSilentBlamesNobody) {
  hear(offer_by_radio());
  now_ = now_ + seconds{20};
  Hello other = offer(address_of("torodi"));
  other.radios = {kTheirs};
  take(feature_.on(NeighbourMet{*SiteId::parse("torodi"), "fe80::2"}, now_));
  take(feature_.on(HelloHeard{*SiteId::parse("torodi"), other}, now_));
  EXPECT_TRUE(feature_.lost_hellos(now_ + seconds{10}).empty());
  EXPECT_EQ(feature_.lost_hellos(now_ + seconds{30}).size(), 2U);
}

TEST_F(OneNeighbour, AnAgentThatEndsSaysSoToAll) {
  hear(offer_by_radio());
  effects_.clear();
  take(feature_.stop());
  ASSERT_EQ(all<SayHello>().size(), 1U) << "also to whom nothing was lent";
  EXPECT_TRUE(last_said().ends);
}

TEST_F(OneNeighbour, WhoLooksForNeighboursElsewhereSaysBeforeThatItEnds) {
  hear(offer_by_radio());
  effects_.clear();
  NeighbourSettings elsewhere = settings();
  elsewhere.interface = "bat1";
  take(feature_.reconfigure(elsewhere, now_));
  ASSERT_EQ(all<SayHello>().size(), 1U);
  EXPECT_TRUE(last_said().ends);
  const auto place_of = [&](auto is) { return std::ranges::find_if(effects_, is) - effects_.begin(); };
  EXPECT_LT(place_of([](const Effect& effect) { return std::holds_alternative<SayHello>(effect); }),
            place_of([](const Effect& effect) { return std::holds_alternative<WantHellos>(effect); }))
      << "later nobody would send it";
}

TEST_F(OneNeighbour, HellosOfWhichMostAreLostAreToldUntilFewAre) {
  const auto hear_every = [&](int pace, int times) {
    for (int i = 0; i < times; ++i) {
      now_ = now_ + seconds{pace};
      hear(offer_by_radio());
    }
  };
  hear_every(1, 50);
  EXPECT_TRUE(feature_.lost_hellos(now_).empty());
  hear_every(3, 60);
  ASSERT_EQ(feature_.lost_hellos(now_).size(), 1U);
  EXPECT_FALSE(feature_.lost_hellos(now_)[0].silent);
  hear_every(1, 20);
  EXPECT_EQ(feature_.lost_hellos(now_).size(), 1U) << "not at the first good ones";
  hear_every(1, 60);
  EXPECT_TRUE(feature_.lost_hellos(now_).empty());
}

TEST(MeshLinks, OnlyALinkThatIsHeardIsToBlameForLostHellos) {
  std::vector<MeshLinks> links{{"mesh0", true, false, {{kTheirs, true, false, false, "established"}}},
                               {"mesh1", true, false, {{kOurs, false, true, true, "silent"}}}};
  const auto before = links;
  blame(links, {});
  EXPECT_EQ(links, before);
  blame(links, {{{kOurs, kTheirs}, true, "no hello comes"}});
  EXPECT_EQ(links[0].links[0], (MeshLink{kTheirs, true, true, true, "no hello comes", true}));
  EXPECT_EQ(links[1], before[1]) << "the radio itself told more";
}

TEST(HelloWatch, AtTheIdlePaceTwoMayBeLostAndTheThirdBeLate) {
  HelloWatch watch;
  const Instant now{seconds{10}};
  watch.heard(false, now);
  const Duration third = 3 * HelloWatch::kIdlePace;
  EXPECT_EQ(watch.sight(now + (third - milliseconds{1})), HelloSight::Suspect);
  EXPECT_EQ(watch.sight(now + (third + milliseconds{100})), HelloSight::Suspect);
  EXPECT_EQ(watch.sight(now + (third + milliseconds{150})), HelloSight::Silent);
}

TEST(HelloWatch, CountsWhatDidNotCome) {
  HelloWatch watch;
  Instant now{seconds{1}};
  for (int i = 0; i < 500; ++i) {
    now = now + HelloWatch::kQuickPace;
    if (i % 4 != 0) {
      watch.heard(true, now);
    }
  }
  EXPECT_NEAR(watch.loss(), 0.25, 0.08);
  EXPECT_EQ(watch.sight(now), HelloSight::Heard);
  EXPECT_EQ(watch.sight(now + HelloWatch::kQuickSuspect), HelloSight::Suspect);
  EXPECT_EQ(watch.sight(now + HelloWatch::kQuickSilent), HelloSight::Silent);
}

}  // namespace
}  // namespace karkara
