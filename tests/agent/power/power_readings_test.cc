// What the power feature makes of what a charger says: values, words, and why one is absent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "tests/agent/power/charger_bench.h"

namespace karkara {
namespace {

using fixtures::Labels;
using fixtures::vedirect_block;
using fixtures::vedirect_hex;
using std::chrono::seconds;
using testing::IsEmpty;
using testing::SizeIs;

TEST(PowerFeature, TellsWhatTheChargerSaysInTheUnitsOfTheSeries) {
  ChargerBench bench;
  bench.open();
  bench.hear(kCharger);
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(bench.value(SeriesId::BatteryCurrent), Value{-0.25});
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{33.58});
  EXPECT_EQ(bench.value(SeriesId::PanelPower), Value{48.0});
  EXPECT_EQ(bench.value(SeriesId::ChargeState), Value{3.0});
  EXPECT_EQ(bench.value(SeriesId::ChargerError), Value{0.0});
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{82.72});
  EXPECT_EQ(bench.value(SeriesId::YieldToday), Value{0.12});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{1.0});
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{0.0});
  EXPECT_EQ(bench.report().state, "answering");
  EXPECT_EQ(bench.report().product, "SmartSolar MPPT 75/15, firmware 1.64");
  EXPECT_EQ(bench.report().device, "/dev/ttyUSB0");
}

TEST(PowerFeature, ShowsWhatHasNoSeriesWithItsWord) {
  ChargerBench bench;
  bench.open();
  Labels labels = kCharger;
  labels.insert(labels.end(), {{"MPPT", "1"}, {"OR", "0x00000101"}, {"LOAD", "ON"}, {"TTG", "-1"}, {"CE", "---"}});
  bench.hear(labels);
  const auto quantity = [&](std::string_view name) {
    for (const QuantityReport& each : bench.report().quantities) {
      if (each.name == name) {
        return each;
      }
    }
    return QuantityReport{};
  };
  EXPECT_EQ(quantity("tracker"), (QuantityReport{"tracker", "", 1.0, "limited"}));
  EXPECT_EQ(quantity("off-reasons"), (QuantityReport{"off-reasons", "", 257.0, "no input power, analysing input"}));
  EXPECT_EQ(quantity("load-switched-on").value, Value{1.0});
  EXPECT_EQ(quantity("time-to-go"), (QuantityReport{"time-to-go", "s", Absent::NotAvailable}));
  EXPECT_EQ(quantity("consumed-ampere-hours"), (QuantityReport{"consumed-ampere-hours", "Ah", Absent::NotAvailable}));
  EXPECT_EQ(quantity("battery-watts"), QuantityReport{}) << "a charger never says it";
  bench.pass(seconds{5});
  EXPECT_EQ(quantity("tracker").value, Value{Absent::Stale});
  bench.hear({{"PID", "0xA060"}, {"V", "12000"}});
  EXPECT_EQ(quantity("tracker"), QuantityReport{}) << "of the charger that was there before";
}

// Seen in the recording of a SmartSolar 250/70: registers that change are told unasked.
TEST(PowerFeature, HearsWhatAChargerSaysByHex) {
  ChargerBench bench;
  bench.open();
  bench.hear(kCharger);
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature)));
  bench.hear(vedirect_hex("AECED00316F") + vedirect_hex("ADBED00680B"));  // 284.65 K, 29.20 degrees
  EXPECT_NEAR(std::get<double>(bench.value(SeriesId::BatteryTemperature)), 11.5, 1e-9);
  const auto quantities = bench.report().quantities;
  const auto inside = std::ranges::find(quantities, "hex-charger-temperature", &QuantityReport::name);
  ASSERT_NE(inside, quantities.end());
  EXPECT_EQ(inside->value, Value{29.2});
  EXPECT_EQ(inside->unit, "°C");
  bench.hear(vedirect_hex("AECED00FFFF"));  // the probe was unplugged
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature)));
  bench.hear(vedirect_hex("AECED00316F"));
  for (int second = 0; second < 61; ++second) {
    bench.pass(seconds{1});
    bench.hear(kCharger);
  }
  EXPECT_FALSE(has_value(bench.value(SeriesId::BatteryTemperature))) << "not told for a minute";
}

TEST(PowerFeature, SaysWhyAValueIsAbsent) {
  ChargerBench bench;
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::NotYet});
  bench.open();
  bench.hear(charger_with("VPV", "---"));
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{Absent::NotAvailable});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotYet});  // it may come in the next block
  for (int second = 0; second < 6; ++second) {
    bench.pass(seconds{1});
    bench.hear(charger_with("V", "655350"));
  }
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotImplemented});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::OutOfRange});
}

TEST(PowerFeature, MergesBlocksOfADeviceThatSplitsThem) {
  ChargerBench bench;
  bench.open();
  bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"SOC", "839"}, {"TTG", "-1"}});
  bench.hear(Labels{{"H1", "-149322"}, {"H19", "8272"}});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{12.065});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{0.839});
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{82.72});
  // One half stops coming: its values go stale although the device answers.
  for (int second = 0; second < 5; ++second) {
    bench.pass(seconds{1});
    bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"SOC", "---"}});
  }
  EXPECT_EQ(bench.value(SeriesId::YieldTotal), Value{Absent::Stale});
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{Absent::NotAvailable});
  EXPECT_EQ(bench.value(SeriesId::SourceUp), Value{1.0});
  EXPECT_EQ(bench.report().product, "BMV-700");
}

TEST(PowerFeature, CommitsNothingFromABlockThatDoesNotVerify) {
  ChargerBench bench;
  bench.open();
  std::string flipped = vedirect_block(charger_with("PID", "0xA042"));
  flipped[12] = static_cast<char>(flipped[12] ^ 4);
  EXPECT_THAT(bench.hear(flipped), IsEmpty());  // may be the middle of a block: not an error
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{0.0});
  const Effects effects = bench.hear(flipped);
  ASSERT_THAT(effects, SizeIs(1));
  EXPECT_EQ(std::get<Note>(effects[0]).id, MessageId::PowerBadFrames);
  EXPECT_THAT(bench.hear(flipped + ":BAD\n"), IsEmpty());  // said once
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{3.0});
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{Absent::BadFrame});
  EXPECT_EQ(bench.report().product, "");
  EXPECT_EQ(bench.report().state, "opened");
  bench.hear(kCharger);
  EXPECT_EQ(bench.value(SeriesId::BatteryVoltage), Value{13.2});
  EXPECT_EQ(bench.value(SeriesId::BadFrames), Value{3.0});
}

TEST(PowerFeature, DoesNotMixTwoDevicesOnOneCable) {
  ChargerBench bench;
  bench.open();
  bench.hear(charger_with("ERR", "33"));
  const Effects effects = bench.hear(Labels{{"PID", "0xA389"}, {"SER#", "HQ9"}, {"SOC", "500"}});
  EXPECT_EQ(alarms(effects), (std::vector<Said>{{MessageId::ChargerFault, false, ""}}));
  EXPECT_EQ(bench.value(SeriesId::StateOfCharge), Value{0.5});
  EXPECT_EQ(bench.value(SeriesId::PanelVoltage), Value{Absent::NotYet});
  EXPECT_EQ(bench.report().product, "SmartShunt 500A/50mV");
}

}  // namespace
}  // namespace karkara
