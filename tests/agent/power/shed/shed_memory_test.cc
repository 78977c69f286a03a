#include "agent/power/shed/shed_memory.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

TEST(ShedMemory, ReadsWhatItWrote) {
  for (const StageMemory& memory : {StageMemory{}, StageMemory{3, "vsat"}}) {
    const auto read = stage_memory_from(to_text(memory));
    ASSERT_TRUE(read.ok());
    EXPECT_EQ(*read, memory);
  }
  EXPECT_EQ(*end_memory_from(to_text(EndMemory{7})), EndMemory{7});
}

TEST(ShedMemory, ReadsTheLastWordAndTheTroubleOfTheWakeUp) {
  const LastWord word{WallTime{std::chrono::microseconds{1'790'000'000'123'456}}, "11.30 V", "in 5 h by '/sbin/rtc'"};
  const auto read = last_word_from(to_text(word));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(*read, word);
  EXPECT_EQ(last_word_from(to_text(LastWord{}))->at, std::nullopt) << "it did not know the time";
  const WakeTrouble trouble{mark_of({"/sbin/rtc", "{seconds}"}), "no /dev/rtc0"};
  EXPECT_EQ(*wake_trouble_from(to_text(trouble)), trouble);
  EXPECT_NE(mark_of({"/sbin/rtc", "-m", "no"}), mark_of({"/sbin/rtc", "-m no"}));
  const std::string text = to_text(word);
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(last_word_from(text.substr(0, i)).ok()) << i;
  }
}

// What a program printed is put beside tabs and ends of lines.
TEST(ShedMemory, WordsOfProgramsBreakNoLineAndHaveABound) {
  const auto read = last_word_from(to_text(LastWord{std::nullopt, "a\tb\nc", std::string(5'000, 'x')}));
  ASSERT_TRUE(read.ok());
  EXPECT_EQ(read->why, "a b c");
  EXPECT_EQ(read->wake.size(), LastWord::kMostWords);
  EXPECT_EQ(wake_trouble_from(to_text(WakeTrouble{1, "x\ny"}))->why, "x y");
}

TEST(ShedMemory, RefusesEveryTornOrChangedLineWhole) {
  const std::string text = to_text(StageMemory{3, "vsat"});
  for (std::size_t i = 0; i < text.size(); ++i) {
    EXPECT_FALSE(stage_memory_from(text.substr(0, i)).ok()) << i;
    std::string changed = text;
    changed[i] = static_cast<char>(changed[i] ^ 1);
    EXPECT_FALSE(stage_memory_from(changed).ok()) << i;
  }
}

TEST(ShedMemory, RefusesTheOtherKindOfLineAndWhatIsImpossible) {
  EXPECT_FALSE(stage_memory_from(to_text(EndMemory{1})).ok());
  EXPECT_FALSE(end_memory_from(to_text(StageMemory{})).ok());
  EXPECT_FALSE(stage_memory_from(to_text(StageMemory{0, "vsat"})).ok());
  EXPECT_FALSE(stage_memory_from(to_text(StageMemory{2, ""})).ok());
  EXPECT_FALSE(stage_memory_from(to_text(StageMemory{2'000, "vsat"})).ok());
  EXPECT_FALSE(stage_memory_from(to_text(StageMemory{2, "No Name"})).ok());
}

}  // namespace
}  // namespace karkara
