#include "agent/codec/modbus_frame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <iomanip>
#include <sstream>

#include "agent/codec/modbus_answer_size.h"
#include "agent/codec/modbus_read_back.h"
#include "tests/support/modbus_bytes.h"

namespace karkara {
namespace {

constexpr std::size_t kWhole = 1'000;
// A net current of -3.45 A from a Tracer, and the register before it.
constexpr const char* kAskCurrent = "01 04 331B 0002 0E88";
constexpr const char* kCurrent = "01 04 04 FEA7 FFFF 7A3F";
constexpr const char* kAskVoltage = "01 04 3104 0001 7EF7";
constexpr const char* kVoltage = "01 04 02 0540 BB90";
constexpr const char* kHole = "01 84 02 C2C1";

ModbusBytes with_crc(std::string_view hex) {
  ModbusBytes frame = from_hex(hex);
  const std::uint16_t crc = modbus_crc(frame);
  frame.push_back(static_cast<std::byte>(crc & 0xFFU));
  frame.push_back(static_cast<std::byte>(crc >> 8U));
  return frame;
}

class Rtu : public testing::Test {
 protected:
  void ask(const ModbusBytes& frame) {
    EXPECT_EQ(rtu_.ask(std::to_integer<std::uint8_t>(frame[0]), pdu_of(frame)), frame);
  }
  std::optional<ModbusBytes> hear(std::span<const std::byte> bytes, std::size_t piece = kWhole) {
    std::optional<ModbusBytes> answer;
    while (!bytes.empty()) {
      const auto part = bytes.first(std::min(piece, bytes.size()));
      if (auto got = rtu_.take(part)) {
        EXPECT_FALSE(answer) << "answered twice";
        answer = std::move(got);
      }
      bytes = bytes.subspan(part.size());
    }
    return answer;
  }
  ModbusRtu rtu_;
};

// A question for one register that begins, byte for byte, like one of its possible answers.
ModbusBytes question_like_an_answer() {
  for (unsigned unit = 1; unit < 248; ++unit) {
    for (unsigned address = 0x0200; address < 0x0300; ++address) {
      std::ostringstream hex;
      hex << std::hex << std::setfill('0') << std::setw(2) << unit << "04" << std::setw(4) << address << "0001";
      const ModbusBytes question = with_crc(hex.str());
      const ModbusBytes head{question.begin(), question.begin() + 5};
      if (modbus_crc(head) == (std::to_integer<unsigned>(question[5]) | std::to_integer<unsigned>(question[6]) << 8U)) {
        return question;
      }
    }
  }
  return {};
}

std::vector<ModbusPair> all_pairs() {
  std::vector<ModbusPair> pairs = recorded_pairs("epever_tracer2215bn");
  for (ModbusPair& pair : recorded_pairs("renogy_rover")) {
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

// Everything before an answer that real lines were seen to put there, for every recorded pair, whole and in crumbs.
TEST_F(Rtu, TakesEveryRecordedAnswerWholeInCrumbsBehindAnEchoAndBehindNoise) {
  const auto pairs = all_pairs();
  if (pairs.empty()) {
    GTEST_SKIP() << "the recordings are not here";
  }
  ASSERT_EQ(pairs.size(), 236U);
  for (const ModbusPair& pair : pairs) {
    const ModbusBytes first_half{pair.question.begin(), pair.question.begin() + 4};
    const ModbusBytes second_half{pair.question.begin() + 4, pair.question.end()};
    for (const ModbusBytes& before : {ModbusBytes{}, pair.question, from_hex("00 FF FE"), from_hex("01"), first_half,
                                      second_half, joined(from_hex("00"), pair.question)}) {
      for (const std::size_t piece : {kWhole, std::size_t{1}, std::size_t{3}}) {
        ask(pair.question);
        const std::uint64_t bad_frames = rtu_.bad_frames();
        EXPECT_EQ(hear(joined(before, pair.answer), piece), pdu_of(pair.answer));
        if (before.empty() || before == pair.question) {
          EXPECT_EQ(rtu_.bad_frames(), bad_frames);
        }
      }
    }
  }
}

TEST_F(Rtu, NeverTakesARecordedAnswerWithOneBitFlipped) {
  const auto pairs = all_pairs();
  if (pairs.empty()) {
    GTEST_SKIP() << "the recordings are not here";
  }
  for (const ModbusPair& pair : pairs) {
    for (std::size_t bit = 0; bit < 8 * pair.answer.size(); ++bit) {
      ModbusBytes flipped = pair.answer;
      flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
      ask(pair.question);
      ASSERT_FALSE(hear(flipped)) << "bit " << bit;
      EXPECT_EQ(rtu_.give_up(), ModbusHeard::Damaged);
    }
  }
}

TEST_F(Rtu, NeverTakesAnAnswerWithOneBitFlippedOrCut) {
  for (const auto& [question, answer] :
       {std::pair{kAskCurrent, kCurrent}, std::pair{kAskVoltage, kVoltage}, std::pair{kAskCurrent, kHole}}) {
    const ModbusBytes whole = from_hex(answer);
    for (std::size_t bit = 0; bit < 8 * whole.size(); ++bit) {
      ModbusBytes flipped = whole;
      flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
      ask(from_hex(question));
      ASSERT_FALSE(hear(flipped)) << answer << " bit " << bit;
      EXPECT_EQ(rtu_.give_up(), ModbusHeard::Damaged);
    }
    for (std::size_t length = 0; length < whole.size(); ++length) {
      ask(from_hex(question));
      ASSERT_FALSE(hear(std::span{whole}.first(length))) << answer << " cut at " << length;
      rtu_.give_up();
    }
    ask(from_hex(question));
    EXPECT_TRUE(hear(whole)) << "nothing of those before is left";
  }
}

TEST_F(Rtu, StripsExactlyTheEchoOfWhatWasSent) {
  for (int times = 0; times < 2; ++times) {
    ask(from_hex(kAskCurrent));
    EXPECT_EQ(hear(joined(from_hex(kAskCurrent), from_hex(kCurrent))), from_hex("04 04 FEA7 FFFF"));
  }
  ask(from_hex(kAskCurrent));
  EXPECT_EQ(hear(from_hex(kCurrent)), from_hex("04 04 FEA7 FFFF")) << "and the adapter was changed for another";
}

TEST_F(Rtu, RejectsTheLateAnswerOfThePreviousQuestion) {
  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(from_hex(kCurrent))) << "two registers, asked for one";
  EXPECT_EQ(hear(from_hex(kVoltage)), from_hex("04 02 0540"));

  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(with_crc("02 04 02 0540"))) << "another unit";
  EXPECT_FALSE(hear(with_crc("01 03 02 0540"))) << "another function";
  EXPECT_FALSE(hear(with_crc("01 83 02"))) << "another function's exception";
  EXPECT_FALSE(hear(with_crc("01 04 04 0540"))) << "a byte count that is not the question's";
  EXPECT_EQ(hear(from_hex(kVoltage)), from_hex("04 02 0540"));
}

TEST_F(Rtu, TakesWhatTheDeviceRefuses) {
  ask(from_hex(kAskVoltage));
  EXPECT_EQ(hear(from_hex(kHole), 1), from_hex("84 02"));
}

TEST_F(Rtu, TakesNothingUnasked) {
  EXPECT_FALSE(hear(from_hex(kVoltage)));
  ask(from_hex(kAskVoltage));
  EXPECT_TRUE(hear(from_hex(kVoltage)));
  EXPECT_FALSE(hear(from_hex(kVoltage)));
  ask(from_hex(kAskVoltage));
  rtu_.give_up();
  EXPECT_FALSE(hear(from_hex(kVoltage)));
}

TEST_F(Rtu, FindsTheAnswerBehindADamagedOne) {
  ask(from_hex(kAskVoltage));
  EXPECT_EQ(hear(from_hex("01 04 02 0541 BB90 01 04 02 0540 BB90"), 1), from_hex("04 02 0540"));
  EXPECT_EQ(rtu_.bad_frames(), 1U);
}

TEST_F(Rtu, TellsSilenceFromDamage) {
  ask(from_hex(kAskVoltage));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Nothing);
  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(from_hex(kAskVoltage)));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Nothing) << "an echo is nobody";
  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(from_hex("00")));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Nothing) << "a line that is let go of";
  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(from_hex("01 04 02 0541 BB90")));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Damaged);
  ask(from_hex(kAskCurrent));
  EXPECT_FALSE(hear(from_hex("01 04 04 FEA7 FF")));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Damaged) << "half an answer";
}

TEST_F(Rtu, TheEchoOfAWriteIsNoConfirmation) {
  const ModbusBytes write = with_crc("01 05 0002 FF00");
  EXPECT_FALSE(rtu_.knows_echo());
  ask(from_hex(kAskVoltage));
  EXPECT_TRUE(hear(joined(from_hex(kAskVoltage), from_hex(kVoltage))));
  EXPECT_TRUE(rtu_.knows_echo());

  ask(write);
  EXPECT_FALSE(hear(write));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Nothing);
  ask(write);
  EXPECT_EQ(hear(joined(write, write), 1), pdu_of(write));
  ask(write);
  const ModbusBytes part{write.begin() + 3, write.end()};
  EXPECT_EQ(hear(joined(part, write), 1), pdu_of(write)) << "the echo came without its beginning";
}

TEST_F(Rtu, WithoutAnEchoTheFirstCopyConfirmsAWrite) {
  const ModbusBytes write = with_crc("01 06 0002 0007");
  ask(from_hex(kAskVoltage));
  EXPECT_TRUE(hear(from_hex(kVoltage)));
  ask(write);
  EXPECT_EQ(hear(write, 1), pdu_of(write));
  EXPECT_TRUE(rtu_.knows_echo());
}

TEST_F(Rtu, ADeadLineTellsNothingOfItsEcho) {
  const ModbusBytes write = with_crc("01 06 0002 0007");
  ask(from_hex(kAskVoltage));
  rtu_.give_up();
  EXPECT_FALSE(rtu_.knows_echo());
  ask(write);
  EXPECT_FALSE(hear(write)) << "the line is back, and it has one";
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::OneCopy);
  EXPECT_FALSE(rtu_.knows_echo()) << "it may have been the device";

  ask(from_hex(kAskVoltage));
  EXPECT_FALSE(hear(from_hex(kAskVoltage), 1));
  rtu_.give_up();
  EXPECT_TRUE(rtu_.knows_echo()) << "the echo of a read is nothing else";
  ask(write);
  EXPECT_FALSE(hear(write));
  EXPECT_EQ(rtu_.give_up(), ModbusHeard::Nothing);

  ask(write);
  rtu_.give_up();
  EXPECT_FALSE(rtu_.knows_echo()) << "a line that is dead altogether";
}

TEST_F(Rtu, TwoCopiesConfirmAWriteWhereverTheyCome) {
  const ModbusBytes write = with_crc("01 05 0002 FF00");
  ask(write);
  EXPECT_EQ(hear(joined(write, write), 1), pdu_of(write));
  EXPECT_FALSE(rtu_.has_no_echo());
  ask(write);
  EXPECT_FALSE(hear(write)) << "and the echo was learnt";
}

TEST_F(Rtu, AnAnswerThatIsTheBeginningOfItsQuestionIsTakenWhereThereIsNoEcho) {
  const ModbusBytes question = question_like_an_answer();
  ASSERT_EQ(question.size(), 8U);
  const ModbusBytes answer{question.begin(), question.begin() + 7};
  ask(from_hex(kAskVoltage));
  EXPECT_TRUE(hear(from_hex(kVoltage)));
  ask(question);
  EXPECT_EQ(hear(answer, 1), pdu_of(answer));
}

TEST_F(Rtu, AStormOfNoiseIsNotKept) {
  ask(from_hex(kAskVoltage));
  const ModbusBytes noise(100'000, std::byte{0x01});
  EXPECT_FALSE(hear(noise, 512));
  EXPECT_EQ(hear(from_hex(kVoltage)), from_hex("04 02 0540"));
}

TEST(ModbusAnswerSize, KnowsNoQuestionThatBreaksTheLimits) {
  for (const char* asked :
       {"", "03", "03 0000 0000", "03 0000 007E", "01 0000 07D1", "01 0000 0000", "10 0000 0001", "10 0000 0000 00",
        "10 0000 0002 04 0001", "2B 0E 01", "2B 0D 01 00", "07", "83 0000 0001", "05 0000 FF00 00", "10 00"}) {
    EXPECT_FALSE(is_modbus_question(from_hex(asked))) << asked;
    EXPECT_FALSE(modbus_answer_size(from_hex(asked), from_hex(""))) << asked;
  }
}

// --- TCP --------------------------------------------------------------------------------------------------------
class Tcp : public testing::Test {
 protected:
  // Transaction numbers count from 1.
  ModbusBytes ask() { return tcp_.ask(1, from_hex("04 3104 0001")); }
  std::optional<ModbusBytes> hear(std::string_view hex) { return tcp_.take(from_hex(hex)); }
  ModbusTcp tcp_;
};

TEST_F(Tcp, AsksAndTakesTheAnswerHoweverItIsCut) {
  EXPECT_EQ(ask(), from_hex("0001 0000 0006 01 04 3104 0001"));
  for (const char* crumb : {"00", "01 0000 00", "05 01 04 02 05"}) {
    EXPECT_FALSE(hear(crumb));
  }
  EXPECT_EQ(hear("40"), from_hex("04 02 0540"));
  EXPECT_FALSE(hear("0001 0000 0005 01 04 02 0540")) << "once";
}

TEST_F(Tcp, DropsLateAnswersAndKeepsTheStream) {
  (void)ask();
  EXPECT_EQ(tcp_.give_up(), ModbusHeard::Nothing);
  EXPECT_EQ(ask(), from_hex("0002 0000 0006 01 04 3104 0001"));
  EXPECT_EQ(hear("0001 0000 0005 01 04 02 0999 0002 0000 0003 01 84 0B"), from_hex("84 0B"));
  EXPECT_EQ(tcp_.bad_frames(), 0U);
}

TEST_F(Tcp, TakesNoAnswerOfAnotherUnitFunctionOrCount) {
  (void)ask();
  for (const char* frame :
       {"0001 0000 0005 02 04 02 0540", "0001 0000 0005 01 03 02 0540", "0001 0000 0007 01 04 04 0540 0000",
        "0001 0000 0005 01 04 04 0540", "0001 0000 0006 01 04 02 0540 00"}) {
    EXPECT_FALSE(hear(frame)) << frame;
  }
  EXPECT_EQ(tcp_.bad_frames(), 5U);
  EXPECT_EQ(tcp_.why_lost(), "");
  EXPECT_EQ(tcp_.give_up(), ModbusHeard::Damaged);
}

TEST_F(Tcp, GivesAConnectionUpThatSpeaksSomethingElse) {
  for (const char* start : {"0001 0001 0005", "0001 0000 0000", "0001 0000 0002", "0001 0000 00FF", "0001 0000 FFFF",
                            "48 54 54 50 2F 31"}) {
    ModbusTcp tcp;
    (void)tcp.ask(1, from_hex("04 3104 0001"));
    EXPECT_FALSE(tcp.take(from_hex(start)));
    EXPECT_EQ(tcp.why_lost(), "what comes is not Modbus") << start;
    EXPECT_FALSE(tcp.take(from_hex("0001 0000 0005 01 04 02 0540")));
  }
}

TEST_F(Tcp, GivesAConnectionUpWhoseFramesNeverEnd) {
  (void)ask();
  for (int i = 0; i < 32; ++i) {
    EXPECT_FALSE(hear("0777 0000 0005 01 04 02 0999"));
  }
  EXPECT_EQ(hear("0001 0000 0005 01 04 02 0540"), from_hex("04 02 0540")) << "some may come of others";
  EXPECT_FALSE(hear("0777 0000 0005 01 04 02 0999"));
  EXPECT_EQ(tcp_.why_lost(), "too many frames come that nobody asked for");
  EXPECT_EQ(tcp_.bad_frames(), 1U);
}

TEST_F(Tcp, LateAnswersOfEachQuestionAreNoFlood) {
  for (int i = 0; i < 100; ++i) {
    (void)ask();
    EXPECT_FALSE(hear("0777 0000 0005 01 04 02 0999"));
  }
  EXPECT_EQ(tcp_.why_lost(), "");
}

TEST(ModbusReadBack, ReadsWhatAWriteWroteAndNothingElse) {
  EXPECT_EQ(modbus_read_back(from_hex("05 0102 FF00")), from_hex("01 0102 0001"));
  EXPECT_EQ(modbus_read_back(from_hex("06 0102 0007")), from_hex("03 0102 0001"));
  EXPECT_TRUE(shows_written(from_hex("05 0102 FF00"), from_hex("01 01 01")));
  EXPECT_TRUE(shows_written(from_hex("05 0102 0000"), from_hex("01 01 FE")));
  EXPECT_TRUE(shows_written(from_hex("06 0102 0007"), from_hex("03 02 0007")));
  for (const char* answer : {"01 01 00", "81 02", "", "01", "01 02 01 00", "03 02 FF00"}) {
    EXPECT_FALSE(shows_written(from_hex("05 0102 FF00"), from_hex(answer))) << answer;
  }
  for (const char* answer : {"03 02 0008", "83 02", "", "03 02 07", "04 02 0007"}) {
    EXPECT_FALSE(shows_written(from_hex("06 0102 0007"), from_hex(answer))) << answer;
  }
}

}  // namespace
}  // namespace karkara
