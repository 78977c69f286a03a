#include "agent/vsat/fade_predictor.h"

#include <gtest/gtest.h>

#include "tests/agent/vsat/sky.h"

namespace karkara {
namespace {

const FadeSettings kSettings{Db{5}};
const double kHole = std::nan("");

TEST(FadePredictor, ARainFrontDrainsBeforeLockIsLost) {
  for (const double slope : {0.06, 0.1, 0.2, 0.35, 0.5}) {  // dB/s
    for (unsigned seed = 1; seed <= 10; ++seed) {
      Sky sky{kSettings, seed};
      sky.steady(120, 12);
      ASSERT_FALSE(sky.ever_drained);
      sky.run(
          300, [&](double t) { return 12 - slope * t; }, [&] { return sky.predictor.is_draining(); });
      ASSERT_TRUE(sky.predictor.is_draining()) << slope;
      const double seconds_left = (sky.last_true - kSettings.lock_threshold.value()) / slope;
      EXPECT_GT(seconds_left, 4) << slope << " seed " << seed;
      EXPECT_LT(seconds_left, 30 + 1.5 / slope + 10) << slope << " seed " << seed;
      EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Rain);
      EXPECT_NE(sky.predictor.explain(sky.now()).find("it looks like rain"), std::string::npos);
    }
  }
}

TEST(FadePredictor, AStepThatStaysFarAboveTheThresholdDoesNotDrain) {
  for (const double step : {1.0, 2.0, 3.0}) {
    Sky sky{kSettings};
    sky.steady(120, 16);
    sky.steady(600, 16 - step);
    EXPECT_FALSE(sky.ever_drained) << step;
  }
}

TEST(FadePredictor, AFadeThatStopsFarFromTheThresholdDoesNotDrain) {
  Sky sky{kSettings};
  sky.steady(120, 14);
  sky.run(30, [](double t) { return 14 - 0.1 * t; });
  sky.steady(600, 11);
  EXPECT_FALSE(sky.ever_drained);
}

TEST(FadePredictor, ASlowFallIsNotDrainedWhereverItGoes) {
  Sky sky{kSettings};
  sky.steady(120, 10);
  sky.run(200, [](double t) { return 10 - 0.02 * t; });
  EXPECT_FALSE(sky.ever_drained);
}

TEST(FadePredictor, ADayOfScintillationNeverDrains) {
  for (const double margin : {1.5, 2.0, 3.0, 8.0}) {
    Sky sky{kSettings, 7};
    sky.scintillation = 0.5;
    sky.steady(86'400, 5 + margin);
    EXPECT_FALSE(sky.ever_drained) << margin;
  }
}

TEST(FadePredictor, SlowScintillationOfAnyPeriodDoesNotDrain) {
  for (const double period : {10.0, 20.0, 40.0, 60.0, 80.0, 120.0, 300.0}) {
    Sky sky{kSettings};
    sky.wave = 0.5;
    sky.wave_period = period;
    sky.steady(3600, 7);
    EXPECT_FALSE(sky.ever_drained) << period;
  }
}

TEST(FadePredictor, SingleWrongSamplesDoNotDrain) {
  Sky sky{kSettings};
  sky.run(3600, [](double t) { return std::fmod(t, 7) < 2 ? 0.0 : 12.0; });
  EXPECT_FALSE(sky.ever_drained);
}

TEST(FadePredictor, TrafficReturnsAfterFiveMinutesOfThreeDecibels) {
  Sky sky{kSettings};
  sky.steady(120, 12);
  sky.run(
      300, [](double t) { return 12 - 0.1 * t; }, [&] { return sky.predictor.is_draining(); });
  sky.steady(600, 7);  // margin 2: not enough
  EXPECT_TRUE(sky.predictor.is_draining());
  sky.steady(200, 9);
  sky.steady(60, 7);
  EXPECT_TRUE(sky.predictor.is_draining());  // the five minutes begin again
  sky.steady(290, 9);
  EXPECT_TRUE(sky.predictor.is_draining());
  sky.steady(60, 9);
  EXPECT_FALSE(sky.predictor.is_draining());
}

TEST(FadePredictor, ALinkThatNeverHasThreeDecibelsComesBackAtItsOwnClearSky) {
  Sky sky{kSettings};
  sky.scintillation = 0.1;
  sky.steady(24 * 3600, 7);  // margin 2 at best
  sky.run(
      300, [](double t) { return 7 - 0.1 * t; }, [&] { return sky.predictor.is_draining(); });
  ASSERT_TRUE(sky.predictor.is_draining());
  sky.steady(600, 6.2);
  EXPECT_TRUE(sky.predictor.is_draining());
  sky.steady(400, 7);
  EXPECT_FALSE(sky.predictor.is_draining());
}

TEST(FadePredictor, ADrainIsWithdrawnWhenTheTerminalIsSilentForTenMinutes) {
  Sky sky{kSettings};
  sky.steady(120, 12);
  sky.run(
      300, [](double t) { return 12 - 0.2 * t; }, [&] { return sky.predictor.is_draining(); });
  sky.run(590, [](double) { return kHole; });
  EXPECT_TRUE(sky.predictor.is_draining());
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Unknown);
  sky.run(20, [](double) { return kHole; });
  EXPECT_FALSE(sky.predictor.is_draining());
  EXPECT_EQ(sky.predictor.next_deadline(), Instant::max());
}

TEST(FadePredictor, WhileItAnswersWithoutLockTheDrainStays) {
  Sky sky{kSettings};
  sky.steady(120, 12);
  sky.run(
      300, [](double t) { return 12 - 0.2 * t; }, [&] { return sky.predictor.is_draining(); });
  for (int i = 0; i < 3600; ++i) {
    sky.run(1, [](double) { return kHole; });
    sky.predictor.on_no_signal(sky.now());
  }
  EXPECT_TRUE(sky.predictor.is_draining());
  sky.steady(100, 7);
  EXPECT_TRUE(sky.predictor.is_draining());
}

TEST(FadePredictor, NothingIsPredictedOverAHole) {
  Sky sky{kSettings};
  sky.steady(120, 12);
  sky.run(60, [](double) { return kHole; });
  sky.steady(10, 6.5);  // it came back lower: no slope is known
  EXPECT_FALSE(sky.ever_drained);
  EXPECT_FALSE(sky.predictor.forecast());
  sky.steady(120, 6.5);
  EXPECT_FALSE(sky.ever_drained);
}

TEST(FadePredictor, AfterARebootTheSignalIsLearnedAnew) {
  Sky sky{kSettings};
  sky.steady(120, 12);
  sky.predictor.on_reboot(sky.now());
  EXPECT_FALSE(sky.predictor.level());
  sky.steady(120, 7);
  EXPECT_FALSE(sky.ever_drained);
  EXPECT_NEAR(sky.predictor.level()->value(), 7, 0.3);
}

void with_battery(Sky& sky, double seconds, double level, double volts) {
  for (double t = 0; t < seconds; ++t) {
    sky.predictor.on_battery(Volts{volts}, sky.now());
    sky.steady(1, level);
  }
}

TEST(FadePredictor, AStepTogetherWithTheBatteryIsPowerAndNotRain) {
  Sky sky{kSettings};
  with_battery(sky, 120, 12, 12.6);
  with_battery(sky, 60, 9.8, 11.7);
  EXPECT_FALSE(sky.ever_drained);
  ASSERT_TRUE(sky.predictor.power_sag());
  EXPECT_NEAR((sky.predictor.power_sag()->before - sky.predictor.power_sag()->after).value(), 2.2, 0.4);
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::PowerSag);
  const std::string text = sky.predictor.explain(sky.now());
  EXPECT_NE(text.find("from 12.6 V to 11.7 V: power, not weather"), std::string::npos) << text;
  with_battery(sky, 60, 12, 12.6);
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Clear);
}

TEST(FadePredictor, APowerSagDownToTheThresholdDrains) {
  Sky sky{kSettings};
  with_battery(sky, 120, 9, 12.6);
  with_battery(sky, 20, 5.7, 11.5);
  EXPECT_TRUE(sky.predictor.is_draining());
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::PowerSag);
}

TEST(FadePredictor, AStepWithASteadyBatteryIsNoPowerSag) {
  Sky sky{kSettings};
  with_battery(sky, 120, 12, 12.6);
  with_battery(sky, 60, 9.8, 12.55);
  EXPECT_FALSE(sky.predictor.power_sag());
}

TEST(FadePredictor, ABatterySagAloneIsNoFade) {
  Sky sky{kSettings};
  with_battery(sky, 120, 12, 12.6);
  with_battery(sky, 60, 12, 11.5);
  EXPECT_FALSE(sky.predictor.power_sag());
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Clear);
}

TEST(FadePredictor, DustOverDaysIsToldAsDriftAndNeverDrains) {
  Sky sky{kSettings};
  sky.pace = 10;
  sky.predictor.set_pace(std::chrono::seconds{10});
  double told_after = 0;
  sky.run(
      20 * 86'400.0, [](double t) { return 13 - 0.25 * t / 86'400; },
      [&] {
        const auto drift = sky.predictor.clear_sky().drift();
        if (told_after == 0 && drift && *drift >= Db{1.5}) {
          told_after = sky.seconds() / 86'400;
          EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Drift);
          EXPECT_NE(sky.predictor.explain(sky.now()).find("dust on the feed"), std::string::npos);
        }
        return false;
      });
  EXPECT_FALSE(sky.ever_drained);
  EXPECT_GT(told_after, 4);
  EXPECT_LT(told_after, 10);
}

TEST(FadePredictor, RainOnADustyDishIsStillRainAndDrains) {
  Sky sky{kSettings};
  sky.pace = 10;
  sky.predictor.set_pace(std::chrono::seconds{10});
  sky.steady(3 * 86'400.0, 12);
  sky.steady(86'400, 10);
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Drift);
  sky.pace = 1;
  sky.predictor.set_pace(std::chrono::seconds{1});
  sky.steady(120, 10);
  sky.run(
      300, [](double t) { return 10 - 0.1 * t; }, [&] { return sky.predictor.is_draining(); });
  EXPECT_TRUE(sky.predictor.is_draining());
  EXPECT_EQ(sky.predictor.kind(sky.now()), FadeKind::Rain);
}

TEST(FadePredictor, TheSameMomentIsNotTakenTwice) {
  Sky sky{kSettings};
  sky.steady(60, 12);
  const auto level = sky.predictor.level();
  sky.predictor.on_sample(Db{0}, sky.now());
  EXPECT_EQ(sky.predictor.level(), level);
}

}  // namespace
}  // namespace karkara
