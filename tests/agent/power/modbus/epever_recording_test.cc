// Everything that a real Tracer2215BN was asked and said, through the device and the shipped table.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "agent/config_bind/device_table.h"
#include "agent/power/modbus/modbus_device.h"
#include "tests/agent/power/modbus/fake_modbus.h"

namespace karkara {
namespace {

const std::string kRecording =
    std::string{KARKARA_SOURCE_DIR} + "/../shared/captures/modbus/epever_tracer2215bn_rtu_pairs.json";

// Frame without unit and check.
Pdu pdu_of(const std::string& hex) {
  Pdu pdu;
  for (std::size_t i = 2; i + 6 <= hex.size(); i += 2) {
    pdu.push_back(static_cast<std::byte>(std::stoul(hex.substr(i, 2), nullptr, 16)));
  }
  return pdu;
}

using Pairs = std::vector<std::pair<Pdu, Pdu>>;

Pairs recorded() {
  Pairs pairs;
  std::ifstream file{kRecording};
  if (file) {
    const auto recording = nlohmann::json::parse(file);
    for (const auto& pair : recording["pairs"]) {
      pairs.emplace_back(pdu_of(pair["req"]), pdu_of(pair["resp"]));
    }
  }
  return pairs;
}

// Answers what was recorded, word by word, and refuses everything else.
class Recording : public FakeModbus {
 public:
  explicit Recording(const Pairs& pairs) : said_{pairs.begin(), pairs.end()} {}
  std::optional<Pdu> answer(const Pdu& request) override {
    const auto found = said_.find(request);
    return found != said_.end() ? found->second : Pdu{request.front() | std::byte{0x80}, std::byte{2}};
  }

 private:
  std::map<Pdu, Pdu> said_;
};

unsigned number(const Pdu& pdu, std::size_t at) {
  return std::to_integer<unsigned>(pdu[at]) << 8U | std::to_integer<unsigned>(pdu[at + 1]);
}

constexpr std::array kSpaces{RegisterSpace::Coil, RegisterSpace::Discrete, RegisterSpace::Holding,
                             RegisterSpace::Input};

bool asks_one(const Pdu& request) {
  return request.size() == 5 && number(request, 3) == 1;
}

// The recorded registers, but in blocks too: what a device of this kind without quirks would say.
FakeModbus as_device(const Pairs& pairs) {
  FakeModbus device;
  device.identification = {{0, "EPsolar Tech co., Ltd"}, {1, "Tracer2215BN"}, {2, "V02.05+V07.12"}};
  for (const auto& [request, answer] : pairs) {
    const unsigned function = std::to_integer<unsigned>(request[0]);
    if (asks_one(request) && answer[0] == request[0]) {
      const unsigned value = function <= 2 ? std::to_integer<unsigned>(answer[2]) & 1U : number(answer, 2);
      device.set(kSpaces.at(function - 1), static_cast<std::uint16_t>(number(request, 1)),
                 {static_cast<std::uint16_t>(value)});
    }
  }
  return device;
}

ModbusDeviceSettings settings(std::vector<DeviceTable> tables) {
  ModbusDeviceSettings made;
  made.polling.id = *DeviceId::parse("charger");
  made.polling.bus = ModbusSerialBus{"/dev/ttyUSB0", 115'200};
  made.tables = std::make_shared<const std::vector<DeviceTable>>(std::move(tables));
  return made;
}

ModbusDeviceSettings shipped() {
  return settings(read_device_tables(std::string{KARKARA_SOURCE_DIR} + "/configs/devices").tables);
}

struct Expected {
  const char* quantity;
  double value;
};
// From the recording by hand: 0x0510 is 1296 hundredths of a volt, and so on.
constexpr auto kOneRegister = std::to_array<Expected>({
    {"battery-volts", 12.96},
    {"charge-amperes", 0},
    {"panel-volts", 1.97},
    {"panel-amperes", 0},
    {"load-volts", 12.95},
    {"load-amperes", 0},
    {"battery-temperature", 25},
    {"temperature", 28.89},
    {"heat-sink-temperature", 28.89},
    {"guessed-charge", 70},
    {"remote-temperature", 25},
    {"system-volts", 12},
    {"charge-state", 0},
    {"charger-error", 0},
    {"battery-voltage-state", 0},
    {"battery-temperature-state", 0},
    {"panel-volts-most-today", 2.04},
    {"panel-volts-least-today", 1.9},
    {"battery-volts-most-today", 12.98},
    {"battery-volts-least-today", 12.95},
    {"rated-panel-volts", 150},
    {"rated-panel-amperes", 20},
    {"rated-battery-volts", 24},
    {"rated-charge-amperes", 20},
    {"rated-load-amperes", 20},
    {"battery-type", 1},
    {"set-battery-capacity", 100},
    {"set-temperature-compensation", 3},
    {"set-high-disconnect-volts", 16},
    {"set-charge-limit-volts", 15},
    {"set-high-reconnect-volts", 15},
    {"set-equalise-volts", 14.6},
    {"set-boost-volts", 14.4},
    {"set-float-volts", 13.8},
    {"set-boost-again-volts", 13.2},
    {"set-low-reconnect-volts", 12.6},
    {"set-warning-over-volts", 12.2},
    {"set-warning-volts", 12},
    {"set-low-disconnect-volts", 11.1},
    {"set-discharge-limit-volts", 10.6},
    {"load-switched-on", 1},
    {"too-hot", 0},
    {"night", 1},
});
constexpr auto kTwoRegisters = std::to_array<Expected>({
    {"charge-watts", 0},
    {"panel-watts", 0},
    {"load-watts", 0},
    {"load-energy-today", 0},
    {"load-energy-month", 0.02},
    {"load-energy-year", 1.62},
    {"load-energy-total", 1.62},
    {"yield-today", 0},
    {"yield-month", 0.11},
    {"yield-year", 2.78},
    {"yield-total", 2.78},
    {"rated-panel-watts", 520},
    {"rated-charge-watts", 500},
});

void expect(const QuantityReadings& all, std::span<const Expected> expected) {
  for (const Expected& each : expected) {
    const auto got = number_of(all, each.quantity);
    ASSERT_TRUE(got) << each.quantity;
    EXPECT_NEAR(*got, each.value, 1e-9) << each.quantity;
  }
}

Value value(const PolledDevice& device, std::string_view quantity) {
  const QuantityReading* reading = find_reading(device.readings(), quantity);
  return reading != nullptr ? reading->value : Value{Absent::NotYet};
}

TEST(EpeverRecording, IsReadAsWrittenDownByHand) {
  const Pairs pairs = recorded();
  if (pairs.empty()) {
    GTEST_SKIP() << "no recording " << kRecording;
  }
  FakeModbus there = as_device(pairs);
  ModbusDevice device{shipped()};
  Polling polling{device, there};
  polling.look();
  EXPECT_EQ(device.product(), "Tracer2215BN, V02.05+V07.12");
  EXPECT_EQ(device.readings().size(), kOneRegister.size() + kTwoRegisters.size() + 1);
  expect(device.readings(), kOneRegister);
  expect(device.readings(), kTwoRegisters);
  EXPECT_EQ(value(device, "net-amperes"), Value{Absent::OutOfRange}) << "0000 FFFF is no current";
  EXPECT_EQ(find_reading(device.readings(), "charge-state")->word, "not charging");
  EXPECT_TRUE(device.missing().empty());
  EXPECT_LE(polling.questions(), 15);
}

// The recorder asked for single registers only, so this device knows no block: numbers of two registers are then absent
// rather than put together from two moments.
TEST(EpeverRecording, FallsBackToSingleRegistersAndNeverJoinsTwoAnswers) {
  const Pairs pairs = recorded();
  if (pairs.empty()) {
    GTEST_SKIP() << "no recording " << kRecording;
  }
  Recording there{pairs};
  ModbusDevice device{shipped()};
  Polling polling{device, there};
  polling.look();
  expect(device.readings(), kOneRegister);
  for (const Expected& each : kTwoRegisters) {
    EXPECT_EQ(value(device, each.quantity), Value{Absent::NoSuchObject}) << each.quantity;
  }
  EXPECT_EQ(value(device, "net-amperes"), Value{Absent::NoSuchObject});
}

TEST(EpeverRecording, EveryRecordedRegisterComesThroughWithItsWordOrItsRefusal) {
  const Pairs pairs = recorded();
  if (pairs.empty()) {
    GTEST_SKIP() << "no recording " << kRecording;
  }
  DeviceTable table{"all", "All registers"};
  table.modbus.emplace();
  std::map<std::string, Value> expected;
  for (const auto& [request, answer] : pairs) {
    if (!asks_one(request)) {
      continue;
    }
    const unsigned function = std::to_integer<unsigned>(request[0]);
    RegisterRow row;
    row.id = row.quantity = std::to_string(function) + "-" + std::to_string(number(request, 1));
    row.space = kSpaces.at(function - 1);
    row.address = static_cast<std::uint16_t>(number(request, 1));
    table.modbus->rows.push_back(row);
    const bool bit = function <= 2;
    expected[row.id] = answer[0] != request[0] ? Value{Absent::NoSuchObject}
                       : bit                   ? Value{static_cast<double>(std::to_integer<unsigned>(answer[2]) & 1U)}
                                               : Value{static_cast<double>(number(answer, 2))};
  }
  EXPECT_EQ(expected.size(), pairs.size() - 2) << "all but the identification and the clock as a block";
  Pairs singles;  // the clock as a block was read at another moment
  std::ranges::copy_if(pairs, std::back_inserter(singles), [](const auto& pair) { return asks_one(pair.first); });
  Recording there{singles};
  ModbusDeviceSettings by_name = settings({table});
  by_name.table = "all";
  ModbusDevice device{by_name};
  Polling{device, there}.look();
  for (const auto& [id, wanted] : expected) {
    EXPECT_EQ(value(device, id), wanted) << id;
  }
}

}  // namespace
}  // namespace karkara
