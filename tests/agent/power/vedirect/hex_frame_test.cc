#include "agent/power/vedirect/hex_frame.h"

#include <gtest/gtest.h>

#include <random>

#include "agent/power/vedirect/history.h"
#include "agent/power/vedirect/registers.h"
#include "tests/agent/power/vedirect/decoding.h"
#include "tests/fixtures/vedirect_stream.h"

namespace karkara::vedirect {
namespace {

using fixtures::vedirect_hex;

HexFrame frame_of(std::string_view text) {
  Decoder decoder;
  std::span<const std::byte> bytes = std::as_bytes(std::span{text});
  EXPECT_EQ(decoder.next(bytes), Decoder::Got::Hex) << text;
  return decoder.hex();
}

Value read(std::string_view text) {
  const HexFrame frame = frame_of(text);
  const auto answer = register_answer(frame);
  if (!answer || find_register(answer->id) == nullptr) {
    ADD_FAILURE() << text;
    return Absent::NotYet;
  }
  return read_register(*find_register(answer->id), *answer);
}

std::string written(const std::vector<std::byte>& bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}

TEST(VeDirectHex, WritesRequestsAsTheProtocolPaperDoes) {
  EXPECT_EQ(written(encode_request(HexRequest::Ping)), ":154\n");
  EXPECT_EQ(written(encode_request(HexRequest::Product)), ":451\n");
  EXPECT_EQ(written(encode_get(0xEDF0)), ":7F0ED0071\n");
  const std::vector<std::byte> value{std::byte{0x64}, std::byte{0x00}};
  EXPECT_EQ(written(encode_set(0xEDF0, value)), ":8F0ED0064000C\n");
}

TEST(VeDirectHex, DecodesWhatItEncodes) {
  std::mt19937 random{3};
  for (int round = 0; round < 1'000; ++round) {
    std::vector<std::byte> value(random() % 40);
    for (std::byte& byte : value) {
      byte = static_cast<std::byte>(random());
    }
    const auto id = static_cast<std::uint16_t>(random());
    const std::string text = written(encode_set(id, value));
    const HexFrame frame = frame_of(text);
    const auto answer = register_answer(frame);
    ASSERT_TRUE(answer);
    EXPECT_EQ(answer->response, HexResponse::Set);
    EXPECT_EQ(answer->id, id);
    EXPECT_TRUE(std::equal(value.begin(), value.end(), answer->value.begin(), answer->value.end()));
  }
}

TEST(VeDirectHex, TheEchoOfAQuestionIsNoAnswer) {
  EXPECT_FALSE(register_answer(frame_of(written(encode_get(0x1050)))));
  EXPECT_TRUE(register_answer(frame_of(vedirect_hex("7501004")))) << "an empty slot of the history";
}

TEST(VeDirectHex, TellsPingsAndProductsFromRegisters) {
  EXPECT_EQ(ping_version(frame_of(":56141AE\n")), 0x4161);
  EXPECT_EQ(product_id(frame_of(":156A05E\n")), 0xA056);
  EXPECT_FALSE(register_answer(frame_of(":56141AE\n")));
  EXPECT_FALSE(product_id(frame_of(":7D5ED00A404E4\n")));
  EXPECT_FALSE(register_answer(frame_of(vedirect_hex("7D5"))));  // too short to name a register
}

TEST(VeDirectRegisters, KnowSignScaleAndUnit) {
  EXPECT_EQ(read(":7D5ED00A404E4\n"), Value{11.88});
  EXPECT_EQ(read(":78CED0018FCFFFFC3\n"), Value{-1.0});
  EXPECT_EQ(read(vedirect_hex("7DBED00680B")), Value{29.20});
  EXPECT_EQ(read(vedirect_hex("7DBED0018FC")), Value{-10.0});
  EXPECT_NEAR(std::get<double>(read(vedirect_hex("7ECED00316F"))), 11.50, 1e-9);  // hundredths of a kelvin
  EXPECT_EQ(read(vedirect_hex("7FF0F004F1B")), Value{0.6991});
  EXPECT_EQ(read(vedirect_hex("7FE0F004038")), Value{864'000.0});
}

TEST(VeDirectRegisters, SayAbsentForTheNumberThatStandsForIt) {
  for (const char* text : {":7FF0F00FFFF42\n", ":7ECED00FFFF77\n", ":77DED00FF7F66\n"}) {
    EXPECT_EQ(read(text), Value{Absent::NotAvailable}) << text;
  }
  for (const char* body : {"70102"
                           "00FF",
                           "7BCED00FFFFFFFF", "78CED00FFFFFF7F", "7DBED00FF7F", "7830300FF7F"}) {
    EXPECT_EQ(read(vedirect_hex(body)), Value{Absent::NotAvailable}) << body;
  }
  // All ones is a reason set and a user-defined battery here, not a missing value; -1 is a number.
  EXPECT_EQ(read(vedirect_hex("7F1ED00FF")), Value{255.0});
  EXPECT_EQ(read(vedirect_hex("70702"
                              "00FFFFFFFF")),
            Value{4294967295.0});
  EXPECT_EQ(read(vedirect_hex("7DBED00FFFF")), Value{-0.01});
}

TEST(VeDirectRegisters, TurnFlagsIntoReasons) {
  EXPECT_EQ(read(vedirect_hex("7D5ED01")), Value{Absent::NoSuchObject});
  EXPECT_EQ(read(vedirect_hex("7D5ED02")), Value{Absent::NotImplemented});
  EXPECT_EQ(read(vedirect_hex("7D5ED04A404")), Value{Absent::NotAvailable});
}

TEST(VeDirectRegisters, RefuseAValueOfAnotherSize) {
  EXPECT_EQ(read(vedirect_hex("7D5ED00A4")), Value{Absent::BadFrame});
  EXPECT_EQ(read(vedirect_hex("7D5ED00A40400")), Value{Absent::BadFrame});
  EXPECT_EQ(read(vedirect_hex("AD5ED00")), Value{Absent::BadFrame});
}

TEST(VeDirectRegisters, ReadTextUpToItsEnd) {
  const HexFrame frame = frame_of(":70A01004851313934393952484335000000000088\n");
  const auto answer = register_answer(frame);
  ASSERT_TRUE(answer);
  EXPECT_EQ(read_text(*find_register(0x010A), *answer), "HQ19499RHC5");
  EXPECT_EQ(read_register(*find_register(0x010A), *answer), Value{Absent::NotImplemented});
  const HexFrame foul = frame_of(vedirect_hex("70A0100480A51"));
  EXPECT_EQ(read_text(*find_register(0x010A), *register_answer(foul)), std::nullopt);
  EXPECT_EQ(read_text(*find_register(0xEDD5), *answer), std::nullopt);
}

TEST(VeDirectRegisters, AreOrderedSoThatEachIsFound) {
  for (const int number : {0x0100, 0x0120, 0x0383, 0x0FFF, 0xED2E, 0xEDBB, 0xEDEC, 0xEDFE, 0xEEFF}) {
    const auto id = static_cast<std::uint16_t>(number);
    ASSERT_NE(find_register(id), nullptr) << id;
    EXPECT_EQ(find_register(id)->id, id);
  }
  EXPECT_EQ(find_register(0x0101), nullptr);
  EXPECT_EQ(find_register(0xFFFF), nullptr);
}

// A day of our own: 1.23 kWh, 13.50 V to 11.80 V, 95 W at most, day 42.
constexpr const char* kDay =
    "7521000"
    "00"
    "7B000000"
    "05000000"
    "4605"
    "9C04"
    "00"
    "00000000"
    "7800"
    "1E00"
    "0A00"
    "5F000000"
    "4600"
    "A00F"
    "2A00";

TEST(VeDirectHistory, ReadsADay) {
  const HexFrame frame = frame_of(vedirect_hex(kDay));
  const auto day = read_history_day(*register_answer(frame));
  ASSERT_TRUE(day);
  EXPECT_EQ(day->days_ago, 2U);
  EXPECT_EQ(day->day_number, 42);
  EXPECT_EQ(day->yield_kwh, Value{1.23});
  EXPECT_EQ(day->load_kwh, Value{0.05});
  EXPECT_EQ(day->battery_volts_most, Value{13.50});
  EXPECT_EQ(day->battery_volts_least, Value{11.80});
  EXPECT_EQ(day->panel_watts_most, Value{95.0});
  EXPECT_EQ(day->battery_amperes_most, Value{7.0});
  EXPECT_EQ(day->panel_volts_most, Value{40.0});
  EXPECT_EQ(day->bulk, std::chrono::minutes{120});
  EXPECT_EQ(day->absorption, std::chrono::minutes{30});
  EXPECT_EQ(day->floating, std::chrono::minutes{10});
}

// Version, kind of errors, 33 and three without; 48.03 and 135.27 kWh, 101.00 and 14.62 V, 31 days.
constexpr std::string_view kTotals =
    "74F1000"
    "00"
    "00"
    "21000000"
    "C3120000"
    "D7340000"
    "7427"
    "B605"
    "1F";

TEST(VeDirectHistory, ReadsTheTotals) {
  const auto total = read_history_total(*register_answer(frame_of(vedirect_hex(kTotals))));
  ASSERT_TRUE(total);
  EXPECT_EQ(total->user_yield_kwh, Value{48.03});
  EXPECT_EQ(total->yield_kwh, Value{135.27});
  EXPECT_EQ(total->panel_volts_most, Value{101.0});
  EXPECT_EQ(total->battery_volts_most, Value{14.62});
  EXPECT_EQ(total->days_kept, 31U);
  EXPECT_EQ(total->errors[0], 33);
  EXPECT_TRUE(read_history_total(*register_answer(frame_of(vedirect_hex(std::string{kTotals} + "5104")))))
      << "a later version says more behind";
}

TEST(VeDirectHistory, RefusesTotalsThatAreShortOrNoneAndTellsWhatIsNotAvailable) {
  const std::string all{kTotals};
  EXPECT_FALSE(read_history_total(*register_answer(frame_of(vedirect_hex(all.substr(0, all.size() - 2))))));
  EXPECT_FALSE(read_history_total(*register_answer(frame_of(vedirect_hex("74F1001")))));
  EXPECT_FALSE(read_history_total(*register_answer(frame_of(vedirect_hex(kDay)))));
  std::string none = all;
  none.replace(none.find("C3120000"), 16, "FFFFFFFFFFFFFFFF");
  EXPECT_EQ(read_history_total(*register_answer(frame_of(vedirect_hex(none))))->yield_kwh, Value{Absent::NotAvailable});
}

TEST(VeDirectHistory, RefusesEmptySlotsOtherSizesAndOtherRegisters) {
  const HexFrame empty = frame_of(vedirect_hex("75A1004"));
  EXPECT_FALSE(read_history_day(*register_answer(empty)));
  const HexFrame small =
      frame_of(vedirect_hex("7501000"
                            "0011223344"));
  EXPECT_FALSE(read_history_day(*register_answer(small)));
  std::string other{kDay};
  other.replace(1, 4, "4F10");
  const HexFrame totals = frame_of(vedirect_hex(other));
  EXPECT_FALSE(read_history_day(*register_answer(totals)));
}

}  // namespace
}  // namespace karkara::vedirect
