// What full charges, restarts and a silent shunt may teach the estimate, and what they must not.
#include <gtest/gtest.h>

#include "agent/power/battery/full_charge.h"
#include "agent/power/battery/ocv_table.h"
#include "tests/agent/power/battery/trial_site.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;

constexpr CurrentQuality kShunt{.offset = Amps{0.05}, .passing = Amps{0.02}, .gain = 0.005};

// A day that ends where it began, out of a full battery of 100 Ah.
void cycle(ChargeFilter& filter, double out, double in) {
  for (int hour = 0; hour < 12; ++hour) {
    filter.count(Amps{-out / 12}, hours{1}, Celsius{25}, kShunt);
  }
  for (int hour = 0; hour < 12; ++hour) {
    filter.count(Amps{in / 12}, hours{1}, Celsius{25}, kShunt);
  }
}

TEST(BatteryLearning, FromFullToFullSaysNothingOfTheCapacity) {
  BatterySettings lithium = lithium_battery();
  ChargeFilter filter{lithium};
  filter.set_charge({1, 0.01});
  for (int day = 0; day < 60; ++day) {
    cycle(filter, 40, 39);
    filter.learn_charge(1, 0.008, Teaches::All);
  }
  EXPECT_NEAR(filter.capacity().value, 1, 0.02);
}

TEST(BatteryLearning, NoShuntSeesABatteryGiveMoreThanItTook) {
  ChargeFilter filter{BatterySettings{}};
  filter.set_charge({1, 0.02});
  for (int day = 0; day < 60; ++day) {
    cycle(filter, 40, 36);  // a full charge that was declared too early
    filter.learn_charge(1, 0.015, Teaches::All);
  }
  EXPECT_LE(filter.efficiency().value, 1 + kShunt.gain);
}

std::optional<FullCharged> held_at(Volts block, double rate, ChargePhase phase = ChargePhase::Absorption) {
  FullCharge full;
  Measured measured;
  measured.block = block;
  measured.temperature = Celsius{25};
  measured.phase = phase;
  measured.current = BatteryCurrent{Amps{100 * rate}, CurrentOrigin::Shunt, kShunt};
  std::optional<FullCharged> seen;
  for (int minute = 0; minute <= 25; ++minute) {
    seen = full.see(measured, rate, {}, Instant{minutes{minute}});
  }
  return seen;
}

TEST(BatteryLearning, AtATailCurrentSomePercentAreMissingAndTheyComeIn) {
  const auto early = held_at(Volts{14.4}, 0.025);
  ASSERT_TRUE(early);
  EXPECT_NEAR(early->charge, 0.97, 0.01);
  EXPECT_NEAR(early->off, 0.018, 0.008);
  const auto late = held_at(Volts{14.4}, 0.004);
  ASSERT_TRUE(late);
  EXPECT_GT(late->charge, 0.99);
  EXPECT_LT(late->off, early->off);
  // Less voltage drives less current into the same battery.
  const auto floating = held_at(Volts{13.6}, 0.02, ChargePhase::Float);
  ASSERT_TRUE(floating);
  EXPECT_LT(floating->charge, 0.96);
}

// This battery gasses more than the books say, each day near full.
TEST(BatteryLearning, LossesNearFullAreNotTakenForLossesAtLowCharge) {
  ChargeFilter filter{BatterySettings{}};
  for (int day = 0; day < 30; ++day) {
    filter.set_charge({1, 0.01});
    cycle(filter, 20, 32);
    filter.learn_charge(1, 0.015, Teaches::All);
  }
  EXPECT_GT(filter.efficiency().value, 0.93);
}

// It is full, gives a percent or two, and then its charger carries the load a little below full.
TEST(BatteryLearning, ALithiumBatteryThatFloatsIsNotFullOnceMore) {
  FullCharge full;
  Instant now;
  int begun = 0;
  std::optional<FullCharged> seen;
  const auto hold = [&](Volts block, double rate, Duration span) {
    Measured measured;
    measured.block = block;
    measured.phase = ChargePhase::Float;
    measured.current = BatteryCurrent{Amps{100 * rate}, CurrentOrigin::Shunt, kShunt};
    for (const Instant end = now + span; now < end; now = now + minutes{1}) {
      seen = full.see(measured, rate, lithium_battery(), now);
      begun += seen && seen->begins ? 1 : 0;
    }
  };
  hold(Volts{14.2}, 0.01, minutes{30});
  ASSERT_TRUE(seen);
  EXPECT_EQ(seen->charge, 1);
  hold(Volts{13.35}, -0.02, minutes{45});
  hold(Volts{13.5}, -0.001, minutes{60});
  ASSERT_TRUE(seen);
  EXPECT_LT(seen->charge, 0.99);
  EXPECT_EQ(begun, 1);
  hold(Volts{13.2}, -0.04, hours{2});
  hold(Volts{14.2}, 0.01, minutes{30});
  EXPECT_EQ(begun, 2) << "after a night it is";
}

// Nights that end at `left`, whose voltages promise more than is counted.
double capacity_after_nights(double left) {
  const Celsius mild{25};
  ChargeFilter filter{BatterySettings{}};
  for (int day = 0; day < 20; ++day) {
    filter.set_charge({0.99, 0.01});
    cycle(filter, 100 * (0.99 - left), 0);
    filter.learn_voltage({rest_voltage(Chemistry::LeadAcid, left, mild) + Volts{0.02}, 0.01, Volts{0.05}}, mild);
  }
  return filter.capacity().value;
}

TEST(BatteryLearning, AVoltageMakesABatteryLargerOnlyWhenMuchWasTakenOut) {
  EXPECT_LE(capacity_after_nights(0.70), 1.005);
  EXPECT_GT(capacity_after_nights(0.30), 1.01);
}

BatteryMemory believing(double percent, double error) {
  BatteryMemory memory;
  memory.state_of_charge = Percent{percent};
  memory.error = Percent{error};
  return memory;
}

TEST(BatteryRestart, TellsAPercentageAtOnceWhenNobodyKnowsHowLongItWas) {
  BatteryEstimator estimator{{}};
  estimator.restore(believing(70, 6), std::nullopt);
  const BatteryState state = estimator.state(Instant{});
  ASSERT_TRUE(state.state_of_charge);
  EXPECT_NEAR(state.state_of_charge->value(), 70, 1);
  EXPECT_LT(state.error.value(), 20);
}

TEST(BatteryRestart, AfterADisconnectTheBatteryTookSomeChargeAgain) {
  BatteryEstimator estimator{{}};
  estimator.restore(believing(8, 8), std::nullopt);
  const BatteryState state = estimator.state(Instant{});
  ASSERT_TRUE(state.state_of_charge);
  EXPECT_GT(state.state_of_charge->value(), 12);
  EXPECT_LT(state.error.value(), 40);
  EXPECT_LT(state.state_of_charge->value() - state.error.value(), 8) << "or nothing at all";
}

TEST(BatteryRestart, AVoltageUnderChargeCorrectsWhatIsOld) {
  for (const bool lithium : {false, true}) {
    TruthSettings truth = lithium ? lithium_truth() : TruthSettings{};
    truth.charge = lithium ? 0.99 : 0.60;
    TrialSite site{truth, lithium ? lithium_battery() : BatterySettings{}, Sensing::Shunt};
    const double believed = lithium ? 50 : 15;
    site.estimator.restore(believing(believed, 10), hours{8});
    site.hours(0.2, 6, 1);
    ASSERT_TRUE(site.state().state_of_charge) << lithium;
    EXPECT_LT(std::abs(site.error()), 0.7 * std::abs(believed - 100 * truth.charge)) << lithium;
  }
}

TEST(BatteryRestart, KnowsTheBatteryAgain) {
  TrialSite site{{}, {}, Sensing::Shunt};
  site.days(20, {});
  site.days(4, {4, 1.2});
  const BatteryMemory memory = site.estimator.memory(site.now);
  ASSERT_TRUE(memory.bias_off);
  BatteryEstimator again{{}};
  again.restore(memory, minutes{1});
  const BatteryMemory kept = again.memory(Instant{});
  EXPECT_NEAR(*kept.bias, *memory.bias, 1e-9);
  EXPECT_NEAR(*kept.bias_off, *memory.bias_off, 0.001);
  EXPECT_NEAR(*kept.drop, *memory.drop, 1e-9);
  EXPECT_NEAR(kept.usual->value(), memory.usual->value(), 1e-9);
}

TEST(BatteryRestart, AShuntThatFellSilentLeavesItsUsualLoadBehind) {
  TrialSite site{{}, {}, Sensing::Shunt};
  const auto metered = [&](EnergySample& sample) { sample.charge_current = site.truth.by_meters().charge_current; };
  site.days(5, {}, metered);
  site.forget_score();
  site.days(4, {}, [&](EnergySample& sample) {
    metered(sample);
    sample.battery_current.reset();
  });
  ASSERT_TRUE(site.state().state_of_charge);
  EXPECT_GT(site.covered(), 0.95);
  EXPECT_LT(site.worst(), 12);
  EXPECT_TRUE(site.state().current);
}

}  // namespace
}  // namespace karkara
