#include "agent/power/sun/usable_energy.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::minutes;

// Hours of discharge that end at that voltage and charge.
UsableEnergy discharged_to(double volts, double points) {
  UsableEnergy usable;
  BatteryState battery;
  battery.capacity = AmpHours{100};
  EnergySample sample;
  sample.battery_voltage = Volts{12.3};
  for (int step = 40; step >= 0; --step) {
    battery.state_of_charge = Percent{points + 0.2 * step};
    sample.battery_voltage = Volts{step == 0 ? volts : 12.3};
    usable.see_discharge(Watts{30}, sample, battery, minutes{5}, BatterySettings{});
  }
  return usable;
}

TEST(UsableEnergy, WritesDownTheDisconnectBeforeItComes) {
  UsableEnergy usable = discharged_to(11.6, 7);
  const auto kept = usable.memory();
  ASSERT_EQ(kept.cuts.count(), 1U);
  EXPECT_NEAR(*kept.cuts.median(), 7, 0.1);
  usable.end_discharge();  // the sun was in time
  EXPECT_EQ(usable.memory().cuts.count(), 0U);
}

TEST(UsableEnergy, TakesNoDisconnectForGrantedThatIsFar) {
  EXPECT_EQ(discharged_to(11.9, 20).memory().cuts.count(), 0U);
}

TEST(UsableEnergy, LessIsLeftAboveADisconnectThatCameEarly) {
  UsableEnergy::Memory cut;
  cut.cuts = discharged_to(11.6, 15).memory().cuts;
  UsableEnergy early;
  early.restore(cut);
  BatteryState battery;
  battery.state_of_charge = Percent{50};
  battery.error = Percent{5};
  battery.capacity = AmpHours{100};
  const auto before = UsableEnergy{}.reserve(battery, Watts{30}, BatterySettings{});
  const auto after = early.reserve(battery, Watts{30}, BatterySettings{});
  ASSERT_TRUE(before && after);
  EXPECT_LT(after->above.value(), before->above.value() - 20);
}

}  // namespace
}  // namespace karkara
