#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>

#include "agent/power/bms/daly_answers.h"
#include "tests/agent/power/bms/battery_line.h"

namespace karkara::daly {
namespace {

using namespace bms;
using ::testing::SizeIs;

// 51.2 V, -12.3 A, 64.5 %.
const std::string kPack = "0200 0000 74B5 0285";
const Bytes kFrame = daly_frame(0x90, kPack);

TEST(DalyFrame, RequestsAreWhatTheBatteryUnderstands) {
  EXPECT_EQ(encode_request(Command::Pack), from_hex("A5 40 90 08 00 00 00 00 00 00 00 00 7D"));
}

TEST(DalyFrame, IsTheSameInWhateverPiecesItComes) {
  for (const std::size_t piece : {1U, 5U, 1'000U}) {
    FrameReader reader;
    EXPECT_THAT(frames_in(reader, kFrame + kFrame + kFrame, piece), SizeIs(3));
    EXPECT_EQ(reader.bad_frames(), 0U);
  }
}

TEST(DalyFrame, NoiseBeforeShiftsNothing) {
  for (const char* noise : {"FF", "FF FF", "00 FF 13", "A5", "A5 A5", "A5 01 90 08 01"}) {
    FrameReader reader;
    const auto frames = frames_in(reader, from_hex(noise) + kFrame);
    ASSERT_THAT(frames, SizeIs(1)) << noise;
    EXPECT_DOUBLE_EQ(read_pack(frames[0].content).amperes, -12.3);
  }
}

TEST(DalyFrame, BelievesNoFlippedBitAndNoCut) {
  EXPECT_EQ(flips_believed<FrameReader>(kFrame), 0U);
  EXPECT_EQ(cuts_believed<FrameReader>(kFrame), 0U);
  FrameReader reader;
  Bytes flipped = kFrame;
  flipped[5] ^= std::byte{4};
  EXPECT_THAT(frames_in(reader, flipped + kFrame), SizeIs(1));
  EXPECT_EQ(reader.bad_frames(), 1U);
}

TEST(DalyFrame, AnotherLengthIsRefused) {
  FrameReader reader;
  const Bytes wrong = from_hex("A5 01 90 07 02 00 00 00 74 B5 02 85");
  EXPECT_THAT(frames_in(reader, wrong + from_hex(hex(sum_of(wrong) % 256, 2))), SizeIs(0));
}

Content content_of(const std::string& digits) {
  Content content{};
  const Bytes bytes = from_hex(digits);
  std::ranges::copy(bytes, content.begin());
  return content;
}

TEST(DalyAnswers, FaultsAreBitsWithWords) {
  EXPECT_EQ(fault_words(read_faults(content_of("0000000000000000"))), "none");
  EXPECT_EQ(fault_words(read_faults(content_of("0800000000000000"))), "cell voltage low (protection)");
  EXPECT_EQ(read_faults(content_of("00000000000004FF")), std::uint64_t{4} << 48);
  EXPECT_EQ(fault_words(read_faults(content_of("00000000000004FF"))), "short circuit protection");
  EXPECT_EQ(fault_words(read_faults(content_of("0000800000000000"))), "state of charge low (protection)");
}

TEST(DalyAnswers, CellsNeedEachFrameOnceWhereverTheCountingBegins) {
  for (const unsigned first : {0U, 1U}) {
    CellFrames frames;
    EXPECT_TRUE(frames.take(content_of(hex(first, 2) + "0CE40CE50CE600")));
    EXPECT_FALSE(frames.volts(4));
    EXPECT_FALSE(frames.take(content_of(hex(first, 2) + "0CE40CE50CE600")));
    EXPECT_TRUE(frames.take(content_of(hex(first + 1, 2) + "0CE70000000000")));
    EXPECT_EQ(frames.volts(4), (std::vector{3.3, 3.301, 3.302, 3.303}));
  }
  CellFrames hole;
  EXPECT_TRUE(hole.take(content_of("010CE40CE50CE600")));
  EXPECT_TRUE(hole.take(content_of("030CE40CE50CE600")));
  EXPECT_FALSE(hole.volts(6));
  EXPECT_FALSE(hole.take(content_of("FF0CE40CE50CE600")));
}

struct FakeDaly {
  std::map<unsigned, Bytes> answers{
      {0x90, kFrame},
      {0x91, daly_frame(0x91, "0D0C020CFA040000")},
      {0x92, daly_frame(0x92, "4101400200000000")},
      {0x93, daly_frame(0x93, "02010107 00019A28")},
      {0x94, daly_frame(0x94, "0402000000001100")},
      {0x95, daly_frame(0x95, "010D0C0D000CFF40") + daly_frame(0x95, "020CFA0000000040")},
      {0x98, daly_frame(0x98, "0400000000000000")},
      {0x50, daly_frame(0x50, "000186A000000CE4")},
  };
  std::map<unsigned, unsigned> asked{};
  bool echoes = false;

  Bytes operator()(const Bytes& question) {
    const auto command = std::to_integer<unsigned>(question[2]);
    ++asked[command];
    return (echoes ? question : Bytes{}) + (answers.contains(command) ? answers[command] : Bytes{});
  }
};

class DalyBms : public ::testing::Test {
 protected:
  void SetUp() override {
    line.open();
    line.pass(std::chrono::seconds{5});  // from here on each look() ends within a rest
  }
  FakeDaly battery;
  BatteryLine line{BmsKind::Daly, [this](const Bytes& question) { return battery(question); }};
};

TEST_F(DalyBms, SaysAllThatItsAnswersHold) {
  EXPECT_EQ(line.opened.at(0).baud, 9'600U);
  EXPECT_NEAR(line.number("battery-volts"), 51.2, 1e-9);
  EXPECT_NEAR(line.number("battery-amperes"), -12.3, 1e-9);
  EXPECT_NEAR(line.number("state-of-charge"), 64.5, 1e-9);
  EXPECT_NEAR(line.number("battery-remaining"), 105, 1e-9);
  EXPECT_NEAR(line.number("battery-capacity"), 100, 1e-9);
  EXPECT_EQ(line.number("battery-temperature"), 25);
  EXPECT_EQ(line.number("temperature-least"), 24);
  EXPECT_NEAR(line.number("cell-volts-least"), 3.322, 1e-9);
  EXPECT_NEAR(line.number("cell-volts-most"), 3.34, 1e-9);
  EXPECT_EQ(line.number("weakest-cell"), 4);
  EXPECT_EQ(line.number("cells"), 4);
  EXPECT_EQ(line.number("cycles"), 17);
  EXPECT_EQ(line.number("charge-enabled"), 1);
  EXPECT_EQ(line.number("alarms"), 4);
  EXPECT_EQ(line.word("alarms"), "cell voltage low (warning)");
  EXPECT_EQ(line.value("charge-limit-amperes"), Value{Absent::NotImplemented});
  EXPECT_EQ(line.device().product(), "Daly, 4 cells");
}

TEST_F(DalyBms, ACurrentAgainstTheFlowThatItNamesIsNotBelieved) {
  battery.answers[0x93] = daly_frame(0x93, "01010107 00019A28");
  line.look();
  EXPECT_EQ(line.value("battery-amperes"), Value{Absent::OutOfRange});
  EXPECT_NEAR(line.number("battery-volts"), 51.2, 1e-9);
}

TEST_F(DalyBms, WhatAFirmwareDoesNotAnswerIsFirstUnavailableThenNotImplementedAndRarelyAsked) {
  battery.answers.erase(0x92);
  line.look();
  EXPECT_EQ(line.value("battery-temperature"), Value{Absent::NotAvailable});
  for (int i = 0; i < 3; ++i) {
    line.look();
  }
  EXPECT_EQ(line.value("battery-temperature"), Value{Absent::NotImplemented});
  battery.asked.clear();
  for (int i = 0; i < 20; ++i) {
    line.look();
  }
  EXPECT_EQ(battery.asked[0x92], 0U);
  battery.answers[0x92] = daly_frame(0x92, "4101400200000000");
  for (int i = 0; i < 15; ++i) {
    line.look();
  }
  EXPECT_EQ(line.number("battery-temperature"), 25);
}

TEST_F(DalyBms, EchoesAndAnswersToOtherCommandsAreNotBelieved) {
  battery.echoes = true;
  line.look();
  EXPECT_NEAR(line.number("battery-volts"), 51.2, 1e-9);
  const auto heard = line.device().heard_at();
  battery.answers[0x90] = daly_frame(0x91, kPack);
  line.look();
  EXPECT_EQ(line.device().heard_at(), heard);
  battery.answers[0x90] = daly_frame(0x90, kPack, 0x40);
  line.look();
  EXPECT_EQ(line.device().heard_at(), heard);
}

TEST_F(DalyBms, OneCellFrameMissingLeavesTheExtremesOfTheBattery) {
  battery.answers[0x95] = daly_frame(0x95, "010D0C0D000CFF40");
  battery.answers[0x91] = daly_frame(0x91, "0D48020CEE030000");
  line.look();
  EXPECT_NEAR(line.number("cell-volts-least"), 3.31, 1e-9);
  EXPECT_EQ(line.number("weakest-cell"), 3);
}

TEST_F(DalyBms, AnotherNumberOfCellsStartsAnew) {
  battery.answers[0x94] = daly_frame(0x94, "0302000000001100");
  bool was_empty = false;
  for (int i = 0; i < 200; ++i) {
    line.pass(std::chrono::milliseconds{50});
    was_empty = was_empty || line.device().readings().empty();
  }
  EXPECT_TRUE(was_empty);
  EXPECT_EQ(line.number("cells"), 3);
}

}  // namespace
}  // namespace karkara::daly
