#include "agent/power/battery/battery_memory.h"

#include <gtest/gtest.h>

#include "agent/power/battery/ocv_table.h"
#include "agent/power/battery/step_guard.h"

namespace karkara {
namespace {

BatteryMemory full_memory() {
  BatteryMemory memory;
  memory.state_of_charge = Percent{57.25};
  memory.error = Percent{3.5};
  memory.capacity = AmpHours{88.5};
  memory.health = Percent{88.5};
  memory.ohms = 0.0125;
  memory.current_offset = Amps{-0.05};
  memory.efficiency = 0.93;
  memory.since_full = std::chrono::hours{7};
  return memory;
}

BatteryMemory longest_memory() {
  BatteryMemory memory = full_memory();
  memory.capacity_off = 0.0625;
  memory.bias = -0.03125;
  memory.bias_off = 0.015625;
  memory.drop = 0.140625;
  memory.drop_off = 0.0625;
  memory.usual = Amps{4.75};
  return memory;
}

TEST(BatteryMemory, IsReadAsItWasWritten) {
  for (const BatteryMemory& memory : {longest_memory(), full_memory(), BatteryMemory{}}) {
    const std::string text = to_text(memory);
    EXPECT_EQ(text.find('\n'), std::string::npos);
    EXPECT_LE(text.size(), 400U);
    const auto read = battery_memory_from(text);
    ASSERT_TRUE(read.ok()) << read.error().text;
    EXPECT_EQ(*read, memory);
  }
}

TEST(BatteryMemory, ReadsALineOfAnEarlierRelease) {
  const auto read = battery_memory_from("battery1 soc=57.25 error=3.5 capacity=88.5 since_full=25200 crc=27df56d5");
  ASSERT_TRUE(read.ok()) << read.error().text;
  EXPECT_EQ(read->state_of_charge, Percent{57.25});
  EXPECT_FALSE(read->bias);
}

TEST(BatteryMemory, RefusesADamagedLineWhole) {
  const std::string text = to_text(longest_memory());
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(battery_memory_from(text.substr(0, i)).ok()) << i;
    std::string flipped = text;
    flipped[i] = static_cast<char>(flipped[i] ^ 4);
    EXPECT_FALSE(battery_memory_from(flipped).ok()) << flipped;
  }
  EXPECT_EQ(battery_memory_from("").error().code, ErrorCode::DataLoss);
}

TEST(BatteryMemory, WritesNoNumberThatItWouldNotRead) {
  BatteryMemory memory = full_memory();
  memory.state_of_charge = Percent{1e9};
  memory.ohms = std::numeric_limits<double>::quiet_NaN();
  const auto read = battery_memory_from(to_text(memory));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->state_of_charge, Percent{100});
  EXPECT_FALSE(read->ohms);
}

TEST(OcvTable, GoesThereAndBack) {
  for (const Chemistry chemistry : {Chemistry::LeadAcid, Chemistry::LithiumIronPhosphate}) {
    double last = 0;
    for (double charge = 0; charge <= 1; charge += 0.01) {
      const Volts volts = rest_voltage(chemistry, charge, Celsius{35});
      EXPECT_GT(volts.value(), last);
      last = volts.value();
      EXPECT_NEAR(rest_charge(chemistry, volts, Celsius{35}), charge, 1e-9);
    }
  }
}

TEST(OcvTable, SaysHowLittleTheFlatMiddleOfLithiumTells) {
  const ChargeRange lithium = rest_range(Chemistry::LithiumIronPhosphate, Volts{13.2}, Volts{0.06}, Celsius{25});
  EXPECT_GT(lithium.most - lithium.least, 0.3);
  const ChargeRange lead = rest_range(Chemistry::LeadAcid, Volts{12.3}, Volts{0.06}, Celsius{25});
  EXPECT_LT(lead.most - lead.least, 0.2);
}

TEST(StepGuard, BelievesAStepOnlyWhenTheNextSampleConfirmsIt) {
  StepGuard guard;
  const Plausible plausible{-100, 100, 10};
  EXPECT_TRUE(guard.see(5, plausible));
  EXPECT_FALSE(guard.see(50, plausible));
  EXPECT_TRUE(guard.see(6, plausible));
  EXPECT_FALSE(guard.see(50, plausible)) << "the first one is forgotten";
  EXPECT_TRUE(guard.see(52, plausible));
  EXPECT_FALSE(guard.see(1000, plausible));
  EXPECT_FALSE(guard.see(std::nullopt, plausible));
  guard.forget();
  EXPECT_TRUE(guard.see(-90, plausible));
}

}  // namespace
}  // namespace karkara
