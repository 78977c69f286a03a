#include "agent/power/shed/shed_actions.h"

#include <gmock/gmock.h>

#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using testing::ElementsAre;

constexpr Duration kNiger = hours{1};
constexpr Instant kStart{hours{7}};

WallTime local(int hour, int minute = 0) {
  return WallTime{hours{24 * 20'000 + hour} + minutes{minute} - hours{1}};
}
ShedWish wish(unsigned stage, std::optional<WallTime> wall, Instant now = kStart) {
  return shed_wish(village_stages(), stage, "why", now, wall, kNiger);
}
bool is_off(const ShedWish& wish, const std::string& service_class) {
  for (const ShedClass& shed : wish.shedding.classes) {
    if (shed.service_class == service_class) {
      return shed.off;
    }
  }
  return false;
}

TEST(ShedActions, TheFirstStageOfNoneHasEverythingOn) {
  const ShedWish all_on = wish(0, local(12));
  EXPECT_TRUE(all_on.shedding.classes.empty());
  EXPECT_TRUE(all_on.shedding.resting.empty());
  EXPECT_THAT(all_on.relays,
              ElementsAre(std::pair{named<DeviceId>("camera"), true}, std::pair{named<DeviceId>("terminal"), true}));
  EXPECT_EQ(all_on.next_change, Instant::max());
}

TEST(ShedActions, ADeeperStageDoesAllOfTheMilderOnes) {
  const ShedWish deepest = wish(4, local(12));
  EXPECT_EQ(deepest.shedding.stage_id, "clinic");
  EXPECT_TRUE(is_off(deepest, "public"));
  EXPECT_TRUE(is_off(deepest, "school"));
  EXPECT_FALSE(deepest.relays.at(named<DeviceId>("camera")));
  EXPECT_EQ(deepest.shedding.classes[0].ceiling, Percent{30});
}

TEST(ShedActions, NoStageTouchesTheClinic) {
  for (unsigned stage = 0; stage <= 9; ++stage) {
    for (int hour = 0; hour < 24; ++hour) {
      for (const ShedClass& shed : wish(stage, local(hour)).shedding.classes) {
        EXPECT_NE(shed.service_class, "clinic");
      }
    }
  }
}

TEST(ShedActions, AStageBeyondTheLastIsTheLast) {
  EXPECT_EQ(wish(9, local(12)).shedding.stage, 4U);
}

TEST(ShedActions, HoursGoOverMidnight) {
  EXPECT_FALSE(is_off(wish(2, local(22, 59)), "public"));
  EXPECT_TRUE(is_off(wish(2, local(23)), "public"));
  EXPECT_TRUE(is_off(wish(2, local(0)), "public"));
  EXPECT_TRUE(is_off(wish(2, local(4, 59)), "public"));
  EXPECT_FALSE(is_off(wish(2, local(5)), "public"));
  EXPECT_FALSE(is_off(wish(2, local(12)), "public"));
}

TEST(ShedActions, HoursWithinADayAreThoseBetween) {
  SheddingSettings settings = village_stages();
  settings.stages[1].hours = ShedHours{hours{12}, hours{15}};
  const auto off_at = [&](int hour) {
    return is_off(shed_wish(settings, 2, "", kStart, local(hour), kNiger), "public");
  };
  EXPECT_FALSE(off_at(11));
  EXPECT_TRUE(off_at(12));
  EXPECT_TRUE(off_at(14));
  EXPECT_FALSE(off_at(15));
}

TEST(ShedActions, TheNextChangeIsTheNextBorderOfTheHours) {
  EXPECT_EQ(wish(2, local(22)).next_change, kStart + hours{1});
  EXPECT_EQ(wish(2, local(23)).next_change, kStart + hours{6});
  EXPECT_EQ(wish(2, local(5)).next_change, kStart + hours{18});
}

TEST(ShedActions, WithoutTheTimeHoursDoNotHoldAndThatIsSaid) {
  const ShedWish unknown = wish(2, std::nullopt);
  EXPECT_TRUE(is_off(unknown, "public"));
  EXPECT_TRUE(unknown.hours_unknown);
  EXPECT_FALSE(wish(2, local(12)).hours_unknown);
  EXPECT_FALSE(wish(1, std::nullopt).hours_unknown) << "that stage has none";
}

TEST(ShedActions, ADutyCycleNeedsNoClock) {
  const auto terminal = named<DeviceId>("terminal");
  int resting = 0;
  for (int minute = 0; minute < 180; ++minute) {
    const ShedWish now = wish(3, std::nullopt, kStart + minutes{minute});
    EXPECT_EQ(now.relays.at(terminal), now.shedding.resting.empty()) << "the terminal goes off with its uplink";
    EXPECT_GT(now.next_change, kStart + minutes{minute});
    resting += now.shedding.resting.empty() ? 0 : 1;
  }
  EXPECT_EQ(resting, 135) << "all but 15 minutes of each hour";
  EXPECT_EQ(wish(3, std::nullopt).next_change, kStart + minutes{15});
  EXPECT_EQ(wish(3, std::nullopt, kStart + minutes{20}).next_change, kStart + hours{1});
}

TEST(ShedActions, WhatIsToldDoesNotChangeFromMinuteToMinute) {
  EXPECT_EQ(wish(4, local(12), kStart + minutes{20}).shedding, wish(4, local(12, 1), kStart + minutes{21}).shedding);
}

TEST(ShedActions, ARestWithoutARhythmLastsAndOneWithAnAlwaysOnRhythmIsNone) {
  SheddingSettings settings = village_stages();
  settings.stages[0].actions = {RestUplink{named<UplinkId>("vsat")}};
  EXPECT_THAT(shed_wish(settings, 1, "", kStart, local(12), kNiger).shedding.resting,
              ElementsAre(RestingUplink{named<UplinkId>("vsat"), "saves the battery: stage 'slow'"}));
  settings.stages[0].actions = {RestUplink{named<UplinkId>("vsat"), hours{1}, hours{1}}};
  EXPECT_TRUE(shed_wish(settings, 1, "", kStart, local(12), kNiger).shedding.resting.empty());
  settings.stages[0].actions = {RestUplink{named<UplinkId>("vsat"), hours{1}, Duration{0}}};
  EXPECT_TRUE(shed_wish(settings, 1, "", kStart, local(12), kNiger).shedding.resting.empty());
}

TEST(ShedActions, RestingHoursSayWhenTheUplinkIsBack) {
  SheddingSettings settings = village_stages();
  settings.stages[1].actions = {RestUplink{named<UplinkId>("vsat")}};
  EXPECT_THAT(shed_wish(settings, 2, "", kStart, local(23), kNiger).shedding.resting,
              ElementsAre(RestingUplink{named<UplinkId>("vsat"), "saves the battery: stage 'night', back at 05:00"}));
}

TEST(ShedActions, PeopleReadWhatAStageDoes) {
  const auto stages = village_stages().stages;
  EXPECT_THAT(describe(stages[0]), ElementsAre("class 'public' at 30 %", "relay 'camera' off"));
  EXPECT_THAT(describe(stages[1]), ElementsAre("class 'public' off from 23:00 to 05:00"));
  EXPECT_THAT(describe(stages[2]), ElementsAre("uplink 'vsat' on for 15 of every 60 minutes"));
}

SheddingSettings with_radios() {
  SheddingSettings settings;
  const ShedRadio quiet{.most = Dbm{10}};
  const ShedRadio off{.radio = named<RadioId>("square"), .most = Dbm{5}, .off = true};
  const ShedRadio by_day{.hours = {{hours{6}, hours{21}}}};
  settings.stages = {{"evening", Percent{60}, std::nullopt, std::nullopt, {quiet, by_day}},
                     {"night", Percent{40}, std::nullopt, ShedHours{hours{23}, hours{5}}, {off}}};
  return settings;
}

TEST(ShedActions, RadiosAreToldWithTheStageThatTurnsThemDown) {
  const auto radios = [](unsigned stage, std::optional<WallTime> wall) {
    return shed_wish(with_radios(), stage, "why", kStart, wall, kNiger).shedding.radios;
  };
  EXPECT_TRUE(radios(0, local(12)).empty());
  ASSERT_EQ(radios(1, local(12)).size(), 2U);
  EXPECT_EQ(radios(1, local(12))[0], (ShedRadio{.most = Dbm{10}, .stage = "evening"}));
  EXPECT_EQ(radios(2, local(12)).size(), 2U) << "outside of the night's hours";
  ASSERT_EQ(radios(2, local(23)).size(), 3U);
  EXPECT_TRUE(radios(2, local(23))[2].off);
}

TEST(ShedActions, AStageWhoseHoursAreNotKnownTurnsARadioDownButNotOff) {
  const auto radios = shed_wish(with_radios(), 2, "why", kStart, std::nullopt, kNiger).shedding.radios;
  ASSERT_EQ(radios.size(), 3U);
  EXPECT_FALSE(radios[2].off);
  EXPECT_EQ(radios[2].most, Dbm{5});
  EXPECT_EQ(radios[1].hours.size(), 1U) << "who knows the time keeps them";
}

TEST(ShedActions, RadiosAreDescribed) {
  EXPECT_THAT(describe(with_radios().stages[0]),
              ElementsAre("all access points at 10 dBm", "all access points on 06:00-21:00"));
  EXPECT_THAT(describe(with_radios().stages[1]), ElementsAre("radio 'square' off from 23:00 to 05:00"));
}

}  // namespace
}  // namespace karkara
