// The shipped Modbus tables against small inputs of our own with each device's traps, and against vectors of others
// where these are at hand.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/config_bind/device_table.h"
#include "agent/power/modbus/modbus_device.h"
#include "tests/agent/power/modbus/fake_modbus.h"

namespace karkara {
namespace {

const std::string kShared = std::string{KARKARA_SOURCE_DIR} + "/../shared/captures/";

// One look at the device, with all shipped tables.
struct Look {
  explicit Look(FakeModbus& there)
      : device{[] {
          ModbusDeviceSettings made;
          made.polling.id = *DeviceId::parse("charger");
          made.polling.bus = ModbusSerialBus{"/dev/ttyUSB0"};
          made.tables = std::make_shared<const std::vector<DeviceTable>>(
              read_device_tables(std::string{KARKARA_SOURCE_DIR} + "/configs/devices").tables);
          return made;
        }()} {
    Polling{device, there}.look();
  }
  [[nodiscard]] Value value(std::string_view quantity) const {
    const QuantityReading* reading = find_reading(device.readings(), quantity);
    return reading != nullptr ? reading->value : Value{Absent::NotYet};
  }
  [[nodiscard]] double number(std::string_view quantity) const {
    return number_of(device.readings(), quantity).value_or(-12345);
  }
  ModbusDevice device;
};

FakeModbus of_vendor(const std::string& vendor, const std::string& product, const std::string& revision = "") {
  FakeModbus there;
  there.identification = {{0, vendor}, {1, product}, {2, revision}};
  return there;
}

TEST(EpeverTable, ReadsLowWordFirstNegativeCurrentsAndTheChargeState) {
  FakeModbus there = of_vendor("EPsolar Tech co., Ltd", "Tracer4210A", "V02.05+V07.12");
  there.set(RegisterSpace::Input, 0x3100, {1850, 520, 9620, 0, 1340, 710, 0x28a0, 0x0001});
  there.set(RegisterSpace::Input, 0x3110, {0xff38, 3100, 3000});
  there.set(RegisterSpace::Input, 0x3200, {0x0011, 0x0009});
  there.set(RegisterSpace::Input, 0x331B, {0xfe0c, 0xffff, 2500, 2500});
  const Look look{there};
  EXPECT_DOUBLE_EQ(look.number("panel-watts"), 96.2);
  EXPECT_DOUBLE_EQ(look.number("charge-watts"), 759.36);
  EXPECT_DOUBLE_EQ(look.number("battery-temperature"), -2);
  EXPECT_DOUBLE_EQ(look.number("net-amperes"), -5);
  EXPECT_EQ(look.value("charge-state"), Value{3.0});
  EXPECT_EQ(find_reading(look.device.readings(), "charge-state")->word, "boost");
  EXPECT_EQ(find_reading(look.device.readings(), "battery-voltage-state")->word, "too high");
  EXPECT_EQ(find_reading(look.device.readings(), "battery-temperature-state")->word, "too hot");
  EXPECT_EQ(look.value("yield-total"), Value{Absent::NoSuchObject});
}

TEST(EpeverTable, SaysFaultBeforeTheChargeStateAndRefusesWordsOfTwoMoments) {
  FakeModbus there = of_vendor("EPsolar Tech co., Ltd", "Tracer4210A");
  there.set(RegisterSpace::Input, 0x3201, {0x0486});
  there.set(RegisterSpace::Input, 0x331B, {0x0000, 0xffff});
  const Look look{there};
  EXPECT_EQ(look.value("charge-state"), Value{2.0});
  EXPECT_EQ(look.value("charger-error"), Value{72.0});
  EXPECT_EQ(look.value("net-amperes"), Value{Absent::OutOfRange});
}

FakeModbus renogy(std::uint16_t temperatures) {
  FakeModbus there;
  there.set_text(0x000C, 8, "    MT4830      ");
  there.set(RegisterSpace::Holding, 0x0100, {76, 131, 512, temperatures, 130, 150, 19, 187, 360, 67});
  there.set(RegisterSpace::Holding, 0x010A, std::vector<std::uint16_t>(0x19));
  there.set(RegisterSpace::Holding, 0x0113, {797});
  there.set(RegisterSpace::Holding, 0x011C, {4, 29109});
  there.set(RegisterSpace::Holding, 0x0120, {0x8004, 0, 0});
  return there;
}

TEST(RenogyTable, HasTemperaturesWithASignBitEach) {
  FakeModbus there = renogy(0x1c85);
  const Look look{there};
  EXPECT_EQ(look.device.product(), "MT4830");
  EXPECT_EQ(look.number("temperature"), 28);
  EXPECT_EQ(look.number("battery-temperature"), -5);
  EXPECT_DOUBLE_EQ(look.number("battery-volts"), 13.1);
  EXPECT_DOUBLE_EQ(look.number("charge-amperes"), 5.12);
  EXPECT_EQ(look.number("panel-watts"), 67);
  EXPECT_EQ(look.number("guessed-charge"), 76);
  EXPECT_DOUBLE_EQ(look.number("yield-today"), 0.797);
  EXPECT_DOUBLE_EQ(look.number("yield-total"), 291.253);
  EXPECT_EQ(look.number("charge-state"), 4);
  EXPECT_EQ(look.number("load-switched-on"), 1);
  EXPECT_EQ(look.number("charger-error"), 0);

  FakeModbus cold = renogy(0x8180);
  const Look at_night{cold};
  EXPECT_EQ(at_night.number("temperature"), -1);
  EXPECT_EQ(at_night.number("battery-temperature"), 0);
}

TEST(RenogyTable, AgreesWithTheWorkedExamplesOfItsPaper) {
  std::ifstream file{kShared + "modbus/renogy_rover_rtu_pairs.json"};
  std::ifstream bugs{kShared + "repro/inputs.json"};
  if (!file || !bugs) {
    GTEST_SKIP() << "no recordings in " << kShared;
  }
  const auto words = [](const std::string& frame) {
    std::vector<std::uint16_t> made;
    for (std::size_t i = 6; i + 8 <= frame.size(); i += 4) {
      made.push_back(static_cast<std::uint16_t>(std::stoul(frame.substr(i, 4), nullptr, 16)));
    }
    return made;
  };
  const auto temperatures = nlohmann::json::parse(bugs)["renogy_temps"];
  FakeModbus there = renogy(words(temperatures["resp"]).at(0));
  nlohmann::json expected;
  const auto recording = nlohmann::json::parse(file);
  for (const auto& pair : recording["pairs"]) {
    const std::string request = pair["req"];
    const std::string response = pair["resp"];
    if (response.substr(2, 2) == "03") {
      there.set(RegisterSpace::Holding, static_cast<std::uint16_t>(std::stoul(request.substr(4, 4), nullptr, 16)),
                words(response));
    }
    expected = pair.value("expect", expected);
  }
  const Look look{there};
  EXPECT_EQ(look.number("temperature"), temperatures["expect"]["controller_c"]);
  EXPECT_EQ(look.number("battery-temperature"), temperatures["expect"]["battery_c"]);
  EXPECT_EQ(look.device.product(), "MT4830");
  EXPECT_DOUBLE_EQ(look.number("battery-volts-least-today"), expected["min_batt_v"]);
  EXPECT_DOUBLE_EQ(look.number("battery-volts-most-today"), expected["max_batt_v"]);
  EXPECT_DOUBLE_EQ(look.number("charge-amperes-most-today"), expected["max_charge_a"]);
  EXPECT_EQ(look.number("charge-watts-most-today"), expected["max_charge_w"]);
  EXPECT_EQ(look.number("charge-today"), expected["charge_ah"]);
  EXPECT_EQ(look.number("load-charge-today"), expected["discharge_ah"]);
}

FakeModbus tristar(std::uint16_t volts, std::uint16_t amperes) {
  FakeModbus there = of_vendor("Morningstar Corp.", "TS-MPPT-60", "v11");
  there.set(RegisterSpace::Holding, 0, std::vector<std::uint16_t>(0x50));
  there.set(RegisterSpace::Holding, 0, {volts, 0, amperes, 0});
  there.set(RegisterSpace::Holding, 0x18, {4369, 0, 0, 8738, 8192});
  there.set(RegisterSpace::Holding, 0x23, {35, 0, 0xfffd});
  there.set(RegisterSpace::Holding, 0x32, {6});
  there.set(RegisterSpace::Holding, 0x39, {1234, 2048, 2304});
  there.set(RegisterSpace::Holding, 0x44, {1750});
  return there;
}

TEST(TristarTable, ScalesByWhatTheChargerItselfTells) {
  FakeModbus small = tristar(180, 80);
  const Look look{small};
  EXPECT_NEAR(look.number("battery-volts"), 4369 * 180 / 32768.0, 1e-9);
  EXPECT_NEAR(look.number("charge-amperes"), 20, 1e-9);
  EXPECT_NEAR(look.number("charge-watts"), 2048 * 180 * 80 / 131072.0, 1e-9);
  EXPECT_EQ(look.number("charge-state"), 4);
  EXPECT_EQ(look.number("battery-temperature"), -3);
  EXPECT_EQ(look.number("yield-total"), 1234);
  EXPECT_DOUBLE_EQ(look.number("yield-today"), 1.75);
  EXPECT_EQ(small.asked, (std::vector<std::string>{"identification", "holding 0x0000 69"})) << "one answer for all";

  FakeModbus other = tristar(139, 66);
  other.set(RegisterSpace::Holding, 1, {0x4000});
  const Look again{other};
  EXPECT_NEAR(again.number("battery-volts"), 4369 * 139.25 / 32768, 1e-9);
  EXPECT_NEAR(again.number("charge-amperes"), 8192 * 66 / 32768.0, 1e-9);

  FakeModbus broken = tristar(0, 0);
  EXPECT_EQ(Look{broken}.value("battery-volts"), Value{Absent::OutOfRange});
}

TEST(TristarTable, IsNotForTheModelOf600Volts) {
  FakeModbus there = tristar(180, 80);
  there.identification[1] = "TS-MPPT-60-600V-48";
  const Look look{there};
  EXPECT_TRUE(look.device.readings().empty());
  EXPECT_NE(look.device.trouble().find("no device table matches"), std::string::npos) << look.device.trouble();
}

TEST(ProstarTable, ReadsHalfFloatsAndAMissingSensorAsAbsent) {
  FakeModbus there = of_vendor("Morningstar Corp.", "PS-MPPT-40");
  there.set(RegisterSpace::Holding, 0, std::vector<std::uint16_t>(0x50));
  there.set(RegisterSpace::Holding, 0x10, {0x4880, 0x4400, 0x4a80, 0x4f80, 0x4a80, 0xc000, 0x3c00});
  there.set(RegisterSpace::Holding, 0x1A, {0x5080, 0x7e00, 0x4e40, 0x7c00});
  there.set(RegisterSpace::Holding, 0x21, {7});
  there.set(RegisterSpace::Holding, 0x2E, {2});
  const Look look{there};
  EXPECT_EQ(look.number("charge-amperes"), 9);
  EXPECT_EQ(look.number("battery-volts"), 13);
  EXPECT_EQ(look.number("panel-volts"), 30);
  EXPECT_EQ(look.number("net-amperes"), -2);
  EXPECT_EQ(look.number("load-amperes"), 1);
  EXPECT_EQ(look.number("temperature"), 36);
  EXPECT_EQ(look.value("battery-temperature"), Value{Absent::NotAvailable});
  EXPECT_EQ(look.value("remote-temperature"), Value{Absent::OutOfRange});
  EXPECT_EQ(look.number("charge-state"), 5);
  EXPECT_EQ(find_reading(look.device.readings(), "load-state")->word, "low voltage warning");
}

TEST(GenstarTable, ReadsHalfFloats) {
  FakeModbus there = of_vendor("Morningstar Corp.", "GS-MPPT-100M-200V");
  there.set(RegisterSpace::Holding, 0, std::vector<std::uint16_t>(0x110));
  there.set(RegisterSpace::Holding, 0x21, {0x4e80, 0x5240});
  there.set(RegisterSpace::Holding, 0x63, {0x4d00, 0x4900, 0x4500});
  there.set(RegisterSpace::Holding, 0x75, {0x7e00});
  there.set(RegisterSpace::Holding, 0x80, {42});
  const Look look{there};
  EXPECT_EQ(look.number("battery-volts"), 26);
  EXPECT_EQ(look.number("panel-volts"), 50);
  EXPECT_EQ(look.number("charge-amperes"), 20);
  EXPECT_EQ(look.number("load-amperes"), 5);
  EXPECT_EQ(look.value("battery-temperature"), Value{Absent::NotAvailable});
  EXPECT_EQ(look.value("charge-state"), Value{Absent::OutOfRange}) << "a state that nobody knows";
}

}  // namespace
}  // namespace karkara
