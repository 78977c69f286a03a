#include "agent/power/sun/energy_forecaster.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

#include <limits>

#include "common/crc32c.h"
#include "tests/agent/power/sun/small_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

BatteryState charged(double points, double error = 4) {
  BatteryState battery;
  battery.basis = SocBasis::Counted;
  battery.state_of_charge = Percent{points};
  battery.error = Percent{error};
  battery.capacity = AmpHours{100};
  return battery;
}

// A fortnight at Niamey: 20 W in stage 0, and 10 W in stage 2, in which it was for two days.
WatchedSite learned(const SmallSiteSetup& base = {}) {
  SmallSiteSetup setup = base;
  setup.load = [](int, int, unsigned stage) { return stage == 2 ? 10.0 : 20.0; };
  WatchedSite watched{setup};
  watched.run(10);
  watched.site.set_stage(2);
  watched.run(2);
  watched.site.set_stage(0);
  watched.run(2);
  return watched;
}

TEST(EnergyForecaster, ForetellsNothingBeforeItLearned) {
  const EnergyForecaster forecaster{niamey_settings(), small_battery()};
  EXPECT_EQ(forecaster.forecast(charged(80), 0, WallTime{hours{24 * 20'500}}), EnergyForecast{});
}

TEST(EnergyForecaster, ForetellsTheSunOfTodayAndTomorrow) {
  const WatchedSite watched = learned();
  const EnergyForecast forecast = watched.forecast();
  const double bus = 0.96 * watched.site.harvest_of_yesterday();
  EXPECT_NEAR(forecast.sun_today.value_or(WattHours{}).value(), bus, 0.1 * bus);
  EXPECT_NEAR(forecast.sun_tomorrow.value_or(WattHours{}).value(), bus, 0.1 * bus);
}

TEST(EnergyForecaster, TakesBackTheSunOfADarkDay) {
  WatchedSite watched = learned();
  watched.site.set_clearness(0.3);
  watched.run_until(watched.site.day(), 14);
  const EnergyForecast forecast = watched.forecast();
  EXPECT_LT(forecast.sun_today->value(), 0.7 * forecast.sun_tomorrow->value());
}

TEST(EnergyForecaster, LearnsTheSkyOfDaysThatItMissedAndNothingOfDust) {
  WatchedSite watched = learned();
  const WattHours usual = *watched.forecast().sun_tomorrow;
  const std::int64_t away = watched.site.day() + 6;
  const auto sun_after = [&](double part, bool held_back) {
    EnergyForecaster told{niamey_settings(), small_battery()};
    EXPECT_TRUE(told.restore(watched.forecaster.memory()).ok());
    const ArrayState array = told.array();
    for (std::int64_t day = watched.site.day(); day < away; ++day) {
      told.see_missed_day(day, usual * part, held_back);
    }
    EXPECT_EQ(told.array().ratio, array.ratio);
    EXPECT_EQ(told.array().clean_peak, array.clean_peak);
    EXPECT_EQ(told.array().wants_cleaning, array.wants_cleaning);
    return told.forecast(watched.gauge(), 0, watched.site.wall()).sun_tomorrow->value();
  };
  EXPECT_LT(sun_after(0.4, false), 0.75 * usual.value());
  EXPECT_NEAR(sun_after(1, false), usual.value(), 0.05 * usual.value());
  EXPECT_GT(sun_after(0.4, true), 0.9 * usual.value()) << "the battery was full: the sun may have been there";
}

TEST(EnergyForecaster, BelievesItsOwnEyesBeforeAYieldThatIsToldLater) {
  WatchedSite watched = learned();
  const auto before = watched.forecast().sun_tomorrow;
  watched.forecaster.see_missed_day(watched.site.day() - 3, WattHours{10}, false);
  EXPECT_EQ(watched.forecast().sun_tomorrow, before);
}

TEST(EnergyForecaster, GivesTheNightItsTimes) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 20);
  const auto night = watched.forecast().night;
  ASSERT_TRUE(night);
  const Daylight today = daylight(SmallSite::kNiamey, watched.site.day(), hours{1});
  const Daylight tomorrow = daylight(SmallSite::kNiamey, watched.site.day() + 1, hours{1});
  EXPECT_EQ(night->begins, today.sunset);
  EXPECT_GT(night->charging_again, tomorrow.sunrise + minutes{20});
  EXPECT_LT(night->charging_again, tomorrow.sunrise + minutes{120});
  const std::chrono::duration<double, std::ratio<3600>> left = night->charging_again - watched.site.wall();
  EXPECT_NEAR(night->needed.value(), 20 * left.count(), 35);  // the first sun takes some of it
}

TEST(EnergyForecaster, SpeaksOfThisNightUntilTheSunCarriesTheLoad) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 3);
  const std::int64_t day = watched.site.day();
  EXPECT_EQ(local_day(watched.forecast().night->begins, hours{1}), day - 1);
  watched.run_until(day, 12);
  EXPECT_EQ(local_day(watched.forecast().night->begins, hours{1}), day);
}

TEST(EnergyForecaster, NeedsLessInADeeperStage) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 20);
  double before = 1e9;
  for (unsigned stage = 0; stage < 6; ++stage) {
    const double needed = watched.forecaster.forecast(charged(50), stage, watched.site.wall()).night->needed.value();
    EXPECT_LE(needed, before) << stage;
    before = needed;
  }
  EXPECT_NEAR(before, watched.forecaster.forecast(charged(50), 0, watched.site.wall()).night->needed.value() / 2, 15);
}

TEST(EnergyForecaster, IsSurerTheMoreChargeThereIs) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 20);
  double survival = -1;
  for (double points = 0; points <= 100; points += 5) {
    const auto night = watched.forecaster.forecast(charged(points), 0, watched.site.wall()).night;
    EXPECT_GE(night->survival, survival) << points;
    EXPECT_EQ(night->survives, night->survival > 0.5);
    survival = night->survival;
  }
  EXPECT_GT(survival, 0.99);
  EXPECT_LT(watched.forecaster.forecast(charged(3), 0, watched.site.wall()).night->survival, 0.05);
}

TEST(EnergyForecaster, LivesLongerTheMoreChargeThereIs) {
  SmallSiteSetup dim;
  dim.array = 40;  // less than the load takes
  WatchedSite watched = learned(dim);
  watched.run_until(watched.site.day(), 20);
  Duration before{0};
  for (double points = 10; points <= 60; points += 2) {
    const auto left = watched.forecaster.forecast(charged(points), 0, watched.site.wall()).to_disconnect;
    ASSERT_TRUE(left) << points;
    EXPECT_GE(*left, before) << points;
    before = *left;
  }
  EXPECT_GT(before, hours{20});
}

TEST(EnergyForecaster, SeesNoDisconnectWhereTheSunIsPlenty) {
  const WatchedSite watched = learned();
  EXPECT_FALSE(watched.forecaster.forecast(charged(90), 0, watched.site.wall()).to_disconnect);
}

TEST(EnergyForecaster, CountsAutonomyWithoutSun) {
  const WatchedSite watched = learned();
  // 100 Ah at 12.2 V less what the disconnect leaves, by 20 W.
  EXPECT_NEAR(watched.forecaster.forecast(charged(100), 0, watched.site.wall()).days_of_autonomy.value_or(0), 2.4, 0.4);
}

TEST(EnergyForecaster, DoubtsTheEveningLessAsTheDayGoesBy) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 9);
  const WallTime morning = watched.site.wall();
  const auto early = watched.forecaster.forecast(charged(40), 0, morning).night;
  watched.run_until(watched.site.day(), 17);
  const auto late = watched.forecaster.forecast(charged(80), 0, watched.site.wall()).night;
  EXPECT_GT(early->uncertainty.value(), late->uncertainty.value());
}

TEST(EnergyForecaster, SaysNothingOfTheNightFromAMiddleBandOfVoltage) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 20);
  BatteryState battery;
  battery.basis = SocBasis::Voltage;
  battery.band = SocBand::Middle;
  battery.capacity = AmpHours{100};
  EXPECT_FALSE(watched.forecaster.forecast(battery, 0, watched.site.wall()).night);
  battery.band = SocBand::Full;
  EXPECT_TRUE(watched.forecaster.forecast(battery, 0, watched.site.wall()).night->survives);
  battery.band = SocBand::Empty;
  EXPECT_FALSE(watched.forecaster.forecast(battery, 0, watched.site.wall()).night->survives);
}

TEST(EnergyForecaster, LearnsTheLoadWhileTheTimeIsUnknown) {
  WatchedSite watched{{}};
  watched.clock_known = false;
  watched.run(1);
  EXPECT_FALSE(watched.forecaster.array().clean_peak);
  const auto forecast = watched.forecast();
  EXPECT_FALSE(forecast.sun_today);
  ASSERT_TRUE(forecast.days_of_autonomy);
  EXPECT_NEAR(*forecast.days_of_autonomy, 1.9, 0.6);
}

TEST(EnergyForecaster, SurvivesAClockThatJumps) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 12);
  const ArrayState before = watched.forecaster.array();
  // The router believed in another year for a day.
  Instant now = watched.site.now();
  for (int minute = 0; minute < 24 * 60; ++minute) {
    now = now + minutes{1};
    watched.forecaster.see(watched.site.sample(), charged(60), 0, now,
                           WallTime{hours{24 * 365 * 10} + minutes{minute}});
  }
  EnergyForecast forecast = watched.forecaster.forecast(charged(60), 0, watched.site.wall());
  ASSERT_TRUE(forecast.night);
  EXPECT_NEAR(watched.forecaster.array().clean_peak->value(), before.clean_peak->value(), 10);
  EXPECT_GT(forecast.sun_tomorrow->value(), 700);
}

TEST(EnergyForecaster, TakesNoLoadOfNothingForALoadAfterTheDisconnect) {
  WatchedSite watched = learned();
  watched.run_until(watched.site.day(), 20);
  const double before = watched.forecaster.forecast(charged(50), 0, watched.site.wall()).night->needed.value();
  EnergySample cut;
  cut.battery_voltage = Volts{11.38};
  cut.load_current = Amps{2};
  cut.charge_current = Amps{0};
  Instant now = watched.site.now();
  WallTime wall = watched.site.wall();
  for (int minute = 0; minute < 6 * 24 * 60; ++minute) {
    now = now + minutes{1};
    wall = wall + minutes{1};
    watched.forecaster.see(cut, charged(2), 0, now, wall);
    cut.battery_voltage = Volts{11.9};
    cut.load_current = Amps{0};
  }
  EXPECT_NEAR(watched.forecaster.forecast(charged(50), 0, wall).night->needed.value(), before, 0.1 * before);
}

TEST(EnergyForecaster, RemembersOverARestart) {
  const WatchedSite watched = learned();
  const std::string memory = watched.forecaster.memory();
  EXPECT_LE(memory.size(), 8000U);
  EXPECT_EQ(memory.find('\n'), std::string::npos);
  EnergyForecaster again{niamey_settings(), small_battery()};
  ASSERT_TRUE(again.restore(memory).ok());
  EXPECT_EQ(again.memory(), memory);
  const auto before = watched.forecast();
  const auto after = again.forecast(watched.site.gauge(), 0, watched.site.wall());
  EXPECT_NEAR(after.night->needed.value(), before.night->needed.value(), 2);
  EXPECT_NEAR(after.sun_tomorrow->value(), before.sun_tomorrow->value(), 5);
  EXPECT_NEAR(again.array().clean_peak->value(), watched.forecaster.array().clean_peak->value(), 0.1);
}

TEST(EnergyForecaster, TakesOfAnotherSiteOnlyWhatIsNotOfItsArrayOrBattery) {
  const WatchedSite watched = learned();
  SunSettings with_label = niamey_settings();
  with_label.array_rated = Watts{333.333333333};
  EnergyForecaster labelled{with_label, small_battery()};
  ASSERT_TRUE(labelled.restore(watched.forecaster.memory()).ok());
  const std::string memory = labelled.memory();
  EnergyForecaster same{with_label, small_battery()};
  EXPECT_EQ(*same.restore(memory), "") << "a number that was rounded in the memory is the same number";
  with_label.array_rated = Watts{500};
  EnergyForecaster other{with_label, small_battery(200)};
  EXPECT_EQ(*other.restore(memory), "it knew another array and another battery");
  EXPECT_FALSE(other.array().clean_peak);
  const auto load = other.forecast(watched.site.gauge(), 0, watched.site.wall()).night;
  EXPECT_NEAR(load->needed.value(), watched.forecast().night->needed.value(), 8) << "the village is the same";
}

TEST(EnergyForecaster, TakesAMemoryOfTheReleaseBefore) {
  const WatchedSite watched = learned();
  std::string memory = watched.forecaster.memory();
  memory.resize(memory.size() - 9);  // the check
  for (int word = 0; word < 4; ++word) {
    memory.resize(memory.rfind(' '));
  }
  memory.replace(memory.find(" 2 "), 3, " 1 ");
  memory += fmt::format(" {:08x}", crc32c(std::as_bytes(std::span{memory})));
  EnergyForecaster again{niamey_settings(), small_battery()};
  const auto left_out = again.restore(memory);
  ASSERT_TRUE(left_out) << left_out.error().text;
  EXPECT_EQ(*left_out, "");
  EXPECT_EQ(again.memory(), watched.forecaster.memory());
}

TEST(EnergyForecaster, TellsYesterdaysClearLevelToWhoeverComparesSites) {
  WatchedSite watched = learned();
  const double clean = watched.forecaster.array().clean_peak->value();
  watched.run_until(watched.site.day(), 12);
  const auto yesterday = watched.forecaster.clear_level_yesterday(watched.site.wall());
  EXPECT_NEAR(yesterday.value_or(Watts{}).value(), clean, 0.08 * clean);
  EnergyForecaster again{niamey_settings(), small_battery()};
  ASSERT_TRUE(again.restore(watched.forecaster.memory()).ok());
  EXPECT_NEAR(again.clear_level_yesterday(watched.site.wall()).value_or(Watts{}).value(), yesterday->value(), 1);
  EXPECT_FALSE(watched.forecaster.clear_level_yesterday(watched.site.wall() + hours{24})) << "of another day";
  watched.site.set_haze(0.5);  // too thick to learn a clear sky from
  watched.run(2);
  watched.run_until(watched.site.day(), 12);
  const auto hazy = watched.forecaster.clear_level_yesterday(watched.site.wall());
  EXPECT_NEAR(hazy.value_or(Watts{}).value(), 0.5 * clean, 0.1 * clean);
  EXPECT_NEAR(watched.forecaster.array().ratio.value_or(0), 1, 0.1);
}

TEST(EnergyForecaster, RefusesADamagedMemoryAndKeepsWhatItHas) {
  WatchedSite watched = learned();
  const std::string memory = watched.forecaster.memory();
  for (std::size_t at = 0; at < memory.size(); at += 7) {
    std::string damaged = memory;
    damaged[at] = damaged[at] == 'B' ? 'C' : 'B';
    EXPECT_FALSE(watched.forecaster.restore(damaged).ok()) << at;
    EXPECT_FALSE(watched.forecaster.restore(memory.substr(0, at)).ok()) << at;
  }
  EXPECT_FALSE(watched.forecaster.restore(memory + " ").ok());
  EXPECT_EQ(watched.forecaster.memory(), memory);
}

TEST(EnergyForecaster, TakesNonsenseWithoutKeepingIt) {
  WatchedSite watched = learned();
  const double nan = std::numeric_limits<double>::quiet_NaN();
  EnergySample nonsense;
  Instant now = watched.site.now();
  for (const double value : {nan, 1e300, -1e300, 1e6}) {
    nonsense.battery_voltage = Volts{value};
    nonsense.battery_current = Amps{value};
    nonsense.charge_current = Amps{-value};
    nonsense.load_current = Amps{value};
    nonsense.panel_power = Watts{value};
    for (const auto day : {std::chrono::days{90'000'000}, std::chrono::days{20'600}, std::chrono::days{-5}}) {
      now = now + minutes{1};
      watched.forecaster.see(nonsense, charged(value), 7, now, WallTime{day + hours{12}});
    }
  }
  EnergyForecaster again{niamey_settings(), small_battery()};
  EXPECT_TRUE(again.restore(watched.forecaster.memory()).ok());
  EXPECT_NEAR(watched.forecaster.array().clean_peak->value(), 190, 20);
  EXPECT_EQ(watched.forecaster.forecast(charged(50), 0, WallTime{std::chrono::days{90'000'000}}), EnergyForecast{});
}

TEST(EnergyForecaster, ForgetsAnArrayThatWasReplaced) {
  WatchedSite watched = learned();
  SunSettings settings = niamey_settings();
  settings.array_rated = Watts{300};
  EXPECT_EQ(watched.forecaster.reconfigure(settings, small_battery()), "") << "told for the first time";
  EXPECT_TRUE(watched.forecaster.array().clean_peak);
  settings.array_rated = Watts{400};
  EXPECT_EQ(watched.forecaster.reconfigure(settings, small_battery()), "it knew another array");
  EXPECT_FALSE(watched.forecaster.array().clean_peak);
  EXPECT_GT(watched.forecast().sun_tomorrow->value(), 1500);
}

}  // namespace
}  // namespace karkara
