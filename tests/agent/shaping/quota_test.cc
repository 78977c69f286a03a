#include "agent/shaping/quota.h"

#include <gtest/gtest.h>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

const ClassId kPublic = ClassId::parse("public").value();
const ClassId kSchool = ClassId::parse("school").value();
constexpr std::uint64_t kMegabyte = 1'000'000;
constexpr std::uint64_t kBoot = 77;

WallTime november(int day, int hour, int minute = 0) {
  const std::chrono::sys_days date = std::chrono::year{2026} / 11 / day;
  return WallTime{date.time_since_epoch() + hours{hour} + minutes{minute} - kNigerOffset};
}

ClassShaping with_quota(const ClassId& id, std::optional<std::uint64_t> daily, std::optional<std::uint64_t> monthly) {
  ClassShaping made;
  made.id = id;
  made.quota = {daily, monthly};
  made.steps = {{Percent{80}, Percent{50}}, {Percent{100}, Percent{10}}};
  return made;
}

// A router that has a tree with counters, and perhaps a clock.
struct Router {
  ClassQuotas quotas;
  ShapingSettings settings;
  Instant now{hours{1}};
  std::optional<WallTime> wall = november(23, 10);
  std::map<std::pair<std::string, UplinkKind>, ShaperCount> counters;
  std::uint64_t boot = kBoot;
  BitsPerSecond most{100e6};  // ceiling of all classes
  int writes = 0;
  std::string kept;
  std::vector<QuotaStanding> slowed{};

  explicit Router(std::vector<ClassShaping> classes) {
    settings.classes = std::move(classes);
    quotas.configure(settings, at());
  }
  [[nodiscard]] KnownTime at() const { return {now, wall}; }
  void look() {
    std::vector<ClassCount> counts;
    for (const auto& [key, count] : counters) {
      counts.push_back({ClassId::parse(key.first).value(), key.second, count, most});
    }
    quotas.on(counts, boot, at());
    const QuotaNews news = quotas.tick(at());
    EXPECT_GT(quotas.next_deadline(), now);
    slowed.insert(slowed.end(), news.slowed.begin(), news.slowed.end());
    if (news.persist) {
      ++writes;
      kept = news.persist->bytes;
    }
  }
  ShaperCount& counter(const ClassId& of, UplinkKind kind) {
    ShaperCount& count = counters[{of.text(), kind}];
    count.link = 3 + static_cast<std::uint32_t>(kind);
    count.minor = of == kPublic ? 34 : 35;
    return count;
  }
  // Within a minute.
  void use(const ClassId& of, UplinkKind kind, std::uint64_t megabytes) {
    pass(minutes{1});
    counter(of, kind).bytes += megabytes * kMegabyte;
    counter(of, kind).packets += megabytes * 700;
    look();
  }
  void pass(Duration duration) {
    now = now + duration;
    if (wall) {
      wall = *wall + std::chrono::duration_cast<std::chrono::microseconds>(duration);
    }
  }
  void wait(Duration duration) {
    pass(duration);
    look();
  }
  // First sight of the counters counts nothing.
  void see(const ClassId& of, UplinkKind kind) {
    counter(of, kind);
    look();
  }
  [[nodiscard]] QuotaStanding standing(std::size_t i = 0) const { return quotas.standings().at(i); }
};

TEST(ClassQuotas, AKindOfUplinkMayHaveALadderOfItsOwn) {
  ClassShaping open = with_quota(kPublic, 100 * kMegabyte, std::nullopt);
  open.on_kinds = {{UplinkKind::Cellular, {}, {10 * kMegabyte, std::nullopt}, {{Percent{50}, Percent{20}}}},
                   {UplinkKind::Vsat, {}, {10 * kMegabyte, std::nullopt}, {}}};
  Router router{{open}};
  router.see(kPublic, UplinkKind::Cellular);
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Cellular, 6);
  router.use(kPublic, UplinkKind::Vsat, 9);
  ClassState state;
  router.quotas.apply(kPublic, state);
  EXPECT_EQ(state.ceiling, std::nullopt) << "15 of 100 MB";
  EXPECT_EQ(state.on_kinds, (std::vector<std::pair<UplinkKind, Percent>>{{UplinkKind::Vsat, Percent{50}},
                                                                         {UplinkKind::Cellular, Percent{20}}}))
      << "without steps of its own it has the class's";
}

TEST(ClassQuotas, GoDownTheLadderAndBackUpAtMidnight) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 79);
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
  router.wait(minutes{1});
  router.use(kPublic, UplinkKind::Vsat, 1);
  EXPECT_EQ(router.standing().ceiling, Percent{50});
  router.wait(minutes{1});
  router.use(kPublic, UplinkKind::Vsat, 30);
  EXPECT_EQ(router.standing().ceiling, Percent{10});
  EXPECT_EQ(router.standing().today, 110 * kMegabyte);

  ClassState state;
  router.quotas.apply(kPublic, state);
  EXPECT_EQ(state.ceiling, Percent{10});

  const Duration to_midnight = november(24, 0) - *router.wall;
  router.wait(to_midnight - seconds{1});
  EXPECT_LE(router.quotas.next_deadline(), router.now + seconds{1});
  EXPECT_EQ(router.standing().ceiling, Percent{10});
  router.wait(seconds{1});
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
  EXPECT_EQ(router.standing().today, 0U);
  EXPECT_EQ(router.standing().month, 110 * kMegabyte);
}

TEST(ClassQuotas, TellWhichLimitLeftTheCeiling) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 90);
  EXPECT_EQ(router.standing().ceiling, Percent{50});
  EXPECT_EQ(router.standing().ceiling_by_day, Percent{50});
  EXPECT_EQ(router.standing().ceiling_by_month, std::nullopt);
  for (int day = 0; day < 5; ++day) {
    router.wait(hours{24});
    router.use(kPublic, UplinkKind::Vsat, 79);
  }
  EXPECT_EQ(router.standing().ceiling, Percent{50});
  EXPECT_EQ(router.standing().ceiling_by_day, std::nullopt);
  EXPECT_EQ(router.standing().ceiling_by_month, Percent{50});
}

TEST(ClassQuotas, TheMonthEndsInLocalTime) {
  Router router{{with_quota(kPublic, std::nullopt, 100 * kMegabyte)}};
  router.wall = november(30, 22);
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 95);
  EXPECT_EQ(router.standing().ceiling, Percent{50});
  router.wait(hours{1});
  EXPECT_EQ(router.standing().ceiling, Percent{50}) << "23:01 in Niger";
  router.wait(hours{1});
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
}

TEST(ClassQuotas, CountByKindOfUplink) {
  ClassShaping by_kind = with_quota(kPublic, std::nullopt, std::nullopt);
  by_kind.on_kinds = {{UplinkKind::Cellular, {}, {10 * kMegabyte, std::nullopt}}};
  Router router{{by_kind}};
  router.see(kPublic, UplinkKind::Cellular);
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 500);
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
  router.use(kPublic, UplinkKind::Cellular, 9);
  ClassState state;
  router.quotas.apply(kPublic, state);
  EXPECT_EQ(state.ceiling, std::nullopt);
  ASSERT_EQ(state.on_kinds.size(), 1U);
  EXPECT_EQ(state.on_kinds[0], std::make_pair(UplinkKind::Cellular, Percent{50}));
}

TEST(ClassQuotas, ATreeMadeAnewLosesNoBytesAndCountsNoneTwice) {
  Router router{{with_quota(kPublic, 1000 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 60);
  router.wait(minutes{1});
  router.counter(kPublic, UplinkKind::Vsat).bytes = 5 * kMegabyte;
  router.counter(kPublic, UplinkKind::Vsat).packets = 3'500;
  router.look();
  EXPECT_EQ(router.standing().today, 65 * kMegabyte);
}

TEST(ClassQuotas, ACounterOf32BitsThatWentRoundIsNoNewTree) {
  Router router{{with_quota(kPublic, 10'000 * kMegabyte, std::nullopt)}};
  ShaperCount& count = router.counter(kPublic, UplinkKind::Vsat);
  count.bytes = 0xffff'0000;
  count.packets = 1'000'000;
  router.look();
  router.wait(minutes{1});
  count.bytes = 0x1'0000;
  count.packets = 1'000'100;
  router.look();
  EXPECT_EQ(router.standing().today, 0x2'0000U);
}

TEST(ClassQuotas, DoNotBelieveMoreThanTheClassCanCarry) {
  Router router{{with_quota(kPublic, 1000 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 50'000);
  EXPECT_EQ(router.standing().today, 0U);
  router.wait(minutes{1});
  router.use(kPublic, UplinkKind::Vsat, 10);
  EXPECT_EQ(router.standing().today, 10 * kMegabyte);
}

TEST(ClassQuotas, SayOnceWhatTheyDoNotBelieveAndCountOn) {
  Router router{{with_quota(kPublic, 1000 * kMegabyte, std::nullopt)}};
  router.use(kPublic, UplinkKind::Vsat, 10);
  EXPECT_TRUE(router.quotas.unbelieved().empty());
  std::size_t told = 0;
  for (int look = 0; look < 3; ++look) {
    router.pass(minutes{1});
    ShaperCount& counter = router.counter(kPublic, UplinkKind::Vsat);
    counter.bytes += 1'000'000 * kMegabyte;
    counter.packets += 1;
    router.quotas.on(std::vector{ClassCount{kPublic, UplinkKind::Vsat, counter, router.most}}, router.boot,
                     router.at());
    told += router.quotas.tick(router.at()).unbelieved.size();
  }
  EXPECT_EQ(told, 1U);
  EXPECT_EQ(router.quotas.unbelieved().at(kPublic), 3U);
  router.settings.classes.clear();
  router.quotas.configure(router.settings, router.at());
  EXPECT_TRUE(router.quotas.unbelieved().empty()) << "of a class that is gone";
}

TEST(ClassQuotas, SurviveARebootAndAKill) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 40);
  router.wait(minutes{6});
  ASSERT_GT(router.writes, 0);

  // Killed: the tree goes on counting, and what flowed meanwhile counts.
  Router again{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  again.quotas = ClassQuotas{};
  EXPECT_TRUE(again.quotas.restore(router.kept).empty());
  again.now = router.now;
  again.wall = router.wall;
  again.quotas.configure(again.settings, again.at());
  again.counters = router.counters;
  again.use(kPublic, UplinkKind::Vsat, 5);
  EXPECT_EQ(again.standing().today, 45 * kMegabyte);

  // Rebooted: counters begin at 0, and there is no clock yet.
  Router reboot{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  reboot.quotas = ClassQuotas{};
  EXPECT_TRUE(reboot.quotas.restore(again.quotas.state().bytes).empty());
  reboot.now = Instant{minutes{3}};
  reboot.wall.reset();
  reboot.boot = kBoot + 1;
  reboot.quotas.configure(reboot.settings, reboot.at());
  reboot.use(kPublic, UplinkKind::Vsat, 20);
  EXPECT_EQ(reboot.standing().today, 65 * kMegabyte) << "in doubt it is the same day";
  EXPECT_FALSE(reboot.standing().dated);
  reboot.wall = november(23, 12);
  reboot.look();
  EXPECT_EQ(reboot.standing().today, 65 * kMegabyte);
  EXPECT_EQ(reboot.standing().month, 65 * kMegabyte);
  EXPECT_TRUE(reboot.standing().dated);
}

TEST(ClassQuotas, WithoutAClockADayIsADayOfUptimeAndTheMonthCountsOn) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  router.wall.reset();
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 100);
  EXPECT_EQ(router.standing().ceiling, Percent{10});
  router.wait(hours{24});
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
  router.use(kPublic, UplinkKind::Vsat, 10);
  EXPECT_EQ(router.standing().today, 10 * kMegabyte);
  EXPECT_EQ(router.standing().month, 110 * kMegabyte);
  router.wall = november(24, 12);
  router.look();
  EXPECT_EQ(router.standing().today, 10 * kMegabyte) << "what flowed yesterday is yesterday's";
  EXPECT_EQ(router.standing().month, 110 * kMegabyte);
}

// A mast that is off each night, and never hears the time.
TEST(ClassQuotas, WithoutAClockADayOfUptimeGoesOnOverRestarts) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
  router.wall.reset();
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 100);
  EXPECT_EQ(router.standing().ceiling, Percent{10});
  std::string kept = router.kept;
  std::vector<std::uint64_t> today;
  for (int run = 1; run <= 5; ++run) {  // of ten hours each
    Router next{{with_quota(kPublic, 100 * kMegabyte, 500 * kMegabyte)}};
    next.quotas = ClassQuotas{};
    EXPECT_TRUE(next.quotas.restore(kept).empty());
    next.now = Instant{minutes{1}};
    next.wall.reset();
    next.boot = kBoot + static_cast<std::uint64_t>(run);
    next.quotas.configure(next.settings, next.at());
    for (int hour = 0; hour < 10; ++hour) {
      next.wait(hours{1});
    }
    ASSERT_FALSE(next.kept.empty()) << "the day is kept though nobody uses anything";
    kept = next.kept;
    today.push_back(next.standing().today);
    EXPECT_EQ(next.standing().month, 100 * kMegabyte);
  }
  EXPECT_EQ(today, (std::vector<std::uint64_t>{100 * kMegabyte, 100 * kMegabyte, 0, 0, 0}));
}

TEST(ClassQuotas, OnlyWhoIsSlowedDownIsTold) {
  Router router{
      {with_quota(kPublic, 100 * kMegabyte, std::nullopt), with_quota(kSchool, 100 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 85);
  ASSERT_EQ(router.slowed.size(), 1U);
  EXPECT_EQ(router.slowed[0].key.of, kPublic);
  EXPECT_EQ(router.slowed[0].ceiling, Percent{50});
  router.slowed.clear();
  router.wait(hours{15});
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
  EXPECT_TRUE(router.slowed.empty()) << "who may be fast again is not slowed down";
}

TEST(ClassQuotas, ALookOverTheMomentOfAStepCountsWhatTheCeilingBeforeLetThrough) {
  Router router{{with_quota(kPublic, 1000 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.most = BitsPerSecond{1e6};
  router.use(kPublic, UplinkKind::Vsat, 100);
  EXPECT_EQ(router.standing().today, 100 * kMegabyte);
}

TEST(ClassQuotas, WriteSeldomAndAtAStep) {
  Router router{{with_quota(kPublic, 1000 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.writes = 0;
  for (int minute = 0; minute < 60; ++minute) {
    router.use(kPublic, UplinkKind::Vsat, 10);
  }
  EXPECT_LE(router.writes, 12);
  EXPECT_GE(router.writes, 9);
  router.writes = 0;
  router.wait(minutes{10});
  router.use(kPublic, UplinkKind::Vsat, 1);
  router.writes = 0;
  router.use(kPublic, UplinkKind::Vsat, 250);
  EXPECT_EQ(router.writes, 1) << "a step";
}

TEST(ClassQuotas, OneDamagedLineTakesNoOtherWithIt) {
  Router router{
      {with_quota(kPublic, 100 * kMegabyte, std::nullopt), with_quota(kSchool, 100 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.see(kSchool, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 20);
  router.wait(minutes{1});
  router.use(kSchool, UplinkKind::Vsat, 30);
  std::string text = router.quotas.state().bytes;
  text[text.find("q public") + 2] = 'P';
  ClassQuotas later;
  EXPECT_EQ(later.restore(text).size(), 1U);
  later.configure(router.settings, router.at());
  later.tick(router.at());
  EXPECT_EQ(later.standings().at(0).today, 0U);
  EXPECT_EQ(later.standings().at(1).today, 30 * kMegabyte);
}

TEST(ClassQuotas, RefuseAFileThatIsNotTheirs) {
  ClassQuotas quotas;
  EXPECT_EQ(quotas.restore(with_check("karkara-class-quota 2") + with_check("q public all 1 1 1 1 0 0 0")).size(), 1U);
  EXPECT_EQ(quotas.restore(with_check("q public moon 1 1 1 1 0 0 0")).size(), 1U);
  EXPECT_EQ(quotas.restore(with_check("q public all 1 ffffffffffffffff 1 1 0 0 0")).size(), 1U);
  EXPECT_EQ(quotas.restore(std::string(100'000, 'q')).size(), 1U);
  EXPECT_TRUE(quotas.restore("").empty());
}

TEST(ClassQuotas, KeepWhatWasUsedWhenTheLimitsChange) {
  Router router{{with_quota(kPublic, 100 * kMegabyte, std::nullopt)}};
  router.see(kPublic, UplinkKind::Vsat);
  router.use(kPublic, UplinkKind::Vsat, 90);
  router.settings.classes[0].quota.daily = 1000 * kMegabyte;
  router.quotas.configure(router.settings, router.at());
  EXPECT_EQ(router.standing().today, 90 * kMegabyte);
  EXPECT_EQ(router.standing().ceiling, std::nullopt);
}

}  // namespace
}  // namespace karkara
