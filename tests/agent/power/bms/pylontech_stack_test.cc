#include <gtest/gtest.h>

#include "tests/agent/power/bms/battery_line.h"
#include "tests/agent/power/bms/pylontech_packs.h"

namespace karkara::bms {
namespace {

FakeStack three_packs() {
  FakeStack stack;
  for (unsigned address = 2; address < 5; ++address) {
    stack.packs[address].serial.back() = static_cast<char>('0' + address);
  }
  return stack;
}

class PylontechStack : public ::testing::Test {
 protected:
  void SetUp() override {
    line.open();
    line.pass(std::chrono::seconds{5});  // from here on each look() ends within a rest
  }
  FakeStack stack = three_packs();
  BatteryLine line{BmsKind::Pylontech, [this](const Bytes& question) { return stack(question); }};
};

TEST_F(PylontechStack, IsOneBatteryOfAllPacksThatAnswer) {
  ASSERT_EQ(line.opened.size(), 1U);
  EXPECT_EQ(line.opened[0].baud, 9'600U);
  EXPECT_EQ(line.number("packs"), 3);
  EXPECT_NEAR(line.number("battery-amperes"), -7.5, 1e-9);
  EXPECT_NEAR(line.number("battery-volts"), 49.5, 1e-9);
  EXPECT_NEAR(line.number("battery-capacity"), 150, 1e-9);
  EXPECT_NEAR(line.number("battery-remaining"), 90, 1e-9);
  EXPECT_NEAR(line.number("state-of-charge"), 60, 1e-9);
  EXPECT_NEAR(line.number("battery-temperature"), 22, 1e-9);
  EXPECT_NEAR(line.number("board-temperature"), 25, 1e-9);
  EXPECT_NEAR(line.number("cell-spread"), 0.01, 1e-9);
  EXPECT_NEAR(line.number("charge-limit-amperes"), 75, 1e-9);
  EXPECT_EQ(line.number("cells"), 15);
  EXPECT_EQ(line.number("alarms"), 0);
  EXPECT_EQ(line.word("alarms"), "none");
  EXPECT_NEAR(line.number("pack-4-state-of-charge"), 60, 1e-9);
  EXPECT_EQ(line.value("battery-health"), Value{Absent::NotImplemented});
  EXPECT_EQ(line.device().product(), "Pylontech US2000C 1.7");
  EXPECT_EQ(line.device().trouble(), "");
}

TEST_F(PylontechStack, FindsAPackThatJoins) {
  stack.packs[5].serial = "HAREVOLT00000005";
  line.look();
  line.look();
  EXPECT_EQ(line.number("packs"), 4);
  EXPECT_NEAR(line.number("battery-capacity"), 200, 1e-9);
}

TEST_F(PylontechStack, TellsNoHalfSumsWhileAPackIsMissingAndThenDropsIt) {
  stack.packs.erase(3);
  const auto heard = line.device().heard_at();
  line.pass(std::chrono::seconds{9});
  EXPECT_EQ(line.number("packs"), 3);
  EXPECT_EQ(line.device().heard_at(), heard);
  line.look();
  line.look();
  EXPECT_EQ(line.number("packs"), 2);
  EXPECT_NEAR(line.number("battery-amperes"), -5.0, 1e-9);
  stack.packs[3] = {};
  for (int i = 0; i < 4; ++i) {
    line.look();
  }
  EXPECT_EQ(line.number("packs"), 3);
}

TEST_F(PylontechStack, KeepsTheLastLookWhileAllAreSilentAndItsTimeTellsTheAge) {
  const auto heard = line.device().heard_at();
  line.behind(silence);
  for (int i = 0; i < 5; ++i) {
    line.look();
  }
  EXPECT_EQ(line.device().heard_at(), heard);
  EXPECT_EQ(line.number("packs"), 3);
  EXPECT_EQ(line.device().trouble(), "no answer");
}

TEST_F(PylontechStack, AnotherPackAtTheSameAddressStartsAnew) {
  stack.packs[3].serial = "HAREVOLT0000ABCD";
  bool was_empty = false;
  for (int i = 0; i < 200; ++i) {
    line.pass(std::chrono::milliseconds{50});
    was_empty = was_empty || line.device().readings().empty();
  }
  EXPECT_TRUE(was_empty);
  EXPECT_EQ(line.number("packs"), 3);
}

TEST_F(PylontechStack, OtherCellsAtTheSameAddressStartAnew) {
  stack.packs[2].cells = 16;
  bool was_empty = false;
  for (int i = 0; i < 200; ++i) {
    line.pass(std::chrono::milliseconds{50});
    was_empty = was_empty || (line.device().readings().empty() && !line.device().heard_at());
  }
  EXPECT_TRUE(was_empty);
}

TEST_F(PylontechStack, AnEchoedQuestionIsNoAnswer) {
  stack.echoes = true;
  line.look();
  line.look();
  EXPECT_EQ(line.number("packs"), 3);
  EXPECT_EQ(line.number("charge-enabled"), 1);
  line.behind([](const Bytes& question) { return question; });
  const auto heard = line.device().heard_at();
  line.look();
  EXPECT_EQ(line.device().heard_at(), heard);
}

TEST_F(PylontechStack, ARefusedCommandIsNotImplementedAndNotAskedInEachLook) {
  for (auto& [address, pack] : stack.packs) {
    pack.knows_limits = false;
  }
  line.look();
  line.look();
  EXPECT_EQ(line.value("charge-limit-amperes"), Value{Absent::NotImplemented});
  EXPECT_EQ(line.number("packs"), 3);
  line.questions.clear();
  line.look();
  for (const Bytes& question : line.questions) {
    EXPECT_NE(std::string(reinterpret_cast<const char*>(question.data()) + 7, 2), "92");
  }
}

TEST_F(PylontechStack, AnAnswerOfAnotherAddressIsNotBelieved) {
  const auto heard = line.device().heard_at();
  line.behind([](const Bytes& /*question*/) { return FakeStack::answer(9, {}, 0x42); });
  line.look();
  line.look();
  EXPECT_EQ(line.device().heard_at(), heard);
}

TEST_F(PylontechStack, CellsOutsideOfAnyChemistryAreOutOfRange) {
  stack.packs[2].millivolts = 20;
  line.look();
  line.look();
  EXPECT_EQ(line.value("cell-volts-least"), Value{Absent::OutOfRange});
  EXPECT_EQ(line.value("cell-spread"), Value{Absent::OutOfRange});
}

}  // namespace
}  // namespace karkara::bms
