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

TEST(UsageLedger, CountsForTheDayAndTheCycle) {
  Router router;
  router.look();
  router.use(700);
  EXPECT_EQ(router.of().today.total(), 700U);
  EXPECT_EQ(router.of().cycle.total(), 700U);
  EXPECT_EQ(router.of().cycle_start, niamey(2026y / 3 / 1, 0min).seconds());
}

TEST(UsageLedger, BeginsADayAtLocalMidnightAlsoWithoutTraffic) {
  Router router;
  router.look();
  router.use(700);
  router.pass(11h + 59min);
  router.tick();
  EXPECT_EQ(router.of().today.total(), 700U);
  router.pass(1min);
  router.tick();
  EXPECT_EQ(router.of().today.total(), 0U);
  router.pass(48h);
  router.use(5);
  EXPECT_THAT(router.of().days_before, ElementsAre(0, 0, 700, 0, 0, 0, 0));
  EXPECT_EQ(router.of().cycle.total(), 705U);
}

TEST(UsageLedger, BeginsACycleOnItsDayAndKeepsThePreviousOne) {
  Router router{{kNigerOffset, {{std::string{kSim}, MonthlyCycle{18}}}}};
  router.look();
  router.use(700);
  router.pass(12h);
  router.use(50);
  EXPECT_EQ(router.of().cycle.total(), 50U);
  EXPECT_EQ(router.of().previous.total(), 700U);
  EXPECT_EQ(router.of().cycle_start, niamey(2026y / 3 / 18, 0min).seconds());
}

TEST(UsageLedger, BeginsAnewWithANewBundle) {
  Router router;
  const auto bundle = [](WallTime from) { return DataBundle{from, from + microseconds{30 * days{1}}}; };
  router.ledger.configure({kNigerOffset, {{std::string{kSim}, bundle(niamey(2026y / 3 / 1))}}});
  router.look();
  router.use(700);
  router.ledger.configure({kNigerOffset, {{std::string{kSim}, bundle(niamey(2026y / 3 / 17, 11h))}}});
  router.use(50);
  EXPECT_EQ(router.of().cycle.total(), 50U);
  EXPECT_EQ(router.of().previous.total(), 700U);
}

TEST(UsageLedger, KeepsWhatWasUsedBeforeABundleBeginsOutOfIt) {
  const WallTime bought = niamey(2026y / 3 / 17, 18h);
  Router router{{kNigerOffset, {{std::string{kSim}, DataBundle{bought, bought + microseconds{30 * days{1}}}}}}};
  router.look();
  router.use(700);
  router.pass(6h);
  router.use(50);
  EXPECT_EQ(router.of().cycle.total(), 50U);
}

TEST(UsageLedger, CountsEverythingForTheCycleWhenItsRuleChanged) {
  Router router;
  router.look();
  router.use(700);
  router.ledger.configure({kNigerOffset, {{std::string{kSim}, MonthlyCycle{5}}}});
  router.use(50);
  EXPECT_EQ(router.of().cycle.total(), 750U);
  EXPECT_EQ(router.of().cycle_start, niamey(2026y / 3 / 5, 0min).seconds());
}

TEST(UsageLedger, PutsBytesAsideWhileTheClockIsNotTrustedAndDatesThemLater) {
  Router router;
  router.distrust_clock();
  router.look();
  router.use(100);  // 20:00 by what turns out later
  router.pass(3h);
  router.use(20);  // 23:00
  router.pass(2h);
  router.use(3);  // 01:00
  EXPECT_EQ(router.of().undated.total(), 123U);
  EXPECT_EQ(router.of().cycle.total(), 0U);
  EXPECT_EQ(router.of().used_in_cycle(), 123U);
  router.set_clock(niamey(2026y / 4 / 1, 1h));
  router.tick();
  EXPECT_EQ(router.of().undated.total(), 0U);
  EXPECT_EQ(router.of().today.total(), 3U);
  EXPECT_EQ(router.of().days_before[0], 120U);
  EXPECT_EQ(router.of().cycle.total(), 3U);
  EXPECT_EQ(router.of().previous.total(), 120U);
}

TEST(UsageLedger, TakesUndatedBytesOfAnEarlierBootForTheCycleInWhichTheClockIsKnownAgain) {
  Router router;
  router.distrust_clock();
  router.look();
  router.use(2 * kMegabyte);
  router.power_cut();
  router.look();
  router.use(7);
  EXPECT_EQ(router.of().undated.total(), 2 * kMegabyte + 7);
  router.set_clock(niamey(2026y / 3 / 20));
  router.tick();
  EXPECT_EQ(router.of().cycle.total(), 2 * kMegabyte + 7);
  EXPECT_EQ(router.of().undated, Traffic{});
}

TEST(UsageLedger, BelievesNoDateOf1970) {
  Router router;
  router.set_clock(WallTime{seconds{77}});
  router.look();
  router.use(100);
  EXPECT_EQ(router.of().undated.total(), 100U);
  router.set_clock(WallTime{microseconds{std::numeric_limits<std::int64_t>::max()}});
  router.use(11);
  EXPECT_EQ(router.of().undated.total(), 111U);
}

TEST(UsageLedger, JoinsACycleAgainThatAClockAheadHadEnded) {
  Router router;
  router.look();
  router.use(700);
  router.set_clock(niamey(2026y / 4 / 20));
  router.use(50);
  EXPECT_EQ(router.of().cycle.total(), 50U);
  router.set_clock(niamey(2026y / 3 / 17));
  router.use(3);
  EXPECT_EQ(router.of().cycle.total(), 753U);
  EXPECT_EQ(router.of().cycle_start, niamey(2026y / 3 / 1, 0min).seconds());
}

TEST(UsageLedger, KeepsTheDayWhenTheClockSlewsBackOverMidnight) {
  Router router;
  router.set_clock(niamey(2026y / 3 / 18, 0min));
  router.look();
  router.use(700);
  router.set_clock(niamey(2026y / 3 / 17, 23h + 59min));
  router.use(50);
  router.set_clock(niamey(2026y / 3 / 18, 1min));
  router.use(3);
  EXPECT_EQ(router.of().today.total(), 753U);
}

}  // namespace
}  // namespace karkara
