#include "tests/lab/delay_line.h"

#include <gmock/gmock.h>

namespace karkara::lab {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;
using testing::SizeIs;

constexpr Instant kStart{100s};
DelayLine::Packet packet(std::size_t bytes, int mark = 0) {
  return DelayLine::Packet(bytes, static_cast<std::byte>(mark));
}

TEST(DelayLine, DeliversAfterTheBitsAndTheDelay) {
  DelayLine line{{.delay = 310ms, .bits_per_second = 2'000'000, .buffer = 1s}};
  line.put(packet(1000), kStart);  // 4 ms on the line
  EXPECT_EQ(line.next_deadline(), kStart + 314ms);
  EXPECT_THAT(line.take(kStart + 313ms), IsEmpty());
  EXPECT_THAT(line.take(kStart + 314ms), SizeIs(1));
  EXPECT_EQ(line.next_deadline(), Instant::max());
}

TEST(DelayLine, SpacesABurstByTheRateAndKeepsItsOrder) {
  DelayLine line{{.delay = 10ms, .bits_per_second = 8'000'000, .buffer = 1s}};
  for (int i = 0; i < 10; ++i) {
    line.put(packet(1000, i), kStart);
  }
  for (int i = 0; i < 10; ++i) {
    const auto due = line.take(kStart + 10ms + (i + 1) * 1ms);
    ASSERT_THAT(due, SizeIs(1));
    EXPECT_EQ(due[0][0], static_cast<std::byte>(i));
  }
}

TEST(DelayLine, DropsWhatWouldWaitLongerThanTheBufferHolds) {
  DelayLine line{{.delay = 0ms, .bits_per_second = 8'000'000, .buffer = 5ms}};
  for (int i = 0; i < 10; ++i) {
    line.put(packet(1000), kStart);  // 1 ms each: the seventh would wait 6 ms
  }
  EXPECT_EQ(line.counts().packets, 6U);
  EXPECT_EQ(line.counts().dropped_full, 4U);
  line.put(packet(1000), kStart + 6ms);
  EXPECT_EQ(line.counts().packets, 7U);
}

TEST(DelayLine, SwallowsEverythingWhileCutAlsoWhatIsUnderWay) {
  DelayLine line{{.delay = 300ms, .bits_per_second = 0, .buffer = 1s}};
  line.put(packet(100), kStart);
  line.cut();
  line.put(packet(100), kStart + 1ms);
  EXPECT_THAT(line.take(kStart + 1s), IsEmpty());
  EXPECT_EQ(line.counts().dropped_cut, 2U);
  line.heal();
  line.put(packet(100), kStart + 1s);
  EXPECT_THAT(line.take(kStart + 1300ms), SizeIs(1));
}

}  // namespace
}  // namespace karkara::lab
