#include "agent/site/alarm_book.h"

#include <gmock/gmock.h>

namespace karkara {
namespace {

const AlarmKey kVsatDown{MessageId::UplinkDown, "vsat"};

TEST(AlarmBook, TurnsWhatHoldsIntoChanges) {
  AlarmBook book;
  EXPECT_FALSE(book.set({kVsatDown, false, {}}, WallTime{})) << "it was never raised";
  const auto raised = book.set({kVsatDown, true, {{"why", "no carrier"}}}, WallTime{});
  ASSERT_TRUE(raised);
  EXPECT_EQ(raised->sequence, 1U);
  EXPECT_FALSE(book.set({kVsatDown, true, {}}, WallTime{}));
  const auto cleared = book.set({kVsatDown, false, {}}, WallTime{});
  ASSERT_TRUE(cleared);
  EXPECT_EQ(cleared->sequence, 2U);
  EXPECT_FALSE(cleared->change.raised);
}

TEST(AlarmBook, ANewSessionHearsWhatTheLastOneDidNotAcknowledge) {
  AlarmBook book;
  book.set({kVsatDown, true, {}}, WallTime{});
  book.set({kVsatDown, false, {}}, WallTime{});
  book.set({kVsatDown, true, {}}, WallTime{});
  book.acknowledged(1);
  const auto again = book.restart_session();
  ASSERT_EQ(again.size(), 2U);
  EXPECT_EQ(again[0].sequence, 1U);
  EXPECT_FALSE(again[0].change.raised);
  EXPECT_TRUE(again[1].change.raised);
}

TEST(AlarmBook, WeeksWithoutAControllerDoNotFillTheMemory) {
  AlarmBook book;
  for (int i = 0; i < 10'000; ++i) {
    book.set({kVsatDown, i % 2 == 0, {}}, WallTime{});
  }
  EXPECT_LE(book.unacknowledged(), 256U);
  book.set({kVsatDown, true, {}}, WallTime{});
  EXPECT_THAT(book.active_keys(), testing::ElementsAre(kVsatDown));
}

}  // namespace
}  // namespace karkara
