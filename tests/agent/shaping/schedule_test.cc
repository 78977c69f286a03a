#include "agent/shaping/schedule.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr std::uint8_t kWeekdays = 0x1f;
constexpr std::uint8_t kSaturday = 0x20;

// Local time in Niger of a day in November 2026; the 23rd is a Monday.
WallTime november(int day, int hour, int minute = 0) {
  const std::chrono::sys_days date = std::chrono::year{2026} / 11 / day;
  return WallTime{date.time_since_epoch() + hours{hour} + minutes{minute} - kNigerOffset};
}

ClassHours from_to(int from, int to, std::uint8_t days = 0x7f) {
  ClassHours made;
  made.from = hours{from};
  made.to = hours{to};
  made.days = days;
  return made;
}

HoursNow at(const std::vector<ClassHours>& rules, WallTime wall) {
  return hours_now(rules, UplinkKind::Vsat, wall, kNigerOffset);
}

TEST(Schedule, KnowsTheSchoolsMorningAndItsEnd) {
  const std::vector<ClassHours> school{from_to(8, 12, kWeekdays)};
  EXPECT_EQ(at(school, november(23, 7, 59)), (HoursNow{std::nullopt, november(23, 8), true}));
  EXPECT_EQ(at(school, november(23, 8)), (HoursNow{0, november(23, 12), true}));
  EXPECT_EQ(at(school, november(23, 12)), (HoursNow{std::nullopt, november(24, 8), true}));
}

TEST(Schedule, GoesFromFridayToMondayOverTheWeekEnd) {
  const std::vector<ClassHours> school{from_to(8, 12, kWeekdays)};
  EXPECT_EQ(at(school, november(27, 13)), (HoursNow{std::nullopt, november(30, 8), true}));
}

TEST(Schedule, HoursOverMidnightBelongToTheDayOnWhichTheyBegin) {
  const std::vector<ClassHours> night{from_to(22, 5, kSaturday)};
  EXPECT_EQ(at(night, november(28, 23)).rule, 0U);
  EXPECT_EQ(at(night, november(29, 4)), (HoursNow{0, november(29, 5), true}));
  EXPECT_FALSE(at(night, november(28, 4)).rule) << "that night began on a Friday";
  EXPECT_FALSE(at(night, november(29, 23)).rule);
}

TEST(Schedule, TheFirstRuleThatFitsHolds) {
  const std::vector<ClassHours> rules{from_to(12, 13), from_to(8, 17)};
  EXPECT_EQ(at(rules, november(23, 11)), (HoursNow{1, november(23, 12), true}));
  EXPECT_EQ(at(rules, november(23, 12)), (HoursNow{0, november(23, 13), true}));
  EXPECT_EQ(at(rules, november(23, 13)), (HoursNow{1, november(23, 17), true}));
}

TEST(Schedule, HoursOfOneKindOfUplinkLeaveTheOthersToThoseBehind) {
  std::vector<ClassHours> rules{from_to(8, 12), from_to(6, 17)};
  rules[0].kinds = 1U << number_of(UplinkKind::Cellular);
  const auto on = [&](UplinkKind kind, int hour) { return hours_now(rules, kind, november(23, hour), kNigerOffset); };
  EXPECT_EQ(on(UplinkKind::Cellular, 7), (HoursNow{1, november(23, 8), true}));
  EXPECT_EQ(on(UplinkKind::Cellular, 9), (HoursNow{0, november(23, 12), true}));
  EXPECT_EQ(on(UplinkKind::Vsat, 9), (HoursNow{1, november(23, 17), true}));
  rules.pop_back();
  EXPECT_EQ(on(UplinkKind::Vsat, 9), (HoursNow{std::nullopt, std::nullopt, true})) << "never any there";
}

TEST(Schedule, WholeDaysNeverChange) {
  EXPECT_EQ(at({from_to(0, 24)}, november(23, 11)), (HoursNow{0, std::nullopt, true}));
  EXPECT_EQ(at({from_to(6, 6)}, november(23, 3)), (HoursNow{0, std::nullopt, true}));
  EXPECT_EQ(at({from_to(0, 24, kSaturday)}, november(27, 11)), (HoursNow{std::nullopt, november(28, 0), true}));
  EXPECT_EQ(at({}, november(23, 11)), (HoursNow{std::nullopt, std::nullopt, true}));
}

TEST(Schedule, UsesTheLocalDayAndNotTheOneInGreenwich) {
  // 00:30 on Saturday in Niger is still Friday in UTC.
  EXPECT_EQ(at({from_to(0, 24, kSaturday)}, november(28, 0, 30)).rule, 0U);
}

TEST(Schedule, WithoutAClockItIsOutsideOfAllHoursAndSaysSo) {
  const std::vector<ClassHours> always{from_to(0, 24)};
  EXPECT_EQ(hours_now(always, UplinkKind::Vsat, std::nullopt, kNigerOffset), HoursNow{});
  EXPECT_EQ(hours_now(always, UplinkKind::Vsat, WallTime{hours{5}}, kNigerOffset), HoursNow{})
      << "1970 is a router without a clock";
}

TEST(Schedule, LooksAgainAtTheChangeOrWithinAnHour) {
  const std::vector<ClassHours> school{from_to(8, 12)};
  const auto look = [&](WallTime wall) {
    const KnownTime known{Instant{hours{100}}, wall};
    return next_look(at(school, wall), known) - known.now;
  };
  EXPECT_EQ(look(november(23, 7, 50)), minutes{10});
  EXPECT_EQ(look(november(23, 2)), hours{1});
  EXPECT_EQ(next_look(HoursNow{}, {Instant{hours{100}}, std::nullopt}), Instant::max());
}

TEST(Schedule, WhatWasFoundHoldsUntilTheChangeAndNotBehindAClockThatWasSetBack) {
  const WallTime then = november(23, 9);
  const HoursNow found = at({from_to(8, 12)}, then);
  EXPECT_TRUE(still_hold(found, then, then));
  EXPECT_TRUE(still_hold(found, then, november(23, 11, 59)));
  EXPECT_FALSE(still_hold(found, then, november(23, 12)));
  EXPECT_FALSE(still_hold(found, then, november(23, 8)));
  EXPECT_FALSE(still_hold(found, then, std::nullopt)) << "the time is not known any more";
  EXPECT_FALSE(still_hold(HoursNow{}, std::nullopt, then)) << "it was not known";
  const HoursNow always = at({from_to(0, 24)}, then);
  EXPECT_TRUE(still_hold(always, then, november(29, 9)));
}

// Law: nothing changes before changes_at, and there it does.
TEST(Schedule, TheChangeIsTheNextOneInAnyWeek) {
  const std::vector<ClassHours> rules{from_to(22, 5, kSaturday), from_to(8, 12, kWeekdays), from_to(20, 1, 0x55)};
  for (WallTime when = november(21, 0); when < november(30, 0); when = when + minutes{30}) {
    const HoursNow now = at(rules, when);
    ASSERT_TRUE(now.changes_at);
    ASSERT_GT(*now.changes_at, when);
    for (WallTime between = when; between < *now.changes_at; between = between + minutes{30}) {
      ASSERT_EQ(at(rules, between).rule, now.rule);
    }
    ASSERT_NE(at(rules, *now.changes_at).rule, now.rule);
  }
}

}  // namespace
}  // namespace karkara
