// What voltages, a told charge and years teach the estimate.
#include <gtest/gtest.h>

#include "tests/agent/power/battery/trial_site.h"

namespace karkara {
namespace {

using std::chrono::hours;

BatteryMemory believing(double percent, double error) {
  BatteryMemory memory;
  memory.state_of_charge = Percent{percent};
  memory.error = Percent{error};
  return memory;
}

TEST(BatteryCorrection, ARestCorrectsALeadAcidBattery) {
  TruthSettings truth;
  truth.charge = 0.45;
  TrialSite site{truth, {}, Sensing::Shunt};
  site.estimator.restore(believing(75, 30), Duration{});
  site.hours(2, 0, 0);
  EXPECT_GT(site.error(), 20) << "the surface charge may still be there";
  site.hours(10, 0, 0);
  EXPECT_LT(std::abs(site.error()), 14);
  EXPECT_LE(std::abs(site.error()), site.state().error.value());
  EXPECT_LT(site.state().error.value(), 25);
}

TEST(BatteryCorrection, ARestInTheFlatMiddleTellsNothingOfLithium) {
  TruthSettings truth = lithium_truth();
  truth.charge = 0.45;
  TrialSite site{truth, lithium_battery(), Sensing::Shunt};
  site.estimator.restore(believing(70, 15), Duration{});
  site.hours(24, 0, 0);
  EXPECT_NEAR(site.state().state_of_charge->value(), 70, 2);
  EXPECT_GE(site.state().error.value(), 15);
}

TEST(BatteryCorrection, TheKneeCorrectsLithium) {
  TruthSettings truth = lithium_truth();
  truth.charge = 0.03;
  TrialSite site{truth, lithium_battery(), Sensing::Shunt};
  site.estimator.restore(believing(40, 20), Duration{});
  site.hours(6, 0, 0);
  EXPECT_LT(site.state().state_of_charge->value(), 20);
  EXPECT_LE(std::abs(site.error()), site.state().error.value());
}

TEST(BatteryCorrection, TheDisconnectIsALowAnchor) {
  for (const bool lithium : {false, true}) {
    TruthSettings truth = lithium ? lithium_truth() : TruthSettings{};
    truth.charge = 0.30;
    TrialSite site{truth, lithium ? lithium_battery() : BatterySettings{}, Sensing::Meters};
    site.estimator.restore(believing(65, 22), Duration{});
    const double disconnect = lithium ? 12.0 : 11.4;
    while (site.truth.block_voltage() > disconnect - 0.02 && site.truth.charge() > 0) {
      site.hours(0.1, 0, 4);
    }
    site.hours(0.5, 0, 0);  // cut off
    EXPECT_LT(site.state().state_of_charge->value(), 20) << lithium;
    EXPECT_EQ(site.state().band, lithium ? site.state().band : SocBand::Empty) << lithium;
    EXPECT_LE(std::abs(site.error()), site.state().error.value()) << lithium;
  }
}

TEST(BatteryCorrection, LearnsTheCapacityOfABatteryThatAgedToSeventyPercent) {
  TruthSettings truth;
  truth.capacity = 70;
  TrialSite site{truth, {}, Sensing::Shunt};
  for (int week = 0; week < 12; ++week) {
    site.days(4, {12, 1.1});
    site.days(3, {3, 0.9});
  }
  ASSERT_TRUE(site.state().health);
  EXPECT_NEAR(site.state().health->value(), 70, 12);
  EXPECT_NEAR(site.state().capacity.value(), 70, 12);
  site.forget_score();
  site.days(3, {12, 1.1});
  EXPECT_GT(site.covered(), 0.9);
}

TEST(BatteryCorrection, LearnsTheCapacityThatABmsTells) {
  TrialSite site{lithium_truth(), lithium_battery(), Sensing::Shunt};
  site.hours(1, 0, 1, [](EnergySample& sample) { sample.told_capacity = AmpHours{82}; });
  const double once = site.estimator.memory(site.now).capacity.value();
  site.hours(10, 0, 1, [](EnergySample& sample) { sample.told_capacity = AmpHours{82}; });
  EXPECT_NEAR(site.estimator.memory(site.now).capacity.value(), once, 3) << "the same word again proves nothing";
}

// What a monitor of its own would say of the truth.
auto telling(TrialSite& site, double shift) {
  return [&site, shift](EnergySample& sample) {
    sample.told_state_of_charge = Percent{std::clamp(100 * site.truth.charge() + shift, 0.0, 100.0)};
  };
}

TEST(BatteryCorrection, PrefersWhatAShuntThatCountsTells) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {}, telling(site, 0.5));
  EXPECT_EQ(site.state().basis, SocBasis::Told);
  EXPECT_NEAR(site.error(), 0.5, 0.2);
  EXPECT_LT(site.state().error.value(), 6);
}

TEST(BatteryCorrection, TakesWhatABmsTellsWithoutAnyCurrent) {
  TrialSite site{lithium_truth(), lithium_battery(), Sensing::VoltageOnly};
  site.hours(1, 0, 2, telling(site, 1));
  EXPECT_EQ(site.state().basis, SocBasis::Told);
  EXPECT_NEAR(site.error(), 1, 0.3);
}

TEST(BatteryCorrection, WidensTheErrorOfATellerThatNeverSeesFull) {
  TruthSettings truth = lithium_truth();
  truth.charge = 0.5;
  TrialSite site{truth, lithium_battery(), Sensing::VoltageOnly};
  site.hours(1, 0, 0.1, telling(site, 0));
  const double first = site.state().error.value();
  site.days(10, {0.3, 0.1}, telling(site, 0));
  EXPECT_GT(site.state().error.value(), first + 15);
}

TEST(BatteryCorrection, DoubtsATellerThatIsFarFromFullAtAFullCharge) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {}, telling(site, 0));
  site.days(3, {}, telling(site, -30));
  EXPECT_EQ(site.state().basis, SocBasis::Counted);
  EXPECT_LT(std::abs(site.error()), 6);
  site.days(2, {}, telling(site, 0));  // it was set right
  EXPECT_EQ(site.state().basis, SocBasis::Told);
}

TEST(BatteryCorrection, DoubtsATellerWhoseNumberStands) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {}, telling(site, 0));
  site.hours(14, 0, 2.5, [](EnergySample& sample) { sample.told_state_of_charge = Percent{90}; });
  EXPECT_EQ(site.state().basis, SocBasis::Counted);
  EXPECT_LT(std::abs(site.error()), 6);
}

TEST(BatteryCorrection, FallsBackToItsCountWhenTheMonitorIsUnsynchronised) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(3, {}, telling(site, 0));
  site.hours(3, 0, 1);
  EXPECT_EQ(site.state().basis, SocBasis::Counted);
  EXPECT_LT(std::abs(site.error()), 5);
}

TEST(BatteryBands, AreAllThatAVoltageTells) {
  TruthSettings truth;
  truth.charge = 0.9;
  TrialSite site{truth, {}, Sensing::VoltageOnly};
  SocBand last = SocBand::Full;
  int changes = 0;
  for (int i = 0; i < 220; ++i) {
    site.hours(0.25, 0, i % 2 == 0 ? 1 : 2.2);
    const BatteryState state = site.state();
    EXPECT_EQ(state.basis, SocBasis::Voltage);
    EXPECT_FALSE(state.state_of_charge);
    EXPECT_LE(state.band, last);
    changes += state.band == last ? 0 : 1;
    last = state.band;
  }
  EXPECT_EQ(last, SocBand::Empty);
  EXPECT_LE(changes, 5);
}

TEST(BatteryBands, OfLithiumAreWideInTheMiddle) {
  for (const double charge : {0.35, 0.5, 0.65}) {
    TruthSettings truth = lithium_truth();
    truth.charge = charge;
    TrialSite site{truth, lithium_battery(), Sensing::VoltageOnly};
    site.hours(2, 0, 1);
    EXPECT_EQ(site.state().band, SocBand::Middle) << charge;
  }
}

TEST(BatteryBands, DoNotClimbBecauseAChargerLiftsTheVoltage) {
  TruthSettings truth;
  truth.charge = 0.25;
  TrialSite site{truth, {}, Sensing::VoltageOnly};
  site.hours(2, 0, 1);
  ASSERT_EQ(site.state().band, SocBand::Low);
  site.hours(1, 25, 1);
  EXPECT_LE(site.state().band, SocBand::Middle);
  site.hours(9, 25, 1);  // held at absorption for hours
  EXPECT_EQ(site.state().band, SocBand::Full);
  site.hours(8, 0, 2);
  EXPECT_LT(site.state().band, SocBand::Full);
}

TEST(BatteryBands, OfACountHaveHysteresis) {
  BatteryEstimator estimator{BatterySettings{}};
  EnergySample sample;
  SocBand last = SocBand::Unknown;
  int changes = 0;
  for (int i = 0; i < 400; ++i) {
    sample.told_state_of_charge = Percent{i % 2 == 0 ? 64.3 : 65.7};
    estimator.see(sample, Instant{std::chrono::seconds{30 * (i + 1)}});
    const SocBand band = estimator.state(Instant{std::chrono::seconds{30 * (i + 1)}}).band;
    changes += band == last ? 0 : 1;
    last = band;
  }
  EXPECT_EQ(changes, 1);
  EXPECT_EQ(last, SocBand::Middle);
}

}  // namespace
}  // namespace karkara
