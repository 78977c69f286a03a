#include "agent/uplink/probe_budget.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <deque>
#include <random>

#include "agent/uplink/checked_line.h"
#include "agent/uplink/probe_book.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kStart{10s};
const ProbePolicy kStandby = probe_policy(ProbeRole::MeteredStandby);

UplinkId uplink(std::string_view name) {
  return UplinkId::parse(name).value();
}

TEST(ProbeBudget, AllowsTheDaysBytesOfEachRoleAndTheKeepalivesThatItNeeds) {
  struct Case {
    ProbeRole role;
    std::uint64_t bytes;
    Duration each;
  };
  for (const Case& c : {Case{ProbeRole::MeteredStandby, 20'000, 15min}, Case{ProbeRole::MeteredActive, 200'000, 60s},
                        Case{ProbeRole::Vsat, 1'000'000, 10s}, Case{ProbeRole::Unmetered, 8'000'000, 2s}}) {
    EXPECT_EQ(probe_policy(c.role).bytes_per_day, c.bytes);
    ProbeBudget budget{probe_policy(c.role), kStart};
    Instant next_truth = kStart;
    for (Instant now = kStart; now < kStart + hours{72}; now = now + c.each) {
      ASSERT_TRUE(budget.allow(ProbeBudget::kEchoBytes, now));
      if (now >= next_truth) {
        next_truth = next_truth + hours{6};
        ASSERT_TRUE(budget.allow(1'500, now));
      }
    }
  }
}

TEST(ProbeBudget, GivesAny24HoursAtMostTheDaysBytes) {
  std::mt19937_64 random{7};
  for (const ProbeRole role : {ProbeRole::MeteredStandby, ProbeRole::Unmetered}) {
    ProbeBudget budget{probe_policy(role), kStart};
    std::deque<std::pair<Instant, std::uint64_t>> window;
    std::uint64_t in_window = 0;
    std::uint64_t most = 0;
    Instant now = kStart;
    for (int step = 0; step < 40'000; ++step) {
      now = now + seconds{random() % (random() % 1'000 == 0 ? 40'000 : 60)};
      const std::uint64_t bytes = 44 + random() % (probe_policy(role).burst / 3);
      while (!window.empty() && now - window.front().first >= hours{24}) {
        in_window -= window.front().second;
        window.pop_front();
      }
      if (budget.allow(bytes, now)) {
        window.emplace_back(now, bytes);
        in_window += bytes;
      }
      most = std::max(most, in_window);
      ASSERT_LE(in_window, probe_policy(role).bytes_per_day);
      ASSERT_GE(budget.spent_today(now), in_window);
    }
    EXPECT_GT(most, probe_policy(role).bytes_per_day / 2) << "the budget was never used: the test shows nothing";
  }
}

TEST(ProbeBudget, IsEmptyFromTheFirstRefusalUntilHalfOfTheBurstIsBack) {
  ProbeBudget budget{kStandby, kStart};
  EXPECT_TRUE(budget.allow(kStandby.burst, kStart));
  EXPECT_FALSE(budget.empty(kStart));
  EXPECT_FALSE(budget.allow(ProbeBudget::kEchoBytes, kStart));
  EXPECT_TRUE(budget.empty(kStart));
  const Instant one_echo = budget.next_chance(ProbeBudget::kEchoBytes, kStart);
  EXPECT_TRUE(budget.allow(ProbeBudget::kEchoBytes, one_echo));
  EXPECT_TRUE(budget.empty(one_echo));
  EXPECT_FALSE(budget.empty(kStart + hours{4}));
}

TEST(ProbeBudget, TellsWhenAProbeIsPossibleAgain) {
  ProbeBudget budget{kStandby, kStart};
  EXPECT_EQ(budget.next_chance(100, kStart), kStart);
  EXPECT_EQ(budget.next_chance(kStandby.burst + 1, kStart), Instant::max());
  ASSERT_TRUE(budget.allow(kStandby.burst, kStart));
  const Instant chance = budget.next_chance(1'500, kStart);
  EXPECT_FALSE(ProbeBudget{budget}.allow(1'500, chance + -seconds{3}));
  EXPECT_TRUE(budget.allow(1'500, chance));
  EXPECT_EQ((ProbeBudget{ProbePolicy{}, kStart}.next_chance(1, kStart)), Instant::max());
}

TEST(ProbeBudget, PaysOffWhatAProbeCostBeyondItsPrice) {
  ProbeBudget budget{kStandby, kStart};
  budget.charge(kStandby.burst + 1'600, kStart);
  EXPECT_EQ(budget.available(kStart), 0U);
  EXPECT_EQ(budget.spent_today(kStart), kStandby.burst + 1'600);
  EXPECT_FALSE(budget.allow(1, kStart + hours{2}));
  EXPECT_TRUE(budget.allow(ProbeBudget::kEchoBytes, kStart + hours{3}));
}

TEST(ProbeBudget, AStandbyThatIsChosenGetsTheLargerBucketAtOnce) {
  ProbeBudget budget{kStandby, kStart};
  ASSERT_TRUE(budget.allow(kStandby.burst, kStart));
  const ProbePolicy active = probe_policy(ProbeRole::MeteredActive);
  budget.set_policy(active, kStart);
  EXPECT_EQ(budget.available(kStart), active.burst - kStandby.burst);
}

TEST(ProbeBudget, EarnsNothingByChangingRoles) {
  ProbeBudget budget{kStandby, kStart};
  std::uint64_t spent = 0;
  for (int i = 0; i < 1'000; ++i) {
    budget.set_policy(probe_policy(i % 2 == 0 ? ProbeRole::MeteredActive : ProbeRole::MeteredStandby), kStart);
    spent += budget.allow(ProbeBudget::kEchoBytes, kStart) ? 88 : 0;
  }
  EXPECT_LE(spent, probe_policy(ProbeRole::MeteredActive).burst);
}

TEST(ProbeBudget, ADayOfChangingRolesCostsNoMoreThanADayOfTheDearerOne) {
  ProbeBudget budget{kStandby, kStart};
  const ProbePolicy active = probe_policy(ProbeRole::MeteredActive);
  std::uint64_t spent = 0;
  for (int minute = 0; minute < 24 * 60; ++minute) {
    const Instant now = kStart + std::chrono::minutes{minute};
    budget.set_policy(minute % 2 == 0 ? active : kStandby, now);
    while (budget.allow(ProbeBudget::kEchoBytes, now)) {
      spent += 88;
    }
  }
  EXPECT_LE(spent, active.bytes_per_day);
}

TEST(ProbeBudget, ForgetsWhatWasSpentADayAgo) {
  ProbeBudget budget{kStandby, 0, 700, kStart};
  EXPECT_EQ(budget.spent_today(kStart + hours{23}), 700U);
  EXPECT_EQ(budget.spent_today(kStart + hours{26}), 0U);
  EXPECT_EQ(budget.spent_today(kStart + hours{100'000}), 0U);
}

TEST(ProbeBudget, DoesNotMindAnInstantThatLiesBehind) {
  ProbeBudget budget{kStandby, kStart + hours{5}};
  EXPECT_TRUE(budget.allow(1'000, kStart));
  EXPECT_EQ(budget.available(kStart), kStandby.burst - 1'000);
  EXPECT_EQ(budget.available(kStart + hours{5}), kStandby.burst - 1'000);
}

TEST(ProbeBook, CarriesLessThanIsThereOverAReboot) {
  ProbeBook book;
  book.configure({{uplink("lte"), kStandby}}, kStart);
  ASSERT_TRUE(book.allow(uplink("lte"), 88, kStart));
  const auto persist = book.tick(kStart);
  ASSERT_TRUE(persist);
  EXPECT_EQ(persist->key, "probes");
  ProbeBook after;
  EXPECT_THAT(after.restore(persist->bytes), IsEmpty());
  after.configure({{uplink("lte"), kStandby}}, kStart);
  EXPECT_EQ(after.find(uplink("lte"))->available(kStart), kStandby.burst - 88 - kStandby.burst / 4);
  EXPECT_EQ(after.find(uplink("lte"))->spent_today(kStart), 88U);
}

TEST(ProbeBook, ARestartInOrderCostsNothing) {
  std::string flash;
  for (int start = 0; start < 20; ++start) {
    ProbeBook book;
    book.restore(flash);
    book.configure({{uplink("lte"), kStandby}}, kStart);
    ASSERT_TRUE(book.allow(uplink("lte"), 88, kStart));
    flash = book.last_words(kStart).bytes;
  }
  ProbeBook after;
  after.restore(flash);
  after.configure({{uplink("lte"), kStandby}}, kStart);
  EXPECT_EQ(after.find(uplink("lte"))->available(kStart), kStandby.burst - 20 * 88);
}

TEST(ProbeBook, WhoGoesOnAfterItsLastWordsKeepsLessAgainSoon) {
  ProbeBook book;
  book.configure({{uplink("lte"), kStandby}}, kStart);
  static_cast<void>(book.last_words(kStart));
  ASSERT_TRUE(book.allow(uplink("lte"), 88, kStart + seconds{1}));
  EXPECT_EQ(book.next_deadline(), kStart + ProbeBook::kPersistPause);
  const auto persist = book.tick(kStart + ProbeBook::kPersistPause);
  ASSERT_TRUE(persist);
  ProbeBook after;
  after.restore(persist->bytes);
  after.configure({{uplink("lte"), kStandby}}, kStart);
  EXPECT_LE(after.find(uplink("lte"))->available(kStart), kStandby.burst * 3 / 4);
}

TEST(ProbeBook, SpendsNoBundleWhenThePowerFailsAllTheTime) {
  std::string flash;
  std::uint64_t spent = 0;
  for (int boot = 0; boot < 720; ++boot) {  // each two minutes of a day
    ProbeBook book;
    book.restore(flash);
    book.configure({{uplink("lte"), kStandby}}, kStart);
    for (Instant now = kStart; now < kStart + minutes{2}; now = now + seconds{1}) {
      spent += book.allow(uplink("lte"), 88, now) ? 88 : 0;
      if (const auto persist = book.tick(now)) {
        flash = persist->bytes;
      }
    }
  }
  EXPECT_LE(spent, kStandby.bytes_per_day + kStandby.burst / 2);
}

TEST(ProbeBook, WritesSeldom) {
  ProbeBook book;
  book.configure({{uplink("lte"), kStandby}, {uplink("vsat"), probe_policy(ProbeRole::Vsat)}}, kStart);
  int writes = 0;
  for (Instant now = kStart; now < kStart + hours{24}; now = now + seconds{10}) {
    book.allow(uplink("vsat"), 88, now);
    if ((now - kStart) % minutes{15} == Duration{0}) {
      book.allow(uplink("lte"), 88, now);
    }
    writes += book.tick(now) ? 1 : 0;
    ASSERT_GT(book.next_deadline(), now);
  }
  EXPECT_GE(writes, 23);  // what was spent is at most an hour old
  EXPECT_LE(writes, 25);
}

TEST(ProbeBook, WritesAtMostOnceAMinute) {
  ProbeBook book;
  book.configure({{uplink("fibre"), probe_policy(ProbeRole::Unmetered)}}, kStart);
  Instant last{};
  for (Instant now = kStart; now < kStart + hours{1}; now = now + seconds{1}) {
    book.allow(uplink("fibre"), 60'000, now);
    if (book.tick(now)) {
      EXPECT_TRUE(last == Instant{} || now - last >= 60s);
      last = now;
    }
  }
}

TEST(ProbeBook, StartsNothingAnewWhenAnUplinkLeavesTheConfigurationAndReturns) {
  ProbeBook book;
  book.configure({{uplink("lte"), kStandby}}, kStart);
  ASSERT_TRUE(book.allow(uplink("lte"), kStandby.burst, kStart));
  book.configure({}, kStart);
  EXPECT_FALSE(book.allow(uplink("lte"), 1, kStart));
  EXPECT_EQ(book.find(uplink("lte")), nullptr);
  book.configure({{uplink("lte"), kStandby}}, kStart);
  EXPECT_EQ(book.find(uplink("lte"))->available(kStart), 0U);
}

TEST(ProbeBook, KeepsTheOtherBudgetsWhenALineIsDamaged) {
  ProbeBook book;
  book.configure({{uplink("lte"), kStandby}, {uplink("vsat"), probe_policy(ProbeRole::Vsat)}}, kStart);
  std::string text = book.state(kStart).bytes;
  text[text.find("vsat")] = 'x';
  ProbeBook after;
  EXPECT_THAT(after.restore(text), SizeIs(1));
  after.configure({{uplink("lte"), kStandby}}, kStart);
  EXPECT_EQ(after.find(uplink("lte"))->available(kStart), kStandby.burst * 3 / 4);
  const std::string header = with_check("karkara-probes 1");
  for (const std::string_view line : {"", "lte", "lte 1 2 3", "LTE 1 2", "lte -1 2", "lte 1 ffffffffffffffff"}) {
    EXPECT_THAT(ProbeBook{}.restore(header + with_check(line)), SizeIs(1)) << line;
  }
}

}  // namespace
}  // namespace karkara
