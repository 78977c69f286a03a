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
