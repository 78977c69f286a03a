#include "agent/power/shed/shed_ladder.h"

#include <gmock/gmock.h>

#include <cmath>
#include <limits>
#include <random>

#include "tests/agent/power/shed/village_stages.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::HasSubstr;

constexpr WallTime kNoon{hours{24 * 20'000 + 11}};  // 12:00 in Niger
constexpr WallTime kSunset{hours{24 * 20'000 + 17}};

EnergyForecast night(double survival, double needed = 100, std::optional<Duration> to_disconnect = std::nullopt) {
  EnergyForecast forecast;
  forecast.night = NightForecast{kSunset,  kSunset + hours{14}, WattHours{100}, WattHours{needed}, WattHours{10},
                                 survival, survival > 0.5};
  forecast.to_disconnect = to_disconnect;
  return forecast;
}

class Ladder : public testing::Test {
 protected:
  void charge(double percent, double error = 4) {
    in_.battery.basis = SocBasis::Told;
    in_.battery.state_of_charge = Percent{percent};
    in_.battery.error = Percent{error};
    in_.battery.resting_voltage = Volts{12.4};
  }
  void only_volts(double volts) {
    in_ = {};
    in_.battery.basis = SocBasis::Voltage;
    in_.battery.resting_voltage = Volts{volts};
    in_.sample.battery_voltage = Volts{volts};
  }
  const LadderState& run(Duration time, Duration step = minutes{1}) {
    for (const Instant end = now_ + time; now_ < end;) {
      now_ = now_ + step;
      wall_ = wall_ + std::chrono::duration_cast<std::chrono::microseconds>(step);
      const unsigned before = ladder_.state().stage;
      ladder_.see(in_, now_, clock_known_ ? std::optional{wall_} : std::nullopt);
      changes_ += before != ladder_.state().stage ? 1 : 0;
    }
    return ladder_.state();
  }

  ShedLadder ladder_{village_stages(), village_battery()};
  LadderInputs in_;
  Instant now_{hours{1}};
  WallTime wall_ = kNoon;
  bool clock_known_ = true;
  int changes_ = 0;
};

TEST_F(Ladder, StaysOutOfTheWayOfAFullBattery) {
  charge(95);
  const LadderState& state = run(hours{3});
  EXPECT_EQ(state.stage, 0U);
  EXPECT_EQ(state.reason, ShedReason::EverythingOn);
}

TEST_F(Ladder, TakesTheStageWhoseLimitTheChargeIsBelowAndSaysWhy) {
  charge(40);
  const LadderState& state = run(minutes{10});
  EXPECT_EQ(state.stage, 2U);
  EXPECT_EQ(state.reason, ShedReason::Charge);
  EXPECT_THAT(state.text, HasSubstr("40 %"));
  EXPECT_THAT(state.text, HasSubstr("'night' begins below 45 %"));
  EXPECT_EQ(changes_, 1) << "at once, not over the milder one";
}

TEST_F(Ladder, NeverActsOnASingleSampleHoweverWild) {
  charge(80);
  run(minutes{10});
  for (const double wild : {0.0, 1.0, -40.0, std::numeric_limits<double>::quiet_NaN()}) {
    charge(wild);
    in_.battery.resting_voltage = Volts{0};
    in_.sample.battery_voltage = Volts{11.0};
    run(minutes{1});
    charge(80);
    in_.sample.battery_voltage.reset();
    run(minutes{9});
  }
  EXPECT_EQ(changes_, 0);
}

TEST_F(Ladder, TheFirstSampleAfterAStartIsNotBelieved) {
  charge(0);
  run(minutes{1});
  charge(80);
  EXPECT_EQ(run(minutes{20}).stage, 0U);
  EXPECT_EQ(changes_, 0);
}

TEST_F(Ladder, ANoisyChargeAroundALimitCausesOneChange) {
  std::mt19937 random{7};
  std::normal_distribution<double> noise{0, 4};
  for (int i = 0; i < 6 * 60; ++i) {
    charge(60 + noise(random));
    in_.charging = i % 2 == 0;
    run(minutes{1});
  }
  EXPECT_LE(changes_, 1);
  EXPECT_LE(ladder_.state().stage, 1U);
}

TEST_F(Ladder, LeavesAStageOnlyWithMoreChargeAndAfterAWhileAndWhileCharging) {
  charge(58);
  run(minutes{5});
  ASSERT_EQ(ladder_.state().stage, 1U);
  charge(69);  // not 10 points above its limit
  in_.charging = true;
  EXPECT_EQ(run(hours{3}).stage, 1U);
  charge(75);
  in_.charging = false;
  EXPECT_EQ(run(hours{3}).stage, 1U);
  in_.charging = true;
  EXPECT_EQ(run(minutes{20}).stage, 0U);
}

TEST_F(Ladder, StaysForTheConfiguredWhileInEachStageOnTheWayUp) {
  charge(20);
  run(minutes{5});
  ASSERT_EQ(ladder_.state().stage, 4U);
  charge(95);
  in_.charging = true;
  EXPECT_EQ(run(minutes{55}).stage, 4U);
  EXPECT_EQ(run(minutes{20}).stage, 3U) << "one at a time";
  EXPECT_EQ(run(minutes{40}).stage, 3U);
  EXPECT_EQ(run(minutes{20}).stage, 2U);
  EXPECT_EQ(run(hours{3}).stage, 0U);
}

TEST_F(Ladder, RisesInFloatWhereLittleCurrentFlows) {
  charge(58);
  run(minutes{5});
  charge(100);
  in_.battery.current = Amps{0};
  in_.sample.phase = ChargePhase::Float;
  EXPECT_EQ(run(hours{2}).stage, 0U);
}

TEST_F(Ladder, WhereNobodyTellsOfChargingAChargeThatCameBackProvesIt) {
  charge(50);
  run(minutes{5});
  ASSERT_EQ(ladder_.state().stage, 1U);
  charge(72);
  EXPECT_EQ(run(hours{2}).stage, 0U);
}

TEST_F(Ladder, AnUncertainChargeIsTakenForLess) {
  charge(65, 8);
  EXPECT_EQ(run(hours{1}).stage, 0U);
  charge(65, 20);
  EXPECT_EQ(run(hours{1}).stage, 1U);
}

TEST_F(Ladder, ASquareWaveOfVoltageDoesNotToggleIt) {
  // 2000 false deep discharges in days came from a controller that followed this.
  for (const Duration half : {Duration{seconds{20}}, Duration{minutes{2}}, Duration{minutes{20}}, Duration{hours{2}}}) {
    ladder_ = ShedLadder{village_stages(), village_battery()};
    const auto swing = [&] {
      for (int i = 0; i < 30; ++i) {
        only_volts(i % 2 == 0 ? 12.4 : 11.4);
        run(half, seconds{10});
      }
    };
    swing();
    EXPECT_GE(ladder_.state().stage, 3U);
    changes_ = 0;
    swing();
    EXPECT_EQ(changes_, 0) << std::chrono::duration_cast<seconds>(half).count();
  }
}

TEST_F(Ladder, ASquareWaveThatPassesForChargingMovesItOnceAnHourAtMost) {
  for (int i = 0; i < 24 * 60; ++i) {
    only_volts(i % 2 == 0 ? 12.4 : 11.4);
    in_.charging = i % 2 == 0;
    run(minutes{1});
  }
  EXPECT_LE(changes_, 2);
}

TEST_F(Ladder, SagUnderLoadIsNoEmptyBattery) {
  charge(80);
  in_.sample.battery_voltage = Volts{11.9};  // at rest it has 12.4
  EXPECT_EQ(run(hours{2}).stage, 0U);
}

TEST_F(Ladder, ShortOfTheDisconnectItGoesToTheDeepestAtOnce) {
  charge(80);  // the count is wrong: a battery that aged
  run(minutes{10});
  in_.battery.resting_voltage = Volts{11.65};
  in_.sample.battery_voltage = Volts{11.45};
  in_.battery.current = Amps{-3};
  const LadderState& state = run(minutes{3});
  EXPECT_EQ(state.stage, 4U);
  EXPECT_EQ(state.reason, ShedReason::Emergency);
}

TEST_F(Ladder, WithVoltageAloneTheLimitsInVoltsHold) {
  only_volts(12.6);
  EXPECT_EQ(run(hours{1}).stage, 0U);
  only_volts(12.1);
  const LadderState& state = run(hours{1});
  EXPECT_EQ(state.stage, 2U);
  EXPECT_EQ(state.reason, ShedReason::Voltage);
  only_volts(13.6);  // only a charger lifts it so far
  EXPECT_EQ(run(hours{4}).stage, 0U);
}

TEST_F(Ladder, WithVoltageAloneAndNoLimitInVoltsTheBandCounts) {
  SheddingSettings settings = village_stages();
  for (ShedStage& stage : settings.stages) {
    stage.below_volts.reset();
  }
  ladder_ = ShedLadder{settings, village_battery()};
  in_.battery.band = SocBand::High;
  EXPECT_EQ(run(hours{1}).stage, 0U);
  in_.battery.band = SocBand::Low;
  EXPECT_EQ(run(hours{1}).stage, 4U);
  in_.battery.band = SocBand::Full;
  in_.charging = true;
  EXPECT_EQ(run(hours{6}).stage, 0U);
}

TEST_F(Ladder, AnUnknownBatteryKeepsItsStageAndSaysSo) {
  charge(40);
  run(minutes{10});
  in_ = {};
  in_.charging = true;
  const LadderState& state = run(hours{12});
  EXPECT_EQ(state.stage, 2U);
  EXPECT_EQ(state.reason, ShedReason::Unknown);
  EXPECT_THAT(state.text, HasSubstr("nothing is known of the battery"));
  charge(40);
  EXPECT_EQ(run(minutes{10}).reason, ShedReason::Charge);
}

TEST_F(Ladder, ABrokenVoltageSensorIsNoEmptyBattery) {
  for (const double volts : {0.0, 3.3, 65.0, -1.0}) {
    only_volts(volts);
    const LadderState& state = run(hours{1});
    EXPECT_EQ(state.stage, 0U);
    EXPECT_EQ(state.reason, ShedReason::Unknown);
  }
}

// --- the night that comes -----------------------------------------------------------------------------------------

TEST_F(Ladder, TakesTheMildestStageThatSurvivesTheNight) {
  charge(80);
  in_.forecast = [](unsigned stage) { return night(stage >= 2 ? 0.99 : 0.6, 100.0 - 10 * stage); };
  EXPECT_EQ(run(hours{2}).stage, 0U) << "at noon it may still become a good day";
  run(hours{2});
  const LadderState& state = ladder_.state();
  EXPECT_EQ(state.stage, 2U);
  EXPECT_EQ(state.reason, ShedReason::Night);
  EXPECT_THAT(state.text, HasSubstr("60 % likely"));
  EXPECT_EQ(changes_, 1);
}

TEST_F(Ladder, ANightThatNoStageSurvivesCallsForTheDeepest) {
  charge(80);
  in_.forecast = [](unsigned stage) { return night(0.1 + 0.05 * stage, 100.0 - 10 * stage); };
  EXPECT_EQ(run(minutes{40}).stage, 4U) << "hopeless at noon: the sun of the day is needed too";
  EXPECT_EQ(changes_, 1);
}

TEST_F(Ladder, GoesOneDeeperWhereNobodyKnowsYetWhatADeeperStageTakes) {
  charge(80);
  wall_ = kSunset;
  in_.forecast = [](unsigned) { return night(0.7); };
  EXPECT_EQ(run(minutes{25}).stage, 1U);
}

TEST_F(Ladder, AWobblingForecastAtSunsetDoesNotToggleIt) {
  charge(72);
  in_.charging = true;
  int asked = 0;
  in_.forecast = [&](unsigned stage) {
    return night((++asked % 3 == 0 ? 0.78 : 0.93) + 0.02 * stage, 100.0 - 5 * stage);
  };
  run(hours{12});
  EXPECT_LE(changes_, 2);
}

TEST_F(Ladder, DoesNotRiseIntoANightThatWouldNotBeSurvived) {
  charge(58);
  in_.forecast = [](unsigned stage) { return night(stage >= 1 ? 0.99 : 0.5, 100.0 - 10 * stage); };
  run(minutes{10});
  charge(90);
  in_.charging = true;
  EXPECT_EQ(run(hours{3}).stage, 1U);
  in_.forecast = [](unsigned) { return night(0.99); };
  EXPECT_EQ(run(minutes{30}).stage, 0U);
}

TEST_F(Ladder, ADisconnectThatIsForetoldForTheNextNightCallsForLess) {
  charge(70);
  wall_ = kSunset;
  in_.forecast = [](unsigned stage) {
    return night(0.99, 100.0 - 10 * stage, stage == 0 ? std::optional<Duration>{hours{20}} : std::nullopt);
  };
  EXPECT_EQ(run(minutes{40}).stage, 1U);
}

TEST_F(Ladder, WithoutTheTimeThereIsNoForecast) {
  charge(80);
  clock_known_ = false;
  in_.forecast = [](unsigned) -> EnergyForecast { throw std::logic_error{"asked"}; };
  EXPECT_EQ(run(hours{12}).stage, 0U);
}

TEST_F(Ladder, FollowsNoForecastWhereThatIsConfigured) {
  SheddingSettings settings = village_stages();
  settings.follow_forecast = false;
  ladder_ = ShedLadder{settings, village_battery()};
  charge(80);
  in_.forecast = [](unsigned) { return night(0.01); };
  EXPECT_EQ(run(hours{12}).stage, 0U);
}

TEST_F(Ladder, AsksTheForecastSeldom) {
  charge(80);
  int asked = 0;
  in_.forecast = [&](unsigned) { return ++asked, night(0.99); };
  run(hours{10}, seconds{10});
  EXPECT_LE(asked, 61);
}

// --- restart ------------------------------------------------------------------------------------------------------

TEST_F(Ladder, ARestartPutsNothingOn) {
  charge(40);
  run(minutes{10});
  ShedLadder after{village_stages(), village_battery()};
  ASSERT_TRUE(after.restore(ladder_.memory(), Instant{}).ok());
  EXPECT_EQ(after.state().stage, 2U);
  EXPECT_EQ(after.state().reason, ShedReason::Restored);
  in_ = {};
  EXPECT_EQ(after.see(in_, Instant{minutes{1}}, std::nullopt).stage, 2U) << "nothing is known of the battery yet";
  charge(95);
  in_.charging = true;
  EXPECT_EQ(after.see(in_, Instant{minutes{30}}, std::nullopt).stage, 2U) << "it was not left for as long as asked";
}

TEST_F(Ladder, ADamagedMemoryIsNotTaken) {
  EXPECT_FALSE(ladder_.restore("shed1 4 clinic crc=00000000", now_).ok());
  EXPECT_EQ(ladder_.state().stage, 0U);
}

TEST_F(Ladder, AnotherConfigurationKeepsTheStageByItsName) {
  charge(40);
  run(minutes{10});
  SheddingSettings other = village_stages();
  other.stages.erase(other.stages.begin());
  ladder_.reconfigure(other, village_battery());
  EXPECT_EQ(ladder_.state().stage, 1U);
  EXPECT_EQ(ladder_.memory(), to_text(StageMemory{1, "night"}));
  ladder_.reconfigure({}, village_battery());
  EXPECT_EQ(ladder_.state().stage, 0U);
  EXPECT_EQ(run(minutes{5}).stage, 0U);
}

}  // namespace
}  // namespace karkara
