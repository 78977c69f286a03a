#include "agent/telemetry/block_builder.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

Instant at(int second) {
  return Instant{seconds{second}};
}
Sample rtt(const char* uplink, double value) {
  return {SeriesId::UplinkRtt, uplink, Value{value}};
}

TEST(BlockBuilder, ASeriesThatComesLateWasNotYetAndOneThatGoesIsStale) {
  BlockBuilder builder;
  builder.add({rtt("vsat", 0.6)}, at(60));
  builder.add({rtt("vsat", 0.7), rtt("lte", 0.1)}, at(120));
  builder.add({rtt("lte", 0.2)}, at(180));
  const BlockContent content = builder.take({at(180), WallTime{seconds{1'000'000}}, true}, seconds{60});
  ASSERT_EQ(content.columns.size(), 2U);
  EXPECT_EQ(content.columns[0].values, (std::vector<Value>{Absent::NotYet, 0.1, 0.2}));
  EXPECT_EQ(content.columns[1].values, (std::vector<Value>{0.6, 0.7, Absent::Stale}));
  EXPECT_TRUE(encode_block(content).ok());
  EXPECT_TRUE(builder.empty());
}

TEST(BlockBuilder, DatesSamplesByTheClockAsItIsKnownWhenTheBlockIsTaken) {
  BlockBuilder builder;
  builder.add({}, at(60));
  builder.add({}, Instant{milliseconds{120'004}});
  const BlockContent content = builder.take({at(130), WallTime{seconds{1'790'000'070}}, true}, seconds{60});
  EXPECT_EQ(content.first_at.seconds(), 1'790'000'000);
  EXPECT_EQ(content.first_since_boot, at(60));
  EXPECT_EQ(content.offsets, (std::vector<milliseconds>{milliseconds{0}, milliseconds{60'004}}));
}

TEST(BlockBuilder, TheLastOfTwoValuesOfOneNameCounts) {
  BlockBuilder builder;
  builder.add({rtt("vsat", 0.6), rtt("vsat", 0.7)}, at(60));
  const BlockContent content = builder.take({at(60), WallTime{}, false}, seconds{60});
  ASSERT_EQ(content.columns.size(), 1U);
  EXPECT_EQ(content.columns[0].values, std::vector<Value>{0.7});
}

TEST(BlockBuilder, NeverMakesWhatCannotBeEncoded) {
  BlockBuilder builder;
  for (int i = 0; i < 5'000; ++i) {
    builder.add({rtt(("u" + std::to_string(i)).c_str(), i), rtt("a b", 1), rtt(std::string(60, 'x').c_str(), 1)},
                at(i % 7 == 3 ? 0 : i));  // time that runs back is held
    if (builder.full()) {
      EXPECT_TRUE(encode_block(builder.take({at(i), WallTime{}, false}, seconds{1})).ok());
    }
  }
}

}  // namespace
}  // namespace karkara
