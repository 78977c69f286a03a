// Answers of real batteries, where they are at hand beside the project.
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <nlohmann/json.hpp>

#include "agent/power/bms/daly_answers.h"
#include "agent/power/bms/pylontech_answers.h"
#include "tests/agent/power/bms/battery_line.h"

namespace karkara::bms {
namespace {

using nlohmann::json;

json recording(const std::string& name) {
  std::ifstream in{KARKARA_SOURCE_DIR "/../shared/captures/" + name};
  return in ? json::parse(in) : json{};
}

#define RECORDING(variable, name)          \
  const json variable = recording(name);   \
  if ((variable).is_null()) {              \
    GTEST_SKIP() << "no recording: " name; \
  }

pylontech::Frame pylontech_frame_of(const json& recorded) {
  pylontech::FrameReader reader;
  const Bytes bytes = as_bytes(recorded["frames_ascii"][0].get<std::string>());
  EXPECT_EQ(flips_believed<pylontech::FrameReader>(bytes), 0U);
  EXPECT_EQ(cuts_believed<pylontech::FrameReader>(bytes), 0U);
  const auto frames = frames_in(reader, bytes);
  EXPECT_EQ(frames.size(), 1U);
  EXPECT_EQ(pylontech::encode(frames.at(0)), bytes);
  return frames.at(0);
}

std::vector<double> numbers_in(const std::string& text) {
  std::vector<double> numbers;
  for (std::size_t at = text.find_first_of("-0123456789"); at != std::string::npos;
       at = text.find_first_of("-0123456789", at)) {
    std::size_t length = 0;
    numbers.push_back(std::stod(text.substr(at), &length));
    at += length;
  }
  return numbers;
}

// All that the recording's own tests say of one name, in the order of the packs.
std::vector<std::vector<double>> expected(const json& recorded, const std::string& name) {
  std::vector<std::vector<double>> all;
  for (const std::string line : recorded["asserts"]) {
    const auto at = line.find(" == ");
    if (at != std::string::npos && line.substr(0, at).ends_with("." + name)) {
      all.push_back(numbers_in(line.substr(at + 4)));
    }
  }
  return all;
}

void expect_numbers(const std::vector<double>& ours, const std::vector<double>& theirs) {
  ASSERT_EQ(ours.size(), theirs.size());
  for (std::size_t i = 0; i < ours.size(); ++i) {
    EXPECT_NEAR(ours[i], theirs[i], 1e-6);
  }
}

void expect_module(const pylontech::Module& module, const json& recorded, std::size_t which) {
  const auto one = [&](const std::string& name) { return expected(recorded, name).at(which).at(0); };
  expect_numbers(module.cell_volts, expected(recorded, "CellVoltages").at(which));
  expect_numbers({module.temperatures.begin() + 1, module.temperatures.end()},
                 expected(recorded, "GroupedCellsTemperatures").at(which));
  EXPECT_NEAR(module.temperatures.at(0), one("AverageBMSTemperature"), 1e-6);
  EXPECT_NEAR(module.amperes, one("Current"), 1e-6);
  EXPECT_NEAR(module.volts, one("Voltage"), 1e-6);
  EXPECT_NEAR(module.remaining.value_or(-1), one("RemainingCapacity"), 1e-6);
  EXPECT_NEAR(module.capacity.value_or(-1), one("TotalCapacity"), 1e-6);
  EXPECT_EQ(module.cycles, one("CycleNumber"));
}

TEST(BmsRecordings, PylontechStacksDecodeAsTheirTestsSay) {
  RECORDING(all, "bms/pylontech_rs485_frames.json");
  std::size_t modules = 0;
  for (const json& recorded : all["cases"]) {
    SCOPED_TRACE(recorded["test"].get<std::string>());
    const pylontech::Frame frame = pylontech_frame_of(recorded);
    if (expected(recorded, "CellVoltages").empty()) {
      continue;  // limits: below
    }
    ByteReader reader{frame.content};
    (void)reader.take(1);
    const auto count = std::to_integer<std::size_t>(reader.take(1)[0]);
    const bool of_one = recorded["test"] == "test_up2500_1module_status_info_parsing_1";
    EXPECT_EQ(pylontech::read_analog(frame).has_value(), of_one);
    for (std::size_t which = 0; which < (of_one ? 1 : count); ++which) {
      const auto module = pylontech::read_module(reader);
      ASSERT_TRUE(module);
      expect_module(*module, recorded, which);
      ++modules;
    }
    EXPECT_EQ(reader.remaining(), 0U);
  }
  EXPECT_EQ(modules, 10U);
}

TEST(BmsRecordings, PylontechLimitsDecodeAsTheirTestSays) {
  RECORDING(all, "bms/pylontech_rs485_frames.json");
  const auto limits = pylontech::read_limits(pylontech_frame_of(all["cases"].back()));
  ASSERT_TRUE(limits);
  EXPECT_DOUBLE_EQ(limits->charge_volts, 28.4);
  EXPECT_DOUBLE_EQ(limits->discharge_volts, 23.2);
  EXPECT_DOUBLE_EQ(limits->charge_amperes, 55.5);
  EXPECT_DOUBLE_EQ(limits->discharge_amperes, 55.5);
  EXPECT_TRUE(limits->charge_enabled && limits->discharge_enabled);
}

TEST(BmsRecordings, ADalyThatAnswersAsRecordedSaysWhatTheRecordingSays) {
  RECORDING(all, "bms/mpp_solar_bms_vectors.json");
  std::map<unsigned, Bytes> answers;
  for (const json& recorded : all["files"]["tests/integration/test_protocol_daly.py"]) {
    const Bytes bytes = from_hex(recorded["response_hex"]);
    answers[std::to_integer<unsigned>(bytes.at(2))] = bytes;
    const Bytes first{bytes.begin(), bytes.begin() + 13};
    EXPECT_EQ(flips_believed<daly::FrameReader>(first), 0U);
  }
  BatteryLine line{BmsKind::Daly, [&](const Bytes& question) {
                     const auto found = answers.find(std::to_integer<unsigned>(question[2]));
                     return found != answers.end() ? found->second : Bytes{};
                   }};
  line.open();
  for (int i = 0; i < 4; ++i) {
    line.look();
  }
  EXPECT_NEAR(line.number("battery-volts"), 53.2, 1e-9);
  EXPECT_NEAR(line.number("battery-amperes"), 2.1, 1e-9);
  EXPECT_NEAR(line.number("state-of-charge"), 88.8, 1e-9);
  EXPECT_NEAR(line.number("battery-remaining"), 172.76, 1e-9);
  EXPECT_EQ(line.number("cells"), 16);
  EXPECT_NEAR(line.number("cell-volts-least"), 3.324, 1e-9);
  EXPECT_NEAR(line.number("cell-volts-most"), 3.327, 1e-9);
  EXPECT_EQ(line.number("weakest-cell"), 11);
  EXPECT_EQ(line.number("cycles"), 3);
  EXPECT_EQ(line.value("battery-temperature"), Value{Absent::NotImplemented});
  EXPECT_EQ(line.device().bad_frames(), 0U);
}

TEST(BmsRecordings, NoiseBeforeADalyAnswerShiftsNothing) {
  RECORDING(all, "repro/inputs.json");
  const json& input = all["daly_noise_prefix"];
  daly::FrameReader reader;
  const auto frames = frames_in(reader, from_hex(input["rx"]));
  ASSERT_EQ(frames.size(), 1U);
  const daly::Pack pack = daly::read_pack(frames[0].content);
  EXPECT_NEAR(pack.volts, input["expect"]["v"].get<double>(), 1e-9);
  EXPECT_NEAR(pack.amperes, input["expect"]["i"].get<double>(), 1e-9);
  EXPECT_NEAR(pack.state_of_charge, input["expect"]["soc"].get<double>(), 1e-9);
}

// What JK's Bluetooth protocol says is none of the serial one.
TEST(BmsRecordings, AJkAnswerOfTheBluetoothProtocolIsNotBelieved) {
  RECORDING(all, "bms/mpp_solar_bms_vectors.json");
  const Bytes bytes = from_hex(all["files"]["tests/integration/test_protocol_jk04.py"][0]["response_hex"]);
  BatteryLine line{BmsKind::Jk, [&](const Bytes& /*question*/) { return bytes; }};
  line.open();
  line.look();
  EXPECT_TRUE(line.device().readings().empty());
  EXPECT_EQ(line.device().trouble(), "no answer");
}

}  // namespace
}  // namespace karkara::bms
