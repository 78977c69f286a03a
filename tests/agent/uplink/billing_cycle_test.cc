#include "agent/uplink/billing_cycle.h"

#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::sys_days;
using std::chrono::year_month_day;
using namespace std::chrono_literals;

// In Niger's local time.
WallTime niamey(year_month_day date, minutes clock = 0min) {
  return WallTime{sys_days{date}.time_since_epoch() + clock - kNigerOffset};
}
BillingCycle monthly(unsigned day, WallTime at) {
  return cycle_at(MonthlyCycle{day}, at, kNigerOffset);
}

TEST(BillingCycle, BeginsAtLocalMidnightOfTheDay) {
  const BillingCycle cycle = monthly(5, niamey(2026y / 3 / 17, 12h));
  EXPECT_EQ(cycle.start, niamey(2026y / 3 / 5));
  EXPECT_EQ(cycle.end, niamey(2026y / 4 / 5));
}

TEST(BillingCycle, EndsOneMomentBeforeTheNext) {
  EXPECT_EQ(monthly(5, niamey(2026y / 3 / 5, 0min)).start, niamey(2026y / 3 / 5));
  EXPECT_EQ(monthly(5, niamey(2026y / 3 / 4, 23h + 59min)).start, niamey(2026y / 2 / 5));
  // 23:30 UTC is past midnight in Niamey.
  EXPECT_EQ(monthly(1, WallTime{sys_days{2026y / 2 / 28}.time_since_epoch() + 23h + 30min}).start,
            niamey(2026y / 3 / 1));
}

TEST(BillingCycle, BeginsOnTheLastDayOfAMonthThatIsTooShort) {
  EXPECT_EQ(monthly(31, niamey(2026y / 3 / 1)).start, niamey(2026y / 2 / 28));
  EXPECT_EQ(monthly(31, niamey(2028y / 3 / 1)).start, niamey(2028y / 2 / 29));
  EXPECT_EQ(monthly(31, niamey(2026y / 2 / 10)).end, niamey(2026y / 2 / 28));
  EXPECT_EQ(monthly(31, niamey(2026y / 1 / 31)).start, niamey(2026y / 1 / 31));
}

TEST(BillingCycle, GoesOverTheTurnOfTheYear) {
  EXPECT_EQ(monthly(20, niamey(2027y / 1 / 3)).start, niamey(2026y / 12 / 20));
}

TEST(BillingCycle, ReadsDaysThatNoMonthHasAsTheNearest) {
  EXPECT_EQ(monthly(0, niamey(2026y / 3 / 17)).start, niamey(2026y / 3 / 1));
  EXPECT_EQ(monthly(77, niamey(2026y / 3 / 17)).start, niamey(2026y / 2 / 28));
}

TEST(BillingCycle, OfABundleIsItsOwnTimeOnly) {
  const DataBundle bundle{niamey(2026y / 3 / 3, 9h), niamey(2026y / 4 / 2, 9h)};
  EXPECT_TRUE(cycle_at(bundle, niamey(2026y / 3 / 3, 9h), kNigerOffset).current);
  EXPECT_FALSE(cycle_at(bundle, niamey(2026y / 3 / 3, 8h), kNigerOffset).current);
  EXPECT_FALSE(cycle_at(bundle, niamey(2026y / 4 / 2, 9h), kNigerOffset).current);
  EXPECT_EQ(longest_cycle(bundle), days{30});
  EXPECT_EQ(longest_cycle(DataBundle{bundle.valid_until, bundle.bought_at}), 0s);
}

TEST(BillingCycle, HoldsEveryMomentAndTouchesTheNext) {
  std::mt19937_64 random{4};
  for (int run = 0; run < 20'000; ++run) {
    const WallTime at{std::chrono::seconds{static_cast<std::int64_t>(random() % 5'000'000'000U)}};
    const auto day = static_cast<unsigned>(1 + random() % 31);
    const BillingCycle cycle = monthly(day, at);
    ASSERT_LE(cycle.start, at);
    ASSERT_LT(at, cycle.end);
    ASSERT_EQ(monthly(day, cycle.end).start, cycle.end);
    ASSERT_EQ(monthly(day, cycle.start), cycle);
    ASSERT_LE(cycle.end - cycle.start, longest_cycle(MonthlyCycle{day}));
  }
}

}  // namespace
}  // namespace karkara
