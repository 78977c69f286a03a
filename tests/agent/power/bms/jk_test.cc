#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/power/bms/jk_bms.h"
#include "tests/agent/power/bms/battery_line.h"

namespace karkara::jk {
namespace {

using namespace bms;
using ::testing::SizeIs;

// Four cells, 13.28 V, 71 %, two sensors, capacity 100 Ah; current and version are the test's own.
std::string fields(const std::string& current, const std::string& version = "C001") {
  return "790C 01 0CF8 02 0CF9 03 0CF0 04 0CFA"
         "80 0020 81 001E 82 0067 83 0530 84" +
         current + "85 47 86 02 87 0021 89 00000D2F 8A 0004 8B 0000 8C 0003 97 0064 99 0032 AA 00000064" + version;
}
const Bytes kFrame = jk_frame(fields("07D0"));

TEST(JkFrame, RequestIsWhatTheBatteryUnderstands) {
  EXPECT_EQ(encode_request(), from_hex("4E 57 00 13 00 00 00 00 06 03 00 00 00 00 00 00 68 00 00 01 29"));
}

TEST(JkFrame, IsTheSameInWhateverPiecesItComes) {
  for (const std::size_t piece : {1U, 7U, 1'000U}) {
    FrameReader reader;
    EXPECT_THAT(frames_in(reader, kFrame + kFrame, piece), SizeIs(2));
    EXPECT_EQ(reader.bad_frames(), 0U);
  }
}

TEST(JkFrame, BelievesNoFlippedBitAndNoCut) {
  EXPECT_EQ(flips_believed<FrameReader>(kFrame), 0U);
  EXPECT_EQ(cuts_believed<FrameReader>(kFrame), 0U);
}

TEST(JkFrame, FindsTheFrameBehindNoiseAndBehindABrokenOne) {
  for (const char* noise : {"FF FF", "4E", "4E 4E", "4E 57", "4E 57 FF FF", "4E 57 00 02"}) {
    FrameReader reader;
    EXPECT_THAT(frames_in(reader, from_hex(noise) + kFrame), SizeIs(1)) << noise;
  }
  Bytes broken = kFrame;
  broken[20] ^= std::byte{1};
  FrameReader reader;
  EXPECT_THAT(frames_in(reader, broken + kFrame), SizeIs(1));
  EXPECT_EQ(reader.bad_frames(), 1U);
}

Value current(const std::string& raw, const std::string& version) {
  const Bytes bytes = from_hex(fields(raw, version));
  return current_of(Fields{bytes});
}

TEST(JkFields, CurrentHasTheSignOfItsVersion) {
  EXPECT_EQ(current("07D0", "C001"), Value{-20.0});
  EXPECT_EQ(current("87D0", "C001"), Value{20.0});
  EXPECT_EQ(current("0000", "C001"), Value{0.0});
  EXPECT_EQ(current("2AF8", "C000"), Value{-10.0});
  EXPECT_EQ(current("251C", "C000"), Value{5.0});
  EXPECT_EQ(current("251C", ""), Value{5.0});
}

TEST(JkFields, WithoutKnowingTheVersionNobodyKnowsTheCurrent) {
  EXPECT_EQ(current("07D0", "D7 01 C0 01"), Value{Absent::NotAvailable});
  EXPECT_EQ(current("07D0", "C0"), Value{Absent::NotAvailable});
}

TEST(JkFields, TemperaturesCountDownFromZeroAboveHundred) {
  const Bytes bytes = from_hex("80 0064 81 0065 82 008D");
  const Fields found{bytes};
  EXPECT_EQ(temperature_of(found, Field::BoardTemperature), Value{100.0});
  EXPECT_EQ(temperature_of(found, Field::Temperature1), Value{-1.0});
  EXPECT_EQ(temperature_of(found, Field::Temperature2), Value{Absent::OutOfRange});
}

TEST(JkFields, AFieldTwiceOrCutEndsWhatIsKnown) {
  const Bytes twice = from_hex("83 0530 83 0999");
  EXPECT_FALSE(Fields{twice}.are_whole());
  EXPECT_EQ(Fields{twice}.number(Field::Volts), 0x530U);
  const Bytes cut = from_hex("83 05");
  EXPECT_FALSE(Fields{cut}.number(Field::Volts));
  const Bytes odd = from_hex("79 02 01 0C");
  EXPECT_TRUE(Fields{odd}.cell_volts().empty());
}

class JkBms : public ::testing::Test {
 protected:
  void SetUp() override {
    line.open();
    line.pass(std::chrono::seconds{5});  // from here on each look() ends within a rest
  }
  Bytes answer = kFrame;
  BatteryLine line{BmsKind::Jk, [this](const Bytes& /*question*/) { return answer; }};
};

TEST_F(JkBms, SaysAllThatItsAnswerHolds) {
  EXPECT_EQ(line.opened.at(0).baud, 115'200U);
  EXPECT_NEAR(line.number("battery-volts"), 13.28, 1e-9);
  EXPECT_NEAR(line.number("battery-amperes"), -20, 1e-9);
  EXPECT_EQ(line.number("state-of-charge"), 71);
  EXPECT_EQ(line.number("battery-capacity"), 100);
  EXPECT_EQ(line.number("battery-temperature"), 30);
  EXPECT_EQ(line.number("temperature-least"), -3);
  EXPECT_EQ(line.number("board-temperature"), 32);
  EXPECT_NEAR(line.number("cell-volts-least"), 3.312, 1e-9);
  EXPECT_EQ(line.number("weakest-cell"), 3);
  EXPECT_EQ(line.number("cycles"), 33);
  EXPECT_EQ(line.number("charge-limit-amperes"), 50);
  EXPECT_EQ(line.number("discharge-limit-amperes"), 100);
  EXPECT_EQ(line.number("discharge-enabled"), 1);
  EXPECT_EQ(line.value("battery-remaining"), Value{Absent::NotImplemented});
  EXPECT_EQ(line.word("alarms"), "none");
}

TEST_F(JkBms, AnEchoAnotherCommandAndAnAnswerWithoutVoltageAreNotBelieved) {
  const auto heard = line.device().heard_at();
  for (const Bytes& wrong : {encode_request(), jk_frame(fields("07D0"), "02 00 01"), jk_frame("85 47 C0 01"),
                             jk_frame(fields("07D0"), "06 03 00")}) {
    answer = wrong;
    line.look();
    EXPECT_EQ(line.device().heard_at(), heard);
  }
  answer = encode_request() + kFrame;
  line.look();
  EXPECT_GT(line.device().heard_at(), heard);
}

TEST_F(JkBms, AnotherNumberOfCellsOrTerminalStartsAnew) {
  bool was_empty = false;
  answer = jk_frame(fields("07D0"), "06 00 01", "00000007");
  for (int i = 0; i < 200; ++i) {
    line.pass(std::chrono::milliseconds{50});
    was_empty = was_empty || line.device().readings().empty();
  }
  EXPECT_TRUE(was_empty);
  EXPECT_EQ(line.number("state-of-charge"), 71);
}

TEST_F(JkBms, SmallDischargeKeepsItsSignForTenDays) {
  answer = jk_frame(fields("0005"));
  for (int i = 0; i < 100; ++i) {
    line.look();
    EXPECT_NEAR(line.number("battery-amperes"), -0.05, 1e-9);
  }
}

}  // namespace
}  // namespace karkara::jk
