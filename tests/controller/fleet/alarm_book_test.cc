#include "controller/fleet/alarm_book.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace karkara {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;

class AlarmBookTest : public testing::Test {
 protected:
  static WallTime wall(std::chrono::seconds at) { return WallTime{1'790'000'000s + at}; }
  std::optional<AlarmRecord> raise(std::chrono::seconds device, Fields fields = {}) {
    return book_.take({down_, true, wall(device), std::move(fields)}, site_, received_, next_id_);
  }
  std::optional<AlarmRecord> clear(std::chrono::seconds device) {
    return book_.take({down_, false, wall(device), {}}, site_, received_, next_id_);
  }

  AlarmSubject down_{"UPLINK_DOWN", "vsat"};
  SiteId site_ = SiteId::parse("sadore").value();
  WallTime received_ = wall(500s);
  std::uint64_t next_id_ = 7;
  AlarmBook book_;
};

TEST_F(AlarmBookTest, KeepsDeviceTimeAndReceiptTimeApart) {
  const auto opened = raise(10s, {{"why", "echo-lost"}});
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->id, 7U);
  EXPECT_EQ(opened->raised, wall(10s));
  EXPECT_EQ(opened->received, wall(500s));
  EXPECT_EQ(opened->fields, (Fields{{"why", "echo-lost"}}));
  const auto closed = clear(20s);
  ASSERT_TRUE(closed);
  EXPECT_EQ(closed->id, 7U);
  EXPECT_EQ(closed->cleared, wall(20s));
}

TEST_F(AlarmBookTest, AWholeHistorySentTwiceOpensNothingTwice) {
  raise(10s);
  clear(20s);
  raise(30s);
  EXPECT_FALSE(raise(10s));
  EXPECT_FALSE(clear(20s)) << "the old clear must not close the alarm of 30 s";
  EXPECT_FALSE(raise(30s));
  ASSERT_THAT(book_.active(), SizeIs(1));
  EXPECT_EQ(book_.active().begin()->second.raised, wall(30s));
  EXPECT_EQ(next_id_, 9U);
}

TEST_F(AlarmBookTest, AClearWithoutAnAlarmIsNothing) {
  EXPECT_FALSE(clear(20s));
}

TEST_F(AlarmBookTest, AClearFromAClockThatWentBackStillClears) {
  raise(10s);
  EXPECT_TRUE(clear(-1'700'000'000s));
}

TEST_F(AlarmBookTest, TheListOpensWhatItNamesAndTheSignalBringsTheDetailsLater) {
  const auto opened = book_.take_list({down_}, wall(100s), site_, received_, next_id_);
  ASSERT_THAT(opened, SizeIs(1));
  const auto amended = raise(40s, {{"why", "no carrier"}});
  ASSERT_TRUE(amended);
  EXPECT_EQ(amended->id, opened[0].id);
  EXPECT_EQ(amended->raised, wall(40s));
  EXPECT_FALSE(raise(40s));
}

TEST_F(AlarmBookTest, RepetitionsAreStillKnownAfterARestart) {
  raise(10s);
  const AlarmRecord closed = *clear(20s);
  book_ = AlarmBook{};
  book_.restore(closed);
  EXPECT_FALSE(raise(10s));
  EXPECT_TRUE(raise(30s));
}

TEST_F(AlarmBookTest, ASiteCannotOpenAlarmsWithoutEnd) {
  for (int i = 0; i < 1000; ++i) {
    book_.take({{"X" + std::to_string(i), ""}, true, wall(1s), {}}, site_, received_, next_id_);
  }
  EXPECT_THAT(book_.active(), SizeIs(AlarmBook::kMostActive));
}

}  // namespace
}  // namespace karkara
