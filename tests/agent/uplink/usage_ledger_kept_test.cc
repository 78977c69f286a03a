// The ledger over SIM changes, kills, power cuts and damaged files.
#include "agent/uplink/usage_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/agent/uplink/metered_router.h"

namespace karkara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

TEST(UsageLedger, CountsForTheSimThatIsInUse) {
  Router router;
  router.look();
  router.use(700);
  router.look(kOtherSim);
  router.use(50, kOtherSim);
  EXPECT_EQ(router.of(kSim).cycle.total(), 700U);
  EXPECT_EQ(router.of(kOtherSim).cycle.total(), 50U);
}

TEST(UsageLedger, CountsBytesBeforeTheChangeOfSimForTheOldOne) {
  Router router;
  router.look();
  router.use(700);
  router.flow_unseen(30);
  router.look(kOtherSim);
  EXPECT_EQ(router.of(kSim).cycle.total(), 730U);
  EXPECT_EQ(router.of(kOtherSim).cycle.total(), 0U);
}

TEST(UsageLedger, LosesNothingWhenTheAgentIsKilled) {
  Router router;
  router.look();
  router.use(2 * kMegabyte);
  ASSERT_GE(router.writes, 1);
  router.pass(10s);
  router.use(400'000);  // not written yet
  router.restart_agent();
  router.flow_unseen(5);
  router.pass(5s);
  router.look();
  EXPECT_EQ(router.of().cycle.total(), 2'400'005U);
}

TEST(UsageLedger, LosesAtAPowerCutOnlyWhatWasNotWritten) {
  Router router;
  router.look();
  router.use(2 * kMegabyte);
  router.pass(61s);
  router.tick();
  router.use(400'000);
  router.power_cut();
  router.set_clock(niamey(2026y / 3 / 18));
  router.look();
  EXPECT_EQ(router.of().cycle.total(), 2 * kMegabyte);
}

TEST(UsageLedger, WritesAfterAMegabyteOrFiveMinutesAndAtMostOnceAMinute) {
  Router router;
  router.look();
  EXPECT_EQ(router.writes, 0);
  router.pass(5min);
  router.tick();
  EXPECT_EQ(router.writes, 1);
  router.pass(5min);
  router.tick();
  EXPECT_EQ(router.writes, 1) << "nothing was used since";
  router.use(10);
  router.pass(4min + 59s);
  router.tick();
  EXPECT_EQ(router.writes, 1);
  router.pass(1s);
  router.tick();
  EXPECT_EQ(router.writes, 2);
  for (int second = 0; second < 600; ++second) {
    router.pass(1s);
    router.use(kMegabyte);
  }
  EXPECT_GE(router.writes, 2 + 9);
  EXPECT_LE(router.writes, 2 + 10);
}

TEST(UsageLedger, NeverLosesMoreThanAMinuteOfTrafficOrAMegabyteAtAnyCut) {
  std::mt19937_64 random{5};
  for (int run = 0; run < 200; ++run) {
    Router router;
    router.look();
    std::uint64_t used = 0;
    std::uint64_t last_minute = 0;
    const int steps = 1 + static_cast<int>(random() % 900);
    for (int step = 0; step < steps; ++step) {
      router.pass(1s);
      const std::uint64_t bytes = random() % 40'000;
      router.use(bytes);
      used += bytes;
      last_minute = step >= steps - 61 ? last_minute + bytes : 0;
    }
    router.power_cut();
    router.set_clock(niamey(2026y / 3 / 18));
    router.look();
    EXPECT_LE(router.of().cycle.total(), used);
    EXPECT_LE(used - router.of().cycle.total(), kMegabyte + last_minute);
  }
}

TEST(UsageLedger, AfterATickItsDeadlineLiesAhead) {
  std::mt19937_64 random{6};
  Router router;
  for (int step = 0; step < 2'000; ++step) {
    router.pass(seconds{random() % 100});
    router.use(random() % 900'000);
    EXPECT_GT(router.ledger.next_deadline(), router.time().now);
  }
}

TEST(UsageLedger, TakesTheOperatorsWordForWhatIsLeft) {
  Router router;
  router.look();
  router.use(700);
  ASSERT_TRUE(router.ledger.reconcile(kSim, 5'000, router.time()).ok());
  router.use(300);
  EXPECT_EQ(router.of().balance, (Balance{router.time().wall->seconds(), 5'000, 300}));
  router.tick();
  router.restart_agent();
  EXPECT_EQ(router.of().balance->remaining, 5'000U);
}

TEST(UsageLedger, DatesABalanceWhenTheClockIsKnown) {
  Router router;
  router.distrust_clock();
  router.look();
  ASSERT_TRUE(router.ledger.reconcile(kSim, 5'000, router.time()).ok());
  EXPECT_EQ(router.of().balance->at, 0);
  router.set_clock(niamey(2026y / 3 / 17));
  router.tick();
  EXPECT_EQ(router.of().balance->at, niamey(2026y / 3 / 17).seconds());
}

TEST(UsageLedger, RefusesKeysAndBalancesThatCannotBe) {
  Router router;
  EXPECT_FALSE(router.ledger.on(uplink("lte"), "two words", {}, {}, router.time()).ok());
  EXPECT_FALSE(router.ledger.reconcile("", 5, router.time()).ok());
  EXPECT_FALSE(router.ledger.reconcile(kSim, kMostTraffic + 1, router.time()).ok());
  EXPECT_THAT(router.ledger.usage(), IsEmpty());
}

TEST(UsageLedger, ForgetsTheSimThatWasNotUsedForLongestButNoneThatIsConfigured) {
  Router router{{kNigerOffset, {{"sim-0", MonthlyCycle{}}}}};
  for (std::size_t i = 0; i < UsageLedger::kMostKeys + 1; ++i) {
    router.use(10, "sim-" + std::to_string(i));
  }
  EXPECT_EQ(router.ledger.usage().size(), UsageLedger::kMostKeys);
  EXPECT_NE(router.ledger.find("sim-0"), nullptr);
  EXPECT_EQ(router.ledger.find("sim-1"), nullptr);
}

TEST(UsageLedger, ForgetsTheCountersOfAnUplinkThatIsGoneButNotWhatWasUsed) {
  Router router;
  router.look();
  router.use(700);
  router.ledger.keep_only({uplink("vsat")});
  router.flow_unseen(50);
  EXPECT_EQ(router.look().what, Metering::FirstSight);
  EXPECT_EQ(router.of().cycle.total(), 700U);
}

TEST(UsageLedger, GoesOnWithWhatCouldBeReadOfADamagedFile) {
  Router router;
  router.look();
  router.use(700);
  router.use(0, kOtherSim);
  router.use(50, kOtherSim);
  router.pass(5min);
  router.tick();
  const auto place = router.flash.find("u " + std::string{kOtherSim});
  ASSERT_NE(place, std::string::npos);
  router.flash[place + 5] ^= 1;
  EXPECT_THAT(router.restart_agent(), ElementsAre(HasSubstr("checksum")));
  EXPECT_EQ(router.of(kSim).cycle.total(), 700U);
  EXPECT_EQ(router.ledger.find(kOtherSim), nullptr);
}

}  // namespace
}  // namespace karkara
