// Uplinks whose anchors answer, or not, while somebody else stands between the village and the outside.
#include <gmock/gmock.h>

#include <algorithm>

#include "agent/uplink/nft_plan.h"
#include "tests/agent/uplink/uplink_village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;

class PortalTest : public testing::Test {
 protected:
  static UplinkFeatureSettings settings() {
    UplinkFeatureSettings settings;
    settings.uplinks = {uplink_settings("vsat", "vsat0", 10), uplink_settings("lte", "lte0", 20, true)};
    settings.truth.content_port = 80;
    settings.truth.interval = minutes{30};
    return settings;
  }
  // A village that uses its satellite, over which signed content came once.
  explicit PortalTest(UplinkFeatureSettings with = settings())
      : village_{std::move(with), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}} {
    vsat().content = village_.link("lte0").content = ContentVerdict::Signed;
    village_.boot();
    village_.set_traffic(50);
    village_.run_for(minutes{2});
  }
  SimulatedLink& vsat() { return village_.link("vsat0"); }
  bool alarm(MessageId id, const std::string& of = "vsat") { return village_.alarms().at({id, of}); }
  UplinkReport report(const std::string& uplink) {
    const StateReport state = village_.feature().report(village_.now(), WallTime{});
    return *std::ranges::find(state.uplinks, uplink, &UplinkReport::id);
  }
  double sample(SeriesId id, const std::string& uplink) {
    for (const Sample& sample : village_.feature().samples(village_.now())) {
      if (sample.series == id && sample.instance == uplink) {
        return std::get<double>(sample.value);
      }
    }
    return -1;
  }
  Duration until(const std::string& state) {
    const Instant from = village_.now();
    while (village_.state("vsat") != state && village_.now() < from + hours{1}) {
      village_.run_for(milliseconds{100});
    }
    return village_.now() - from;
  }

  UplinkVillage village_;
};

TEST_F(PortalTest, IsFoundBehindAnchorsThatAnswerAndLeftUntilItIsGone) {
  vsat().content = ContentVerdict::Redirected;
  vsat().walled = true;
  EXPECT_LT(until("portal"), seconds{15});
  EXPECT_EQ(village_.active(), "lte");
  EXPECT_EQ(village_.moves().back(), "vsat>lte portal");
  EXPECT_TRUE(alarm(MessageId::UplinkPortal));
  EXPECT_FALSE(alarm(MessageId::UplinkDown));
  EXPECT_FALSE(alarm(MessageId::NoUplink, ""));
  EXPECT_THAT(report("vsat").evidence, HasSubstr("content redirected"));
  EXPECT_EQ(report("vsat").verdict, "stands by: it leads to a portal");
  EXPECT_THAT(village_.deeds(), Contains("flush 0x110000"));  // its flows begin anew elsewhere
  vsat().content = ContentVerdict::Signed;
  vsat().walled = false;
  EXPECT_LT(until("up"), seconds{30});
  village_.run_for(seconds{35});
  EXPECT_EQ(village_.active(), "vsat");
  EXPECT_FALSE(alarm(MessageId::UplinkPortal));
}

TEST_F(PortalTest, ABundleThatIsUsedUpAndLetsNothingButEchoesPassIsOne) {
  vsat().content = ContentVerdict::Silent;
  vsat().walled = true;
  EXPECT_LT(until("portal"), seconds{25});
  EXPECT_EQ(village_.active(), "lte");
  EXPECT_THAT(report("vsat").evidence, HasSubstr("only echoes pass"));
}

TEST_F(PortalTest, ThatLetsNoEchoPassBarsEveryClass) {
  vsat().content = ContentVerdict::Redirected;
  vsat().passes = false;
  EXPECT_LT(until("portal"), seconds{15});
  EXPECT_EQ(village_.moves().back(), "vsat>lte echo-lost");
  EXPECT_THAT(report("vsat").verdict, HasSubstr("content redirected"));  // what bars it
  EXPECT_TRUE(alarm(MessageId::UplinkPortal));
  vsat().content = ContentVerdict::Signed;
  vsat().passes = true;
  village_.run_for(minutes{2});
  EXPECT_EQ(village_.active(), "vsat");
}

// An operator's notice, once, or one connection that somebody broke.
TEST_F(PortalTest, OneLookThatWasSentElsewhereMovesNothing) {
  vsat().content = ContentVerdict::Redirected;
  village_.set_traffic(0);
  const std::size_t looks = village_.content_checks("vsat0").size();
  while (village_.content_checks("vsat0").size() == looks) {
    village_.run_for(seconds{1});
  }
  village_.run_for(seconds{3});
  EXPECT_TRUE(alarm(MessageId::UplinkTampered));
  vsat().content = ContentVerdict::Signed;
  village_.run_for(minutes{1});
  EXPECT_FALSE(alarm(MessageId::UplinkTampered));
  EXPECT_THAT(village_.moves(), ElementsAre("none>vsat first"));
}

TEST_F(PortalTest, AStreamThatNobodyAnswersIsNoneAndIsLookedIntoMoreAndMoreRarely) {
  vsat().walled = true;
  const std::size_t looks = village_.content_checks("vsat0").size();
  village_.run_for(minutes{32});
  EXPECT_EQ(village_.state("vsat"), "up");
  EXPECT_THAT(village_.moves(), ElementsAre("none>vsat first"));
  EXPECT_LE(village_.content_checks("vsat0").size() - looks, 5U);
}

TEST_F(PortalTest, DoubtsThatComeAndGoAreLookedIntoMoreAndMoreRarely) {
  const std::size_t looks = village_.content_checks("vsat0").size();
  for (int i = 0; i < 60; ++i) {
    vsat().walled = i % 2 == 0;
    village_.run_for(seconds{20});
  }
  EXPECT_LE(village_.content_checks("vsat0").size() - looks, 8U);
}

TEST_F(PortalTest, ALinkThatIsGoneForSecondsAgainAndAgainIsNone) {
  for (int i = 0; i < 30; ++i) {
    vsat().passes = false;
    village_.run_for(milliseconds{700 + i * 40});
    vsat().passes = true;
    village_.run_for(seconds{20});
    EXPECT_FALSE(alarm(MessageId::UplinkPortal)) << i;
    EXPECT_FALSE(alarm(MessageId::UplinkTampered)) << i;
  }
}

TEST_F(PortalTest, ContentThatNoAnchorServesIsHeldAgainstNobody) {
  UplinkVillage village{settings(), {{2, "vsat0", milliseconds{620}}, {3, "lte0", milliseconds{60}}}};
  village.link("vsat0").content = village.link("lte0").content = ContentVerdict::Refused;
  village.boot();
  village.set_traffic(50);
  village.run_for(minutes{2});
  village.link("vsat0").walled = true;
  village.run_for(minutes{10});
  EXPECT_EQ(village.state("vsat"), "up");
  EXPECT_THAT(village.moves(), ElementsAre("none>vsat first"));
}

TEST_F(PortalTest, ProbingIsTheEchoesAndTheLooksTogether) {
  EXPECT_GE(sample(SeriesId::UplinkProbeSpent, "lte"), sample(SeriesId::UplinkEchoBytes, "lte") + 900);
  EXPECT_EQ(sample(SeriesId::UplinkProbeBudget, "lte"), 20'000);
  EXPECT_EQ(sample(SeriesId::UplinkProbeBudget, "vsat"), 8'000'000);
}

class PortalAndClassesTest : public PortalTest {
 protected:
  static UplinkFeatureSettings with_public() {
    UplinkFeatureSettings settings = PortalTest::settings();
    ClassSettings health;
    health.id = *ClassId::parse("health");
    health.subnets = {IpPrefix::parse("10.20.1.0/24").value()};
    ClassSettings everyone;
    everyone.id = *ClassId::parse("public");
    everyone.metered = MeteredUse::Never;
    settings.classes = {health, everyone};
    return settings;
  }
  PortalAndClassesTest() : PortalTest{with_public()} {}
};

// Where people may sign in; and a wall that we only believe in cuts nobody off.
TEST_F(PortalAndClassesTest, WhoMayGoNowhereElseStaysInFrontOfIt) {
  vsat().content = ContentVerdict::Redirected;
  vsat().walled = true;
  until("portal");
  const StateReport state = village_.feature().report(village_.now(), WallTime{});
  EXPECT_EQ(state.classes.at(0).uplink, "lte");
  EXPECT_EQ(state.classes.at(1).uplink, "vsat");
}

}  // namespace
}  // namespace karkara
