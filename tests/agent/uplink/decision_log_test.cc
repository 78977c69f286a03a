#include "agent/uplink/decision_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

DecisionRecord record(Duration at, std::string state, std::string winner) {
  return {Instant{at}, {{"in.vsat.state", std::move(state)}, {"out.public", std::move(winner)}}};
}

TEST(DecisionLog, WritesALineThatPeopleCanRead) {
  EXPECT_EQ(decision_line(record(12'500ms, "up", "vsat")).value(), "at=12500000000 in.vsat.state=up out.public=vsat\n");
  EXPECT_EQ(decision_line({Instant{}, {{"why", "rain fade=3\n\\é"}}}).value(),
            "at=0 why=rain\\x20fade=3\\x0a\\x5c\\xc3\\xa9\n");
}

TEST(DecisionLog, GivesBackAnyRecord) {
  std::mt19937 random{8};
  for (int run = 0; run < 3'000; ++run) {
    DecisionRecord any{Instant{Duration{static_cast<std::int64_t>(random()) << (random() % 30)}}, {}};
    for (auto n = random() % 6; n > 0; --n) {
      std::string value;
      for (auto length = random() % 20; length > 0; --length) {
        value += static_cast<char>(random());
      }
      any.fields.emplace_back(std::string(1 + random() % 64, "az09._-"[random() % 7]), std::move(value));
    }
    std::string line = decision_line(any).value();
    ASSERT_EQ(line.find('\n'), line.size() - 1);
    line.pop_back();
    EXPECT_EQ(parse_decision(line).value(), any);
  }
}

TEST(DecisionLog, RefusesLinesThatItWouldNotWriteLikeThat) {
  for (const std::string_view line : {"", "at=", "at=x", "at=01", "at=+1", "at=99999999999999999999", "in=1 at=1",
                                      "at=1 ", "at=1  a=b", "at=1 a", "at=1 =b", "at=1 A=b", "at=1 a=\\", "at=1 a=\\x2",
                                      "at=1 a=\\x61", "at=1 a=\\x0A", "at=1 a=\\x+1", "at=1 a=\t"}) {
    EXPECT_FALSE(parse_decision(line).ok()) << line;
  }
}

TEST(DecisionLog, RefusesKeysAndSizesThatCannotBe) {
  EXPECT_FALSE(decision_line({Instant{}, {{"Two words", "x"}}}).ok());
  EXPECT_FALSE(decision_line({Instant{}, {{"", "x"}}}).ok());
  EXPECT_FALSE(decision_line({Instant{}, {{"x", std::string(kMostDecisionLine, 'x')}}}).ok());
  EXPECT_FALSE(parse_decision("at=1 x=" + std::string(kMostDecisionLine, 'x')).ok());
}

TEST(DecisionLog, KeepsTheNewestLinesWithinItsBytes) {
  DecisionLog log{200};
  for (int i = 0; i < 50; ++i) {
    ASSERT_TRUE(log.append(record(std::chrono::nanoseconds{i}, "up", "vsat")).ok());
    ASSERT_LE(log.text().size(), 200U);
    ASSERT_EQ(log.text().size(), log.bytes());
  }
  const DecisionsFound found = parse_decisions(log.text());
  EXPECT_THAT(found.refused, IsEmpty());
  EXPECT_THAT(found.records, SizeIs(log.size()));
  EXPECT_EQ(found.records.back().at, Instant{49ns});
  EXPECT_GE(log.size(), 3U);
}

TEST(DecisionLog, RefusesADecisionThatIsLargerThanItself) {
  DecisionLog log{60};
  ASSERT_TRUE(log.append(record(1s, "up", "vsat")).ok());
  EXPECT_FALSE(log.append(record(1s, std::string(100, 'x'), "vsat")).ok());
  EXPECT_EQ(log.size(), 1U);
}

TEST(DecisionLog, ReadsOnAfterADamagedLine) {
  const DecisionsFound found = parse_decisions("at=1 a=b\nat=2 a\nat=3 a=c\nat=4 a=d");
  EXPECT_THAT(found.refused, ElementsAre("line 2: 'a' is not KEY=VALUE"));
  EXPECT_THAT(found.records, SizeIs(3));
  EXPECT_THAT(parse_decisions(std::string(100'000, '\n')).refused, SizeIs(100));
}

TEST(DecisionLog, ReplaysToTheSameDecisionsAndTellsWhereNot) {
  const std::vector<DecisionRecord> recorded{record(1s, "up", "vsat"), record(2s, "down", "lte"),
                                             record(3s, "suspect", "vsat")};
  const auto decide = [](const DecisionRecord& given) {
    DecisionRecord made = given;
    EXPECT_EQ(given.fields.size(), 1U) << "what was decided is not given";
    made.fields.emplace_back("out.public", given.fields.front().second == "up" ? "vsat" : "lte");
    return made;
  };
  const auto divergences = replay(recorded, decide);
  ASSERT_THAT(divergences, SizeIs(1));
  EXPECT_EQ(divergences[0].index, 2U);
  EXPECT_EQ(divergences[0].recorded, "out.public=vsat");
  EXPECT_EQ(divergences[0].replayed, "out.public=lte");
}

}  // namespace
}  // namespace karkara
