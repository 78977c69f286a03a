#include "agent/uplink/usage_ledger.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::microseconds;
using std::chrono::minutes;
using std::chrono::seconds;
using std::chrono::sys_days;
using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kSim = "89227010000000000017";
constexpr std::string_view kOtherSim = "89227030000000000025";
constexpr std::uint64_t kMegabyte = 1'000'000;

WallTime niamey(std::chrono::year_month_day date, minutes clock = 12h) {
  return WallTime{sys_days{date}.time_since_epoch() + clock - kNigerOffset};
}

UplinkId uplink(std::string_view name) {
  return UplinkId::parse(name).value();
}

// A router with one modem: counters, both clocks, and what the flash holds.
class Router {
 public:
  explicit Router(LedgerSettings with = {}) : settings_{std::move(with)}, ledger{settings_} {}

  void pass(Duration time) {
    now_ = now_ + time;
    wall_ = wall_ + std::chrono::duration_cast<microseconds>(time);
  }
  void set_clock(WallTime to) {
    wall_ = to;
    trusted_ = true;
  }
  void distrust_clock() { trusted_ = false; }
  [[nodiscard]] KnownTime time() const { return {now_, trusted_ ? std::optional{wall_} : std::nullopt}; }

  void use(std::uint64_t bytes, std::string_view key = kSim) {
    counters_.received += bytes;
    look(key);
  }
  Metered look(std::string_view key = kSim) {
    const Metered metered = ledger.on(uplink("lte"), key, counters_, {}, time()).value();
    tick();
    return metered;
  }
  void tick() {
    if (const auto persist = ledger.tick(time())) {
      flash = persist->bytes;
      ++writes;
    }
  }
  void flow_unseen(std::uint64_t bytes) { counters_.received += bytes; }
  std::vector<std::string> restart_agent() {
    ledger = UsageLedger{settings_};
    return ledger.restore(flash);
  }
  void power_cut() {
    now_ = Instant{20s};
    counters_ = {counters_.boot + 1, 3, 0, 0};
    distrust_clock();
    EXPECT_THAT(restart_agent(), IsEmpty());
  }
  [[nodiscard]] const KeyUsage& of(std::string_view key = kSim) const {
    static const KeyUsage kNone;
    const KeyUsage* found = ledger.find(key);
    return found == nullptr ? kNone : *found;
  }

 private:
  LedgerSettings settings_;
  Instant now_{100s};
  WallTime wall_ = niamey(2026y / 3 / 17);
  bool trusted_ = true;
  CounterReading counters_{1, 3, 0, 0};

 public:
  UsageLedger ledger;
  std::string flash;
  int writes = 0;
};

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
