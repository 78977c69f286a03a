#include "agent/power/battery/battery_estimator.h"

#include <gtest/gtest.h>

#include "tests/agent/power/battery/trial_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(BatteryEstimator, KnowsNothingBeforeTheFirstSample) {
  const BatteryEstimator estimator{BatterySettings{}};
  const BatteryState state = estimator.state(Instant{hours{1}});
  EXPECT_EQ(state.basis, SocBasis::Unknown);
  EXPECT_EQ(state.band, SocBand::Unknown);
  EXPECT_FALSE(state.state_of_charge);
  EXPECT_FALSE(state.since_full);
  EXPECT_EQ(state.capacity, AmpHours{100});
}

TEST(BatteryEstimator, TrustsAFullChargeOverItsOwnCount) {
  TruthSettings truth;
  truth.charge = 0.7;
  TrialSite site{truth, {}, Sensing::Shunt};
  BatteryMemory wrong;
  wrong.state_of_charge = Percent{45};
  wrong.error = Percent{10};
  site.estimator.restore(wrong, Duration{});
  site.days(1, {});
  ASSERT_TRUE(site.state().since_full);
  EXPECT_LT(*site.state().since_full, hours{12});
  EXPECT_EQ(site.state().basis, SocBasis::Counted);
  EXPECT_LT(std::abs(site.error()), 4);
  EXPECT_LT(site.state().error.value(), 8);
}

TEST(BatteryEstimator, SeesFullWithoutAShuntByThePhaseAndTheHeldCurrent) {
  TruthSettings truth;
  truth.charge = 0.6;
  TrialSite site{truth, {}, Sensing::Meters};
  site.days(2, {});
  ASSERT_TRUE(site.state().since_full);
  EXPECT_LT(std::abs(site.error()), 6);
}

TEST(BatteryEstimator, IsNotFullBecauseOfAHighVoltageAlone) {
  TruthSettings truth;
  truth.charge = 0.5;
  TrialSite site{truth, {}, Sensing::Shunt};
  site.hours(2, 25, 1);  // a strong charger reaches absorption early
  ASSERT_GT(site.truth.block_voltage(), 13.2);
  EXPECT_FALSE(site.state().since_full);
  // Nor because the sun went just as the voltage was there.
  site.hours(4, 0, 1);
  EXPECT_FALSE(site.state().since_full);
}

TEST(BatteryEstimator, CoversTheTruthThroughWeeksOfPartialCharge) {
  for (const Sensing sensing : {Sensing::Shunt, Sensing::Meters}) {
    TruthSettings truth;
    truth.capacity = 90;
    truth.shunt_offset = 0.04;
    truth.charge_gain = 1.02;
    truth.load_gain = 0.98;
    TrialSite site{truth, {}, sensing};
    site.days(5, {});
    site.forget_score();
    site.days(21, {4.0, 1.2});
    EXPECT_GT(site.covered(), 0.9) << static_cast<int>(sensing);
    EXPECT_LT(site.worst(), 16) << static_cast<int>(sensing);
    EXPECT_GT(*site.state().since_full, hours{24 * 18});
  }
}

TEST(BatteryEstimator, GrowsItsErrorWithTimeAndShrinksItAtAFullCharge) {
  TrialSite site{lithium_truth(), lithium_battery(), Sensing::Shunt};
  site.days(3, {});
  const Percent after_full = site.state().error;
  site.days(6, {3.4, 1.1});
  const Percent later = site.state().error;
  EXPECT_GT(later.value(), after_full.value() + 3);
  site.days(4, {});
  EXPECT_LT(site.state().error, later);
}

// A shunt that reads -0.05 A while nothing flows, for ten days: a count alone loses 12 %.
TEST(BatteryEstimator, LearnsTheOffsetOfAShuntAtRest) {
  TruthSettings truth;
  truth.charge = 0.75;
  truth.shunt_offset = -0.05;
  TrialSite site{truth, {}, Sensing::Shunt};
  site.days(3, {});
  const double before = site.truth.charge();
  const auto idle = [](EnergySample& sample) {
    sample.charge_current = Amps{0};
    sample.load_current = Amps{0};
  };
  site.hours(240, 0, 0, idle);
  ASSERT_NEAR(site.truth.charge(), before, 0.01);
  EXPECT_LT(std::abs(site.error()), 5);
  EXPECT_LE(std::abs(site.error()), site.state().error.value());
  const auto offset = site.estimator.memory(site.now).current_offset;
  ASSERT_TRUE(offset);
  EXPECT_NEAR(offset->value(), -0.05, 0.025);
}

TEST(BatteryEstimator, AdmitsTheDriftOfAnOffsetThatNothingCanTeach) {
  TruthSettings truth = lithium_truth();
  truth.charge = 0.6;
  truth.shunt_offset = -0.05;
  TrialSite site{truth, lithium_battery(), Sensing::Shunt};
  BatteryMemory known;
  known.state_of_charge = Percent{60};
  known.error = Percent{4};
  site.estimator.restore(known, Duration{});
  site.hours(240, 0, 0);
  EXPECT_LT(site.error(), -5);      // it did walk off ...
  EXPECT_GT(site.covered(), 0.95);  // ... and says so
  EXPECT_GT(site.state().error.value(), 15);
}

TEST(BatteryEstimator, NeverLosesTheSignOfACurrent) {
  TruthSettings truth;
  truth.charge = 0.9;
  TrialSite site{truth, {}, Sensing::Shunt};
  BatteryMemory known;
  known.state_of_charge = Percent{90};
  known.error = Percent{5};
  site.estimator.restore(known, Duration{});
  site.hours(1, 0, 4);
  const double before = site.state().state_of_charge->value();
  site.hours(5, 0, 4);
  EXPECT_LT(site.state().state_of_charge->value(), before - 15);
  EXPECT_NEAR(site.state().current->value(), -4, 0.3);
}

TEST(BatteryEstimator, GoesOnAfterAGapWithAWiderError) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {});
  const BatteryState before = site.state();
  site.unseen(5, 0, 2);
  const BatteryState in_the_gap = site.state();
  EXPECT_GT(in_the_gap.error.value(), before.error.value() + 10);
  EXPECT_FALSE(in_the_gap.current);
  site.hours(0.1, 0, 2);
  ASSERT_TRUE(site.state().state_of_charge);
  EXPECT_LE(std::abs(site.error()), site.state().error.value());
  // A pause of a minute is none.
  const Percent error = site.state().error;
  site.unseen(0.02, 0, 2);
  site.hours(0.01, 0, 2);
  EXPECT_NEAR(site.state().error.value(), error.value(), 0.5);
}

TEST(BatteryEstimator, WithdrawsThePercentageWhenNobodyCountedForDays) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {});
  ASSERT_TRUE(site.state().state_of_charge);
  site.unseen(24 * 6, 0, 0.1);
  EXPECT_FALSE(site.state().state_of_charge);
  EXPECT_EQ(site.state().basis, SocBasis::Unknown) << "the voltage was heard days ago, too";
  EXPECT_EQ(site.state().band, SocBand::Unknown);
}

TEST(BatteryEstimator, DoesNotBelieveWhatCannotBe) {
  TrialSite clean{{}, {}, Sensing::Shunt};
  TrialSite noisy{{}, {}, Sensing::Shunt};
  int count = 0;
  const auto glitch = [&count](EnergySample& sample) {
    switch (++count % 50) {
      case 7: sample.battery_current = Amps{-655.36}; break;
      case 17: sample.battery_current = Amps{std::nan("")}; break;
      case 27: sample.battery_current = Amps{90}; break;  // possible, but nothing confirms it
      case 37: sample.battery_voltage = Volts{0}; break;
      case 47: sample.battery_temperature = Celsius{-273}; break;
    }
  };
  clean.days(3, {});
  noisy.days(3, {}, glitch);
  EXPECT_NEAR(noisy.state().state_of_charge->value(), clean.state().state_of_charge->value(), 1);
  EXPECT_NEAR(noisy.state().error.value(), clean.state().error.value(), 1);
}

TEST(BatteryEstimator, SurvivesSamplesThatLackPartsOrTime) {
  TrialSite site{{}, {}, Sensing::Shunt};
  int count = 0;
  site.days(3, {}, [&count](EnergySample& sample) {
    ++count;
    if (count % 3 == 0) sample.battery_current.reset();
    if (count % 4 == 0) sample.battery_voltage.reset();
    if (count % 5 == 0) sample = EnergySample{};
  });
  EXPECT_LT(std::abs(site.error()), 6);
  const BatteryState before = site.state();
  site.estimator.see(site.truth.by_shunt(), site.now);                 // no time at all
  site.estimator.see(site.truth.by_shunt(), site.now + -minutes{10});  // and the past
  EXPECT_NEAR(site.state().state_of_charge->value(), before.state_of_charge->value(), 0.1);
}

TEST(BatteryEstimator, CountsChargersLessLoadsLessWhatNoMeterSees) {
  BatterySettings battery;
  battery.unmetered_load = Amps{0.5};
  BatteryEstimator estimator{battery};
  EnergySample sample;
  sample.battery_voltage = Volts{12.6};
  sample.charge_current = Amps{4};
  sample.load_current = Amps{1};
  for (int i = 0; i < 3; ++i) {
    estimator.see(sample, Instant{seconds{30 * (i + 1)}});
  }
  EXPECT_NEAR(estimator.state(Instant{seconds{90}}).current->value(), 2.5, 1e-6);
  sample.battery_current = Amps{2.2};
  estimator.see(sample, Instant{seconds{120}});
  EXPECT_NEAR(estimator.state(Instant{seconds{120}}).current->value(), 2.2, 1e-6);
}

class BatteryOfVolts : public testing::TestWithParam<double> {};
INSTANTIATE_TEST_SUITE_P(Nominal, BatteryOfVolts, testing::Values(12, 24, 48));

TEST_P(BatteryOfVolts, IsEstimatedAlike) {
  TruthSettings truth;
  truth.blocks = GetParam() / 12;
  BatterySettings battery;
  battery.nominal = Volts{GetParam()};
  TrialSite site{truth, battery, Sensing::Shunt};
  site.days(3, {});
  ASSERT_TRUE(site.state().since_full);
  EXPECT_LT(*site.state().since_full, hours{24});
  EXPECT_LT(std::abs(site.error()), 5);
  EXPECT_NEAR(site.state().resting_voltage->value(), 12.5 * truth.blocks, 0.3 * truth.blocks);
}

TEST(BatteryEstimator, GoesOnFromAnEarlierRun) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(10, {});
  const BatteryMemory memory = site.estimator.memory(site.now);
  ASSERT_TRUE(memory.state_of_charge);
  ASSERT_TRUE(memory.since_full);

  BatteryEstimator soon{{}};
  soon.restore(memory, seconds{60});
  const BatteryState after = soon.state(Instant{});
  EXPECT_EQ(after.basis, SocBasis::Counted);
  EXPECT_NEAR(after.state_of_charge->value(), memory.state_of_charge->value(), 0.01);
  EXPECT_NEAR(after.error.value(), memory.error.value(), 2);
  EXPECT_EQ(*after.since_full, *memory.since_full + seconds{60});

  BatteryEstimator late{{}};
  late.restore(memory, hours{5});
  EXPECT_GT(late.state(Instant{}).error.value(), after.error.value() + 5);
  BatteryEstimator unknown{{}};
  unknown.restore(memory, std::nullopt);
  EXPECT_GT(unknown.state(Instant{}).error.value(), after.error.value() + 2);
  EXPECT_LT(unknown.state(Instant{}).error, late.state(Instant{}).error) << "mostly it was a short one";
}

TEST(BatteryEstimator, StartsAnewWithAnotherBattery) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(2, {});
  BatterySettings other;
  other.unmetered_load = Amps{0.2};
  site.estimator.reconfigure(other);
  EXPECT_TRUE(site.state().state_of_charge);
  other.capacity = AmpHours{200};
  site.estimator.reconfigure(other);
  EXPECT_FALSE(site.state().state_of_charge);
  EXPECT_EQ(site.estimator.settings(), other);
}

TEST(BatteryEstimator, LearnsTheResistanceFromStepsOfTheLoad) {
  TruthSettings truth;
  truth.ohms = 0.02;
  TrialSite site{truth, {}, Sensing::Shunt};
  for (int i = 0; i < 20; ++i) {
    site.hours(0.05, 0, 1);
    site.hours(0.05, 0, 7);
  }
  ASSERT_TRUE(site.state().ohms);
  EXPECT_NEAR(*site.state().ohms, 0.02, 0.004);
  EXPECT_GT(site.state().resting_voltage->value(), site.truth.block_voltage() + 0.1);
}

}  // namespace
}  // namespace karkara
