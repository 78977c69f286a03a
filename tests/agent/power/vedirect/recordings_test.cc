// Recordings of real devices, where they are at hand beside the project.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <filesystem>
#include <fstream>
#include <map>
#include <nlohmann/json.hpp>
#include <sstream>

#include "agent/power/vedirect/history.h"
#include "agent/power/vedirect/registers.h"
#include "agent/power/vedirect/text_fields.h"
#include "tests/agent/power/vedirect/decoding.h"

namespace karkara::vedirect {
namespace {

using nlohmann::json;

const std::filesystem::path kCaptures{KARKARA_SOURCE_DIR "/../shared/captures"};

#define SKIP_WITHOUT(path)                           \
  if (!std::filesystem::exists(path)) {              \
    GTEST_SKIP() << "no recording here: " << (path); \
  }

std::string content_of(const std::filesystem::path& path) {
  std::ifstream in{path, std::ios::binary};
  return {std::istreambuf_iterator<char>{in}, {}};
}

std::string from_hex(const std::string& digits) {
  std::string bytes;
  for (std::size_t i = 0; i + 1 < digits.size(); i += 2) {
    bytes.push_back(static_cast<char>(std::stoi(digits.substr(i, 2), nullptr, 16)));
  }
  return bytes;
}

json as_json(const TextBlock& block) {
  json object = json::object();
  for (const TextField& field : block.fields()) {
    object[std::string{field.label.view()}] = std::string{field.value.view()};
  }
  return object;
}

HexFrame frame_of(std::string_view text) {
  Decoder decoder;
  std::span<const std::byte> bytes = std::as_bytes(std::span{text});
  EXPECT_EQ(decoder.next(bytes), Decoder::Got::Hex) << text;
  return decoder.hex();
}

void expect_dump(const std::string& bytes, const json& expected) {
  ASSERT_EQ(bytes.size(), expected["bytes"].get<std::size_t>());
  const Decoded decoded = decode(bytes);
  EXPECT_EQ(decoded.counts.good_blocks, expected["blocks_checksum_ok"].get<std::uint64_t>());
  // What the oracle calls bad is the block in whose middle the recording starts.
  EXPECT_EQ(decoded.counts.unsynced, expected["blocks_bad"].get<std::uint64_t>());
  EXPECT_EQ(decoded.counts.bad_blocks, 0U);
  EXPECT_EQ(decoded.counts.bad_hex, 0U);
  EXPECT_EQ(json(decoded.frames), expected["hex_frames"]);
  const auto colons = std::ranges::count(decoded.blocks, std::uint8_t{':'}, &TextBlock::checksum);
  EXPECT_EQ(colons, expected["ok_blocks_whose_checksum_byte_is_colon"].get<long>());
  EXPECT_EQ(bytes.size() - decoded.end_of_last_block, expected["trailing_partial_bytes"].get<std::size_t>());
  ASSERT_FALSE(decoded.blocks.empty());
  EXPECT_EQ(as_json(decoded.blocks.front()), expected["first_ok_block"]);
  EXPECT_EQ(as_json(decoded.blocks.back()), expected["last_ok_block"]);
  const Decoded one_by_one = decode(bytes, 1);
  EXPECT_EQ(one_by_one.counts, decoded.counts);
  EXPECT_EQ(one_by_one.frames, decoded.frames);
}

TEST(VeDirectRecordings, DecodeAsTheOracleSays) {
  const auto folder = kCaptures / "vedirect";
  SKIP_WITHOUT(folder / "expected.json");
  const json oracle = json::parse(content_of(folder / "expected.json"));
  for (const auto& [name, expected] : oracle.items()) {
    SCOPED_TRACE(name);
    expect_dump(content_of(folder / name), expected);
  }
}

TEST(VeDirectRecordings, HoldOnlyLabelsThatWeKnow) {
  const auto folder = kCaptures / "vedirect";
  SKIP_WITHOUT(folder / "expected.json");
  const json oracle = json::parse(content_of(folder / "expected.json"));
  for (const auto& [name, expected] : oracle.items()) {
    for (const TextBlock& block : decode(content_of(folder / name)).blocks) {
      for (const TextField& field : block.fields()) {
        const std::string label{field.label.view()};
        if (label == "SER#" || label == "FW" || label == "BMV") {
          continue;
        }
        const FieldRule* rule = find_field(label);
        ASSERT_NE(rule, nullptr) << label;
        const Value value = read_field(*rule, field.value.view());
        ASSERT_TRUE(has_value(value)) << label << ' ' << field.value.view();
      }
    }
  }
}

// Every reply of the exchanges holds the answer to its request, whatever text and other frames are around it.
HexFrame answer_in(const json& exchange) {
  const std::string tx = from_hex(exchange["tx_hex"]);
  Decoder decoder;
  const std::string rx = from_hex(exchange["rx_hex"]);
  std::span<const std::byte> rest = std::as_bytes(std::span{rx});
  HexFrame last;
  for (auto got = decoder.next(rest); got != Decoder::Got::Nothing; got = decoder.next(rest)) {
    if (got == Decoder::Got::Hex) {
      last = decoder.hex();
    }
  }
  EXPECT_EQ(decoder.counts().bad_hex, 0U) << exchange["rx"];
  EXPECT_EQ(decoder.counts().bad_blocks, 0U) << exchange["rx"];
  return last;
}

std::string request_for(const HexFrame& answer) {
  std::vector<std::byte> request;
  if (const auto told = register_answer(answer)) {
    request = encode_get(told->id);
  } else {
    request = encode_request(product_id(answer) ? HexRequest::Product : HexRequest::Ping);
  }
  return {reinterpret_cast<const char*>(request.data()), request.size()};
}

struct Named {
  std::uint16_t id;
  double factor;  // from our unit to the other library's
};

const std::map<std::string, Named> kNames{
    {"GroupId", {0x0104, 1}},
    {"AutomaticEqualisationMode", {0xEDFD, 1}},
    {"BatteryAbsorptionTimeLimit", {0xEDFB, 1.0 / 3600}},
    {"BatteryAbsorptionVoltage", {0xEDF7, 1}},
    {"BatteryFloatVoltage", {0xEDF6, 1}},
    {"BatteryEqualisationVoltage", {0xEDF4, 1}},
    {"BatteryTempCompensation", {0xEDF2, 1000}},
    {"BatteryMaximumCurrent", {0xEDF0, 1}},
    {"BatteryVoltage", {0xEDEF, 1}},
    {"TailCurrent", {0xEDE7, 1}},
    {"LowTempCurrent", {0xEDE6, 1}},
    {"EqualisationCurrentLevel", {0xEDE4, 100}},
    {"EqualisationDuration", {0xEDE3, 1.0 / 3600}},
    {"ReBulkVoltageOffset", {0xED2E, 1}},
    {"BatteryLowTemperatureLevel", {0xEDE0, 1}},
    {"BatteryTemperature", {0xEDEC, 1}},
    {"ChargerMaximumCurrent", {0xEDDF, 1}},
    {"SystemYield", {0xEDDD, 1}},
    {"SystemYieldResettable", {0xEDDC, 1}},
    {"ChargerInternalTemperature", {0xEDDB, 1}},
    {"ChargerCurrent", {0xEDD7, 1}},
    {"ChargerVoltage", {0xEDD5, 1}},
    {"YieldToday", {0xEDD3, 1}},
    {"MaximumPowerToday", {0xEDD2, 1}},
    {"YieldYesterday", {0xEDD1, 1}},
    {"MaximumPowerYesterday", {0xEDD0, 1}},
    {"PanelPower", {0xEDBC, 1}},
    {"PanelVoltage", {0xEDBB, 1}},
    {"PanelCurrent", {0xEDBD, 1}},
    {"PanelMaximumVoltage", {0xEDB8, 1}},
    {"ProductId", {0x0100, 1}},
    {"Uptime", {0x0120, 1}},
    {"Power", {0xED8E, 1}},
    {"CurrentHighRes", {0xED8C, 1}},
    {"MainVoltage", {0xED8D, 1}},
    {"AuxVoltage", {0xED7D, 1}},
    {"Consumed", {0xEEFF, 1}},
    {"SOC", {0x0FFF, 100}},
    {"TTG", {0x0FFE, 1.0 / 60}},
    {"MidPointVoltage", {0x0382, 1}},
    {"MidPointVoltageDeviation", {0x0383, 1000}},
    {"DepthOfTheDeepestDischarge", {0x0300, 1}},
    {"DepthOfTheLastDischarge", {0x0301, 1}},
    {"DepthOfTheAverageDischarge", {0x0302, 1}},
    {"NumberOfCycles", {0x0303, 1}},
    {"NumberOfFullDischarges", {0x0304, 1}},
    {"CumulativeAmpHours", {0x0305, 1}},
    {"MainVoltageMinimum", {0x0306, 1}},
    {"MainVoltageMaximum", {0x0307, 1}},
    {"TimeSinceFullCharge", {0x0308, 1}},
    {"NumberOfAutomaticSynchronizations", {0x0309, 1}},
    {"NumberOfLowMainVoltageAlarms", {0x030A, 1}},
    {"NumberOfHighMainVoltageAlarms", {0x030B, 1}},
    {"AuxVoltageMinimum", {0x030E, 1}},
    {"AuxVoltageMaximum", {0x030F, 1}},
    {"AmountOfDischargedEnergy", {0x0310, 1}},
    {"AmountOfChargedEnergy", {0x0311, 1}},
};

// What the other library makes of "not available".
bool is_a_sentinel_taken_for_a_value(const std::string& name, double value) {
  const std::map<std::string, double> wrong{{"BatteryTemperature", 382.2},
                                            {"LowTempCurrent", 6553.5},
                                            {"AuxVoltage", 327.67},
                                            {"MidPointVoltage", 655.35},
                                            {"MidPointVoltageDeviation", 3276.7}};
  const auto found = wrong.find(name);
  return found != wrong.end() && std::abs(found->second - value) < 0.01;
}

void expect_values(const std::map<std::uint16_t, Value>& ours, const json& theirs, int& sentinels) {
  for (const json& line : theirs) {
    const std::string text = line;
    const std::string name = text.substr(0, text.find('='));
    const std::string told = text.substr(text.find('=') + 1);
    const auto known = kNames.find(name);
    if (known == kNames.end()) {
      EXPECT_TRUE(told.empty() || told.find(':') != std::string::npos || !std::isdigit(told[0]))
          << "not compared: " << text;
      continue;
    }
    const Value& value = ours.at(known->second.id);
    const double their_number = std::stod(told);
    if (is_a_sentinel_taken_for_a_value(name, their_number)) {
      ++sentinels;
      EXPECT_EQ(value, Value{Absent::NotAvailable}) << text;
    } else if (has_value(value)) {
      EXPECT_NEAR(std::get<double>(value) * known->second.factor, their_number, 1e-6) << text;
    } else {
      ADD_FAILURE() << text << ": " << to_string(std::get<Absent>(value));
    }
  }
}

TEST(VeDirectRecordings, AnswersOfAllExchangesDecodeAndSentinelsAreAbsent) {
  const auto path = kCaptures / "vedirect/koestler_hex_exchanges.json";
  SKIP_WITHOUT(path);
  int exchanges = 0;
  int sentinels = 0;
  for (const json& device : json::parse(content_of(path))) {
    SCOPED_TRACE(device["case"].get<std::string>());
    std::map<std::uint16_t, Value> values;
    for (const json& exchange : device["exchange"]) {
      ++exchanges;
      const HexFrame answer = answer_in(exchange);
      EXPECT_EQ(request_for(answer), from_hex(exchange["tx_hex"])) << exchange["rx"];
      const auto told = register_answer(answer);
      if (told) {
        const RegisterRule* rule = find_register(told->id);
        ASSERT_NE(rule, nullptr) << exchange["tx"];
        values[told->id] = read_register(*rule, *told);
        if (rule->form == RegisterForm::Text) {
          EXPECT_NE(exchange["note"].get<std::string>().find("= " + *read_text(*rule, *told)), std::string::npos);
        }
      }
    }
    expect_values(values, device["library_expected"], sentinels);
  }
  EXPECT_EQ(exchanges, 201);
  EXPECT_EQ(sentinels, 11);
}

TEST(VeDirectRecordings, HistoryGivesTheDaysThatTheTextProtocolTells) {
  const auto path = kCaptures / "vedirect/ckeller42_history_mppt7515.txt";
  SKIP_WITHOUT(path);
  std::istringstream lines{content_of(path)};
  std::vector<HistoryDay> days;
  int empty = 0;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("REG ")) {
      const HexFrame frame = frame_of(line.substr(line.find(':')) + "\n");
      const auto day = read_history_day(*register_answer(frame));
      day ? days.push_back(*day) : static_cast<void>(++empty);
    }
  }
  ASSERT_EQ(days.size(), 10U);
  EXPECT_EQ(empty, 1);
  EXPECT_EQ(days[0].yield_kwh, Value{0.53});          // H20
  EXPECT_EQ(days[0].panel_watts_most, Value{179.0});  // H21
  EXPECT_EQ(days[1].yield_kwh, Value{0.54});          // H22
  EXPECT_EQ(days[1].panel_watts_most, Value{194.0});  // H23
  EXPECT_EQ(days[0].battery_volts_most, Value{14.16});
  EXPECT_EQ(days[0].battery_volts_least, Value{13.18});
  for (std::size_t i = 0; i < days.size(); ++i) {
    EXPECT_EQ(days[i].days_ago, i);
    EXPECT_EQ(days[i].day_number, 9 - i);
  }
}

Value read_hex(const std::string& text) {
  const HexFrame frame = frame_of(text);
  const auto told = register_answer(frame);
  return read_register(*find_register(told->id), *told);
}

void expect_hex(const std::string& text, const json& expected) {
  const Value value = read_hex(text);
  EXPECT_EQ(has_value(value), !expected.is_null());
  if (has_value(value) && expected.is_number()) {
    EXPECT_NEAR(std::get<double>(value), expected.get<double>(), 1e-9);
  }
}

void expect_label(const TextBlock& block, const std::string& label, const json& expected) {
  const std::string text = value_of(block, label);
  const FieldRule* rule = find_field(label);
  if (expected.is_null()) {
    ASSERT_NE(rule, nullptr);
    EXPECT_EQ(read_field(*rule, text), Value{Absent::NotAvailable}) << label;
  } else if (expected == "infinite") {
    EXPECT_TRUE(std::isinf(std::get<double>(read_field(*rule, text)))) << label;
  } else {
    EXPECT_EQ(text, expected.is_string() ? expected.get<std::string>() : expected.dump()) << label;
  }
}

void expect_bytes(const std::string& bytes, const json& expected) {
  const Decoded decoded = decode(bytes);
  EXPECT_EQ(decoded.blocks.size(), expected.value("blocks", std::size_t{1}));
  EXPECT_EQ(decoded.counts.unsynced, expected.value("unsynced", expected.value("blocks", 1) == 0 ? 1U : 0U));
  EXPECT_EQ(decoded.frames.size(), expected.contains("hex") ? 1U : expected.value("hex_frames", std::size_t{0}));
  for (const auto& [key, value] : expected.items()) {
    if (key == "hex") {
      const Value told = read_hex(decoded.frames.at(0) + "\n");
      EXPECT_NEAR(std::get<double>(told), value["value"].get<double>(), 1e-9) << "register " << value["reg"];
    } else if (key != "blocks" && key != "unsynced" && key != "hex_frames" && key != "note") {
      expect_label(decoded.blocks.at(0), key, value);
    }
  }
}

TEST(VeDirectRecordings, InputsOfReportedBugsGiveWhatTheyShould) {
  const auto path = kCaptures / "repro/inputs.json";
  SKIP_WITHOUT(path);
  int inputs = 0;
  const json all = json::parse(content_of(path));
  for (const auto& [key, input] : all.items()) {
    if (!key.starts_with("vedirect_")) {
      continue;
    }
    SCOPED_TRACE(key);
    ++inputs;
    if (input.contains("ascii")) {
      expect_hex(input["ascii"], input["expect"]);
    } else {
      expect_bytes(from_hex(input["hex"]), input["expect"]);
    }
  }
  EXPECT_EQ(inputs, 15);
}

}  // namespace
}  // namespace karkara::vedirect
