#include "agent/mesh/radio_memory.h"

#include "tests/agent/mesh/radio_bench.h"

namespace karkara {
namespace {

const RadioMemories kTwo{{radio_id("village"), {{"wlan0", "wlan0-1"}, FormerPower{Dbm{17}}}},
                         {radio_id("north"), {{}, FormerPower{}}}};

TEST(RadioMemory, WhatIsWrittenIsReadAgain) {
  const auto read = radio_memories_from(to_text(kTwo));
  ASSERT_TRUE(read) << read.error().text;
  EXPECT_EQ(*read, kTwo);
}

TEST(RadioMemory, NothingIsRememberedOfNothing) {
  const auto read = radio_memories_from("");
  ASSERT_TRUE(read);
  EXPECT_TRUE(read->empty());
}

TEST(RadioMemory, ADamagedLineIsRefused) {
  const std::string whole = to_text(kTwo);
  for (std::size_t length = 1; length < whole.size(); ++length) {
    EXPECT_FALSE(radio_memories_from(whole.substr(0, length))) << length;
  }
  std::string other = whole;
  other[10] = 'x';
  EXPECT_EQ(radio_memories_from(other).error().code, ErrorCode::DataLoss);
}

}  // namespace
}  // namespace karkara
