// How one site's energy comes of what its devices say.
#include "agent/power/energy.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

EnergySample charger(double amperes, double watts, ChargePhase phase) {
  EnergySample sample;
  sample.battery_voltage = Volts{13.1};
  sample.charge_current = Amps{amperes};
  sample.panel_power = Watts{watts};
  sample.phase = phase;
  sample.panel_limited = is_holding_back(phase);
  return sample;
}

EnergySample shunt() {
  EnergySample sample;
  sample.battery_voltage = Volts{13.02};
  sample.battery_current = Amps{-2};
  sample.told_state_of_charge = Percent{70};
  return sample;
}

TEST(MergedEnergy, TakesTheVoltageOfTheFirstAndAddsUpTheChargers) {
  const EnergySample all = merge({shunt(), charger(3, 45, ChargePhase::Bulk), charger(2, 30, ChargePhase::Float)});
  EXPECT_EQ(all.battery_voltage, Volts{13.02});
  EXPECT_EQ(all.battery_current, Amps{-2});
  EXPECT_EQ(all.charge_current, Amps{5});
  EXPECT_EQ(all.panel_power, Watts{75});
  EXPECT_EQ(all.phase, ChargePhase::Bulk);
  EXPECT_EQ(all.panel_limited, std::optional{true}) << "one of the two could give more";
}

TEST(MergedEnergy, AChargerThatDoesNotTellItsCurrentMakesTheSumUnknown) {
  EnergySample silent = charger(0, 0, ChargePhase::Bulk);
  silent.charge_current.reset();
  const EnergySample all = merge({charger(3, 45, ChargePhase::Bulk), silent});
  EXPECT_FALSE(all.charge_current);
  EXPECT_EQ(all.panel_power, Watts{45});
}

EnergySample pack(double amperes, double charge, std::optional<AmpHours> capacity) {
  EnergySample sample;
  sample.battery_voltage = Volts{13.3};
  sample.battery_current = Amps{amperes};
  sample.told_state_of_charge = Percent{charge};
  sample.told_capacity = capacity;
  return sample;
}

TEST(PacksAsOne, AddUpTheirCurrentsAndWeighTheirChargeByTheirCapacity) {
  const EnergySample all = packs_as_one({pack(-3, 80, AmpHours{100}), pack(-1, 50, AmpHours{50})});
  EXPECT_EQ(all.battery_current, Amps{-4});
  EXPECT_EQ(all.told_capacity, AmpHours{150});
  EXPECT_EQ(all.told_state_of_charge, Percent{70});
  EXPECT_EQ(all.battery_voltage, Volts{13.3});
  const EnergySample even = packs_as_one({pack(-3, 80, AmpHours{100}), pack(-1, 50, std::nullopt)});
  EXPECT_FALSE(even.told_capacity);
  EXPECT_EQ(even.told_state_of_charge, Percent{65});
}

TEST(PacksAsOne, OneThatIsSilentLeavesOnlyTheVoltage) {
  const EnergySample all = packs_as_one({pack(-3, 80, AmpHours{100}), EnergySample{}});
  EXPECT_EQ(all.battery_voltage, Volts{13.3});
  EXPECT_FALSE(all.battery_current || all.told_capacity || all.told_state_of_charge);
  EXPECT_EQ(packs_as_one({pack(-3, 80, AmpHours{100})}), pack(-3, 80, AmpHours{100}));
  EXPECT_EQ(packs_as_one({}), EnergySample{});
}

TEST(MergedEnergy, NothingSaidIsNothingKnown) {
  EXPECT_EQ(merge({}), EnergySample{});
  EXPECT_EQ(merge({EnergySample{}, EnergySample{}}), EnergySample{});
}

}  // namespace
}  // namespace karkara
