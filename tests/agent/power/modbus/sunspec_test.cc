// SunSpec: the chain of models with hostile lengths, points that are not implemented, and scale factors that change.
#include <gtest/gtest.h>

#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/devices/quantities.h"
#include "agent/power/modbus/sunspec_device.h"
#include "tests/agent/power/modbus/fake_modbus.h"

namespace karkara {
namespace {

using Words = std::vector<std::uint16_t>;

const std::string kShared = std::string{KARKARA_SOURCE_DIR} + "/../shared/captures/";
constexpr std::uint16_t kNone = 0xffff;
constexpr std::uint16_t kNoneSigned = 0x8000;

std::uint16_t word(int value) {
  return static_cast<std::uint16_t>(value);
}

Words model(std::uint16_t id, std::size_t length, const std::map<std::size_t, int>& points,
            std::uint16_t fill = kNone) {
  Words made(length + 2, fill);
  made[0] = id;
  made[1] = static_cast<std::uint16_t>(length);
  for (const auto& [offset, value] : points) {
    made[offset] = word(value);
  }
  return made;
}

void put_text(Words& into, std::size_t at, const std::string& text) {
  for (std::size_t i = 0; i < text.size(); i += 2) {
    const unsigned low = i + 1 < text.size() ? static_cast<unsigned char>(text[i + 1]) : 0U;
    const unsigned high = static_cast<unsigned char>(text[i]);
    into[at + i / 2] = static_cast<std::uint16_t>(high << 8U | low);
  }
}

Words common(const std::string& maker, const std::string& name, const std::string& version, const std::string& serial) {
  Words made = model(1, 66, {}, 0);
  put_text(made, 2, maker);
  put_text(made, 18, name);
  put_text(made, 42, version);
  put_text(made, 50, serial);
  return made;
}

// The models in a row, with the mark in front and the end behind.
FakeModbus device(const std::vector<Words>& models, std::uint16_t base = 40'000) {
  FakeModbus there;
  Words all{0x5375, 0x6e53};
  for (const Words& each : models) {
    all.insert(all.end(), each.begin(), each.end());
  }
  all.insert(all.end(), {kNone, 0});
  there.set(RegisterSpace::Holding, base, all);
  return there;
}

Words inverter(int scale) {
  return model(103, 50,
               {{2, 411},
                {6, -1},
                {10, 2301},
                {13, -1},
                {14, -1234},
                {15, scale},
                {16, 4998},
                {17, -2},
                {24, 1},
                {25, 2},
                {26, 0},
                {29, 4801},
                {30, -1},
                {33, 315},
                {37, -1},
                {31, -32768},
                {38, 4}});
}

Words battery(int amperes, int status) {
  return model(802, 62,
               {{2, 200},
                {52, 0},
                {11, 875},
                {56, -1},
                {13, 99},
                {58, 0},
                {16, status},
                {34, 5312},
                {59, -2},
                {44, amperes},
                {61, -1}});
}

ModbusPolling polling_settings() {
  ModbusPolling made;
  made.id = *DeviceId::parse("inverter");
  made.bus = ModbusTcpBus{};
  return made;
}

struct Look {
  explicit Look(FakeModbus& there) : polling{device, there} { polling.look(); }
  [[nodiscard]] Value value(std::string_view quantity) const {
    const QuantityReading* reading = find_reading(device.readings(), quantity);
    return reading != nullptr ? reading->value : Value{Absent::NotYet};
  }
  [[nodiscard]] double number(std::string_view quantity) const {
    return number_of(device.readings(), quantity).value_or(-12345);
  }
  SunSpecDevice device{polling_settings()};
  Polling polling;
};

TEST(SunSpecDevice, FindsItsModelsAtEachOfTheThreePlaces) {
  for (const std::uint16_t base : Words{40'000, 50'000, 0}) {
    FakeModbus there = device({common("Sahel", "INV-5", "1.2", "S1"), model(123, 24, {}), inverter(0)}, base);
    const Look look{there};
    EXPECT_EQ(look.device.product(), "Sahel INV-5, 1.2, S1") << base;
    EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234) << base;
    EXPECT_NEAR(look.number("ac-amperes"), 41.1, 1e-9);
    EXPECT_NEAR(look.number("dc-volts"), 480.1, 1e-9);
    EXPECT_EQ(look.number("ac-energy"), 65538);
    EXPECT_EQ(find_reading(look.device.readings(), "inverter-state")->word, "tracking");
    EXPECT_EQ(look.value("dc-watts"), Value{Absent::NotImplemented});
  }
}

TEST(SunSpecDevice, ReadsScaleFactorsInTheSameRequestEachTime) {
  FakeModbus there = device({common("A", "B", "1", "S"), inverter(0)});
  Look look{there};
  there.asked.clear();
  there.set(RegisterSpace::Holding, 40'070 + 14, {word(-1234), word(1)});
  look.polling.look();
  EXPECT_DOUBLE_EQ(look.number("ac-watts"), -12'340);
  EXPECT_EQ(there.asked, (std::vector<std::string>{"holding 0x9c42 68", "holding 0x9c86 52"}));
}

TEST(SunSpecDevice, StartsAnewWhenTheChainChanges) {
  FakeModbus there = device({common("A", "B", "1", "S1"), inverter(0)});
  Look look{there};
  FakeModbus other = device({common("A", "B", "1", "S1"), battery(-50, 3)});
  look.polling.plug(other);
  look.polling.look();
  EXPECT_TRUE(look.device.readings().empty());
  EXPECT_EQ(look.device.trouble(), "has other SunSpec models than before");
  look.polling.look();
  EXPECT_EQ(look.value("ac-watts"), Value{Absent::NotYet});
  EXPECT_DOUBLE_EQ(look.number(quantity::kStateOfCharge), 87.5);
}

// Its first models are where those of the old one were, and it has one more.
TEST(SunSpecDevice, AnotherSerialNumberIsRecognisedWithAllItsModels) {
  FakeModbus there = device({common("A", "B", "1", "S1"), inverter(0)});
  Look look{there};
  FakeModbus other = device({common("A", "B", "1", "S2"), inverter(0), battery(-50, 3)});
  look.polling.plug(other);
  look.polling.look();
  EXPECT_EQ(look.device.product(), "A B, 1, S2");
  EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234);
  EXPECT_DOUBLE_EQ(look.number(quantity::kStateOfCharge), 87.5);
}

TEST(SunSpecDevice, CountsByItsSerialNumberWhateverItsVersion) {
  FakeModbus there = device({common("A", "B", "1", "S1"), inverter(0)});
  Look look{there};
  EXPECT_EQ(look.device.counted(), (CountedDevice{"A B", "S1"}));
  FakeModbus updated = device({common("A", "B", "2", "S1"), inverter(0)});
  look.polling.plug(updated);
  look.polling.look();
  EXPECT_EQ(look.device.product(), "A B, 2, S1");
  EXPECT_EQ(look.device.counted(), (CountedDevice{"A B", "S1"}));
}

TEST(SunSpecDevice, ModelsThatJoinAreFoundWithinTheHourThoughNothingElseChanged) {
  FakeModbus there = device({common("A", "B", "1", ""), inverter(0)});
  Look look{there};
  FakeModbus other = device({common("A", "B", "1", ""), inverter(0), battery(-50, 3)});
  look.polling.plug(other);
  look.polling.look();
  EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234);
  EXPECT_EQ(look.value(quantity::kStateOfCharge), Value{Absent::NotYet});
  look.polling.pass(std::chrono::hours{1});
  look.polling.look();
  EXPECT_DOUBLE_EQ(look.number(quantity::kStateOfCharge), 87.5);
}

TEST(SunSpecDevice, FindsItsModelsThoughItIsSilentAtTheOtherPlaces) {
  int looks = 0;
  for (const std::uint16_t base : Words{40'000, 50'000, 0}) {
    FakeModbus there = device({common("Sahel", "INV-5", "1.2", "S1"), inverter(0)}, base);
    there.silent_on_holes = true;
    Look look{there};
    look.polling.looks(looks++);
    EXPECT_EQ(look.device.product(), "Sahel INV-5, 1.2, S1") << base;
    EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234) << base;
  }
}

TEST(SunSpecDevice, OneThatIsOffIsAskedOneQuestionALook) {
  FakeModbus off;
  off.silent = true;
  Look look{off};
  look.polling.looks(3);
  const int before = look.polling.questions();
  look.polling.looks(6);
  EXPECT_EQ(look.polling.questions() - before, 6);
  EXPECT_EQ(look.device.trouble(), "does not answer");
}

TEST(SunSpecDevice, AReplacementAtAnotherPlaceIsFoundThoughItIsSilentAtTheOldOne) {
  FakeModbus there = device({common("A", "B", "1", "S1"), inverter(0)});
  Look look{there};
  FakeModbus other = device({common("C", "D", "2", "S2"), inverter(0)}, 50'000);
  other.silent_on_holes = true;
  look.polling.plug(other);
  look.polling.looks(5);
  EXPECT_EQ(look.device.product(), "C D, 2, S2");
  EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234);
}

TEST(SunSpecDevice, SilenceBehindTheLastModelIsTakenForTheEndMarkInTheEnd) {
  FakeModbus there = device({common("A", "B", "1", "S"), inverter(0)});
  auto& registers = there.registers[RegisterSpace::Holding];
  registers.erase(std::prev(registers.end(), 2), registers.end());
  there.silent_on_holes = true;
  Look look{there};
  look.polling.looks(2);
  EXPECT_DOUBLE_EQ(look.number("ac-watts"), -1234);
}

TEST(SunSpecDevice, TakesTheDirectionOfTheCurrentFromTheChargeStatus) {
  const auto current = [](int raw, int status) {
    FakeModbus there = device({common("A", "B", "1", "S"), battery(raw, status)});
    return Look{there}.value(quantity::kBatteryCurrent);
  };
  EXPECT_EQ(current(50, 3), Value{-5.0});
  EXPECT_EQ(current(-50, 3), Value{-5.0});
  EXPECT_EQ(current(-50, 4), Value{5.0});
  EXPECT_EQ(current(0, 6), Value{0.0});
  EXPECT_EQ(current(50, 6), Value{Absent::NotAvailable});
  EXPECT_EQ(current(-32768, 4), Value{Absent::NotImplemented});
}

TEST(SunSpecDevice, ReadsBatteriesTrackersAndFloats) {
  Words trackers = model(160, 48, {{2, -1}, {3, -1}, {4, 0}, {8, 2}}, 0);
  put_text(trackers, 11, "String 1");
  put_text(trackers, 31, "StCha 2");
  trackers[19] = 52;
  trackers[20] = 3105;
  trackers[21] = 1614;
  trackers[41] = 900;
  Words floats = model(111, 60, {{22, 0x44fa}, {23, 0}, {36, 0x7fc0}, {37, 0}, {48, 4}});
  Words bank = model(803, 26, {{10, 312}, {23, -1}});
  FakeModbus there = device({common("A", "B", "1", "S"), floats, battery(0, 5), bank, trackers});
  const Look look{there};
  EXPECT_EQ(look.number("ac-watts"), 2000);
  EXPECT_EQ(look.value("dc-volts"), Value{Absent::NotImplemented});
  EXPECT_NEAR(look.number(quantity::kBatteryVoltage), 53.12, 1e-9);
  EXPECT_EQ(look.number(quantity::kBatteryCapacity), 200);
  EXPECT_EQ(look.number(quantity::kBatteryHealth), 99);
  EXPECT_NEAR(look.number(quantity::kBatteryTemperature), 31.2, 1e-9);
  EXPECT_EQ(find_reading(look.device.readings(), "battery-state")->word, "full");
  EXPECT_NEAR(look.number("tracker-1-volts"), 310.5, 1e-9);
  EXPECT_NEAR(look.number("tracker-1-amperes"), 5.2, 1e-9);
  EXPECT_EQ(look.number("tracker-2-watts"), 900);
  EXPECT_EQ(look.number(quantity::kPanelPower), 1614) << "a battery is no panel";
}

TEST(SunSpecDevice, TellsWhyThereIsNothing) {
  FakeModbus none;
  none.set(RegisterSpace::Holding, 0, {1, 2, 3});
  EXPECT_EQ(Look{none}.device.trouble(), "has no SunSpec models");
  FakeModbus foreign = device({common("A", "B", "1", "S"), model(701, 153, {})});
  EXPECT_EQ(Look{foreign}.device.trouble(), "has no SunSpec model that is known");
}

TEST(SunSpecDevice, IsSilentAtNightAndComesBack) {
  FakeModbus there = device({common("A", "B", "1", "S"), inverter(0)});
  Look look{there};
  there.silent = true;
  look.polling.looks(3);
  EXPECT_TRUE(look.device.readings().empty());
  EXPECT_EQ(look.device.trouble(), "does not answer");
  there.silent = false;
  look.polling.look();
  EXPECT_EQ(look.number("ac-watts"), -1234);
}

// Every answer the worst that it can be: the chain ends all the same.
TEST(SunSpecChain, EndsWhateverTheLengthsSay) {
  for (const std::uint16_t length : Words{0, 1, 2, 100, 0x7fff, 0xfffe, 0xffff}) {
    SunSpecChain chain;
    int questions = 0;
    while (const auto next = chain.next()) {
      ASSERT_LT(++questions, 60) << length;
      ASSERT_LE(next->first + unsigned{next->count}, 65'536U);
      chain.take(questions == 1 ? Words{0x5375, 0x6e53} : Words{103, length});
    }
    for (const SunSpecModel& each : chain.models()) {
      EXPECT_LE(each.address + 2U + each.length, 65'536U);
    }
  }
}

TEST(SunSpecChain, TakesARefusalForTheEnd) {
  SunSpecChain chain;
  chain.take(Words{0x5375, 0x6e53});
  chain.take(Words{1, 66});
  chain.refused();
  EXPECT_FALSE(chain.next());
  EXPECT_EQ(chain.models(), (std::vector<SunSpecModel>{{1, 40'002, 66}}));
}

TEST(SunSpecValues, KnowEachNotImplemented) {
  EXPECT_EQ(sunspec_value(SunSpecType::U16, Words{kNone}, 0), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::S16, Words{kNoneSigned}, 0), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::Acc32, Words{0, 0}, 0), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::Float, Words{0x7fc0, 0}, {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::Enum, Words{kNone}, {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::U16, Words{5}, kNoneSigned), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::U16, Words{5}, word(11)), Value{Absent::OutOfRange});
  EXPECT_EQ(sunspec_value(SunSpecType::U16, Words{0x8000}, {}), Value{32768.0});
  EXPECT_EQ(sunspec_value(SunSpecType::S16, Words{kNone}, 1), Value{-10.0});
}

TEST(SunSpecValues, AgreeWithTheCollectedSentinels) {
  std::ifstream file{kShared + "repro/inputs.json"};
  if (!file) {
    GTEST_SKIP() << "no recordings in " << kShared;
  }
  const auto registers = nlohmann::json::parse(file)["sunspec_not_implemented"]["regs"];
  const auto words = [&](const char* type) {
    const std::string hex = registers[type];
    Words made;
    for (std::size_t i = 0; i < hex.size(); i += 4) {
      made.push_back(static_cast<std::uint16_t>(std::stoul(hex.substr(i, 4), nullptr, 16)));
    }
    return made;
  };
  EXPECT_EQ(sunspec_value(SunSpecType::U16, words("uint16"), {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::S16, words("int16"), {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::Acc32, words("acc32"), {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::Float, words("float32"), {}), Value{Absent::NotImplemented});
  EXPECT_EQ(sunspec_value(SunSpecType::U16, Words{5}, words("sunssf").front()), Value{Absent::NotImplemented});
}

// Devices of the alliance's own simulator: models that we do not read must be walked past, and one that we do read is
// put behind them.
TEST(SunSpecDevice, WalksPastTheModelsOfOthers) {
  for (const char* name : {"pysunspec2_inverter_123", "pysunspec2_device_1547"}) {
    std::ifstream file{kShared + "modbus/" + name + ".json"};
    if (!file) {
      GTEST_SKIP() << "no recordings in " << kShared;
    }
    std::vector<Words> models;
    std::string shown;
    const auto instance = nlohmann::json::parse(file);
    for (const auto& each : instance["models"]) {
      constexpr std::size_t kSomeLength = 100;  // where the instance does not tell
      const auto id = each["ID"].get<std::uint16_t>();
      if (id == 0xffff) {
        continue;  // the end mark is ours
      }
      if (id == 1) {
        models.push_back(common(each["Mn"], each["Md"], each["Vr"], each["SN"]));
        shown = each["Mn"].get<std::string>() + " " + each["Md"].get<std::string>() + ", " +
                each["Vr"].get<std::string>() + ", " + each["SN"].get<std::string>();
      } else {
        const bool told = each.contains("L") && each["L"].is_number();
        models.push_back(model(id, told ? each["L"].get<std::size_t>() : kSomeLength, {}));
      }
    }
    models.push_back(inverter(0));
    FakeModbus there = device(models);
    const Look look{there};
    EXPECT_EQ(look.device.product(), shown);
    EXPECT_EQ(look.device.models().size(), models.size());
    EXPECT_EQ(look.number("ac-watts"), -1234);
  }
}

}  // namespace
}  // namespace karkara
