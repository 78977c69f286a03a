#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "agent/power/bms/pylontech_answers.h"
#include "tests/agent/power/bms/pylontech_packs.h"

namespace karkara::pylontech {
namespace {

using namespace bms;
using ::testing::SizeIs;

const Bytes kFrame = pylontech_frame(2, 0, "0002" + module_digits({}));

Frame frame_of(const Bytes& bytes) {
  FrameReader reader;
  const auto frames = frames_in(reader, bytes);
  EXPECT_EQ(frames.size(), 1U);
  return frames.empty() ? Frame{} : frames.front();
}

TEST(PylontechFrame, RequestsAreWhatTheBatteryUnderstands) {
  EXPECT_EQ(encode_request(2, Command::Analog), as_bytes("~20024642E00202FD33\r"));
  EXPECT_EQ(encode_request(3, Command::Serial), as_bytes("~20034693E00203FD2B\r"));
  EXPECT_EQ(encode_request(2, Command::Product), as_bytes("~200246510000FDAC\r"));
}

TEST(PylontechFrame, IsTheSameInWhateverPiecesItComes) {
  for (const std::size_t piece : {1U, 2U, 7U, 1'000U}) {
    FrameReader reader;
    EXPECT_THAT(frames_in(reader, kFrame + kFrame, piece), SizeIs(2)) << piece;
    EXPECT_EQ(reader.bad_frames(), 0U);
  }
}

TEST(PylontechFrame, EncodesWhatItDecodes) {
  EXPECT_EQ(encode(frame_of(kFrame)), kFrame);
}

TEST(PylontechFrame, BelievesNoFrameWithAFlippedBit) {
  EXPECT_EQ(flips_believed<FrameReader>(kFrame), 0U);
}

TEST(PylontechFrame, BelievesNoCutFrameAndTheNextWholeOne) {
  EXPECT_EQ(cuts_believed<FrameReader>(kFrame), 0U);
  const Bytes cut{kFrame.begin(), kFrame.begin() + 50};
  FrameReader reader;
  EXPECT_THAT(frames_in(reader, cut + kFrame), SizeIs(1));
  EXPECT_EQ(reader.bad_frames(), 1U);
}

TEST(PylontechFrame, NoiseBeforeAndEndlessDigitsAreNoFrames) {
  FrameReader reader;
  EXPECT_THAT(frames_in(reader, from_hex("FF FF 00 0D") + kFrame), SizeIs(1));
  EXPECT_EQ(reader.bad_frames(), 0U);
  EXPECT_THAT(frames_in(reader, as_bytes("~" + std::string(100'000, '0')) + kFrame), SizeIs(1));
  EXPECT_EQ(reader.bad_frames(), 1U);
}

TEST(PylontechFrame, LengthMustBeThatOfTheContentThoughTheSumsAreRight) {
  std::string text(reinterpret_cast<const char*>(kFrame.data()), kFrame.size());
  const std::string inner = text.substr(1, text.size() - 6);
  const std::string longer = inner + "00";
  FrameReader reader;
  EXPECT_THAT(frames_in(reader, as_bytes("~" + longer + hex(0x10000 - sum_of(as_bytes(longer)), 4) + "\r")), SizeIs(0));
  EXPECT_EQ(reader.bad_frames(), 1U);
}

TEST(PylontechAnswers, CurrentIsSignedAndLongFieldsCount) {
  const auto module = read_analog(frame_of(kFrame));
  ASSERT_TRUE(module);
  EXPECT_DOUBLE_EQ(module->amperes, -2.5);
  EXPECT_DOUBLE_EQ(module->volts, 49.5);
  EXPECT_EQ(module->remaining, 30.0);
  EXPECT_EQ(module->capacity, 50.0);
  EXPECT_EQ(module->cycles, 7U);
  EXPECT_EQ(module->cell_volts.size(), 15U);
  EXPECT_DOUBLE_EQ(module->temperatures.front(), 25.0);
}

TEST(PylontechAnswers, AnAnswerToOneCommandIsNoAnswerToAnother) {
  const FakePack pack;
  const Frame analog = frame_of(FakeStack::answer(2, pack, 0x42));
  const Frame alarms = frame_of(FakeStack::answer(2, pack, 0x44));
  const Frame product = frame_of(FakeStack::answer(2, pack, 0x51));
  const Frame limits = frame_of(FakeStack::answer(2, pack, 0x92));
  const Frame serial = frame_of(FakeStack::answer(2, pack, 0x93));
  const auto understood = [](const Frame& frame) {
    return std::vector{read_analog(frame).has_value(), read_alarms(frame).has_value(), read_product(frame).has_value(),
                       read_limits(frame).has_value(), read_serial(frame).has_value()};
  };
  EXPECT_EQ(understood(analog), (std::vector{true, false, false, false, false}));
  EXPECT_EQ(understood(alarms), (std::vector{false, true, false, false, false}));
  EXPECT_EQ(understood(product), (std::vector{false, false, true, false, false}));
  EXPECT_EQ(understood(limits), (std::vector{false, false, false, true, false}));
  EXPECT_EQ(understood(serial), (std::vector{false, false, false, false, true}));
}

TEST(PylontechAnswers, AnAnswerAboutAnotherPackIsNone) {
  EXPECT_FALSE(read_analog(frame_of(pylontech_frame(2, 0, "0003" + module_digits({})))));
  EXPECT_FALSE(read_serial(frame_of(pylontech_frame(2, 0, "03" + text_digits("HAREVOLT00000001")))));
}

TEST(PylontechAnswers, TooManyCellsOrAnUnknownFormAreRefused) {
  EXPECT_FALSE(read_analog(frame_of(pylontech_frame(2, 0, "0002FF" + std::string(1'020, '0')))));
  std::string digits = module_digits({});
  digits.replace(digits.find("FFFF04"), 6, "FFFF05");
  EXPECT_FALSE(read_analog(frame_of(pylontech_frame(2, 0, "0002" + digits))));
}

TEST(PylontechAnswers, ShortFormWithoutANumberThatFitsHasNone) {
  std::string digits = module_digits({});
  digits = digits.substr(0, digits.find("FFFF04")) + "FFFF02C3500007";
  const auto module = read_analog(frame_of(pylontech_frame(2, 0, "0002" + digits)));
  ASSERT_TRUE(module);
  EXPECT_FALSE(module->remaining);
  EXPECT_EQ(module->capacity, 50.0);
}

TEST(PylontechAnswers, AlarmsAreBitsWithWords) {
  FakePack pack;
  pack.cell_state = 2;
  pack.protections = "01";
  const auto alarms = read_alarms(frame_of(FakeStack::answer(2, pack, 0x44)));
  ASSERT_TRUE(alarms);
  EXPECT_EQ(alarms->bits, 0x10002U);
  EXPECT_EQ(alarm_words(alarms->bits), "cell voltage high, protection 0x01 at work");
  EXPECT_EQ(alarm_words(0), "none");
}

TEST(PylontechAnswers, AlarmsHaveFourOrFiveBytesBehindTheProtections) {
  const std::string before =
      "0002"
      "0100"
      "0100"
      "000000"
      "80";
  for (const char* behind : {"0E000000", "0E00000000"}) {
    const auto alarms = read_alarms(frame_of(pylontech_frame(2, 0, before + behind)));
    ASSERT_TRUE(alarms) << behind;
    EXPECT_EQ(alarms->bits, 0x800000U);
  }
  for (const char* behind : {"", "0E0000", "0E0000000000"}) {
    EXPECT_FALSE(read_alarms(frame_of(pylontech_frame(2, 0, before + behind)))) << behind;
  }
}

TEST(PylontechAnswers, LimitsAreNotNegative) {
  const auto limits = read_limits(frame_of(FakeStack::answer(2, {}, 0x92)));
  ASSERT_TRUE(limits);
  EXPECT_DOUBLE_EQ(limits->charge_amperes, 25.0);
  EXPECT_DOUBLE_EQ(limits->discharge_amperes, 25.0);
  EXPECT_TRUE(limits->charge_enabled && limits->discharge_enabled);
}

}  // namespace
}  // namespace karkara::pylontech
