#include "common/host/record_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/common/host/record_log_story.h"

namespace karkara {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

constexpr std::uint64_t kSegment = 400;

class RecordLogTest : public testing::Test {
 protected:
  RecordLog open() {
    auto log = RecordLog::open(files_, "/log", kSegment);
    EXPECT_TRUE(log.ok()) << log.error().text;
    return std::move(log).value();
  }
  static void fill(RecordLog& log, std::uint64_t from, std::uint64_t to) {
    for (std::uint64_t sequence = from; sequence <= to; ++sequence) {
      ASSERT_TRUE(log.append(sequence, record_of(sequence)).ok());
    }
    ASSERT_TRUE(log.sync().ok());
  }
  FaultyFileSystem files_;
};

TEST_F(RecordLogTest, GivesBackEachRecordAlsoAfterItWasOpenedAgain) {
  {
    RecordLog log = open();
    EXPECT_EQ(log.first(), 1U);
    EXPECT_EQ(log.next(), 1U);
    fill(log, 1, 50);
  }
  EXPECT_THAT(files_.paths(), SizeIs(testing::Gt(5U))) << "several segments";
  const RecordLog log = open();
  EXPECT_EQ(log.records(), 50U);
  EXPECT_EQ(log.next(), 51U);
  EXPECT_TRUE(log.opening().damaged.empty());
  for (std::uint64_t sequence = 1; sequence <= 50; ++sequence) {
    EXPECT_EQ(*log.read(sequence), record_of(sequence));
  }
  EXPECT_EQ(log.read(51).error().code, ErrorCode::NotFound);
}

TEST_F(RecordLogTest, ForgetsFromTheFrontByWholeFiles) {
  RecordLog log = open();
  fill(log, 1, 50);
  const std::uint64_t before = log.bytes();
  ASSERT_TRUE(log.trim(30).ok());
  EXPECT_EQ(log.first(), 30U);
  EXPECT_EQ(log.records(), 21U);
  EXPECT_LT(log.bytes(), before * 6 / 10);
  EXPECT_EQ(log.read(29).error().code, ErrorCode::NotFound);
  EXPECT_EQ(log.at_or_after(3), 30U);
  ASSERT_TRUE(log.trim(10).ok()) << "asking for less than before is no change";
  EXPECT_EQ(log.first(), 30U);
}

TEST_F(RecordLogTest, NeverGivesANumberTwiceEvenWhenAllWasForgotten) {
  {
    RecordLog log = open();
    fill(log, 1, 50);
    ASSERT_TRUE(log.trim(51).ok());
    EXPECT_EQ(log.records(), 0U);
  }
  EXPECT_EQ(open().next(), 51U);
}

TEST_F(RecordLogTest, StaysSmallWhenEachRecordIsForgottenSoonAfter) {
  RecordLog log = open();
  for (std::uint64_t sequence = 1; sequence <= 2'000; ++sequence) {
    fill(log, sequence, sequence);
    ASSERT_TRUE(log.trim(sequence + 1).ok());
    ASSERT_LE(log.bytes(), 2 * kSegment);
    ASSERT_LE(files_.paths().size(), 2U);
  }
}

TEST_F(RecordLogTest, TakesGapsAndRefusesToGoBack) {
  RecordLog log = open();
  fill(log, 5, 5);
  fill(log, 1'000, 1'000);
  EXPECT_EQ(log.append(1'000, record_of(1)).error().code, ErrorCode::InvalidArgument);
  EXPECT_EQ(log.at_or_after(6), 1'000U);
  EXPECT_EQ(log.append(1'001, std::vector<std::byte>((1U << 20U) + 1)).error().code, ErrorCode::InvalidArgument);
  EXPECT_TRUE(log.append(1'001, std::vector<std::byte>(1U << 20U)).ok()) << "larger than a segment: one of its own";
  EXPECT_EQ(log.read(1'001)->size(), 1U << 20U);
}

TEST_F(RecordLogTest, ADamagedFileInTheMiddleCostsOnlyItsOwnRecords) {
  {
    RecordLog log = open();
    fill(log, 1, 50);
  }
  const std::string middle = files_.paths()[2];
  auto bytes = files_.content(middle);
  bytes.back() ^= std::byte{4};
  files_.put(middle, bytes);
  const RecordLog log = open();
  ASSERT_THAT(log.opening().damaged, SizeIs(1));
  EXPECT_THAT(log.opening().damaged[0], HasSubstr("a damaged record at byte"));
  EXPECT_EQ(log.opening().cut_bytes, 0U);
  EXPECT_GT(log.records(), 40U);
  EXPECT_LT(log.records(), 50U);
  EXPECT_EQ(*log.read(50), record_of(50));
  EXPECT_EQ(*log.read(1), record_of(1));
}

TEST_F(RecordLogTest, ReadingTellsWhenTheDiskNoLongerGivesBackWhatWasWritten) {
  RecordLog log = open();
  fill(log, 1, 3);
  auto bytes = files_.content(files_.paths()[0]);
  bytes.back() ^= std::byte{1};
  files_.put(files_.paths()[0], bytes);
  EXPECT_EQ(log.read(3).error().code, ErrorCode::DataLoss);
  files_.put(files_.paths()[0], {bytes.begin(), bytes.begin() + 30});
  EXPECT_EQ(log.read(3).error().code, ErrorCode::DataLoss);
  EXPECT_TRUE(log.append(4, record_of(4)).ok());
}

TEST_F(RecordLogTest, AFullDiskRefusesTheRecordAndKeepsTheOthers) {
  files_.set_capacity(1'000);
  RecordLog log = open();
  std::uint64_t sequence = 1;
  Status appended;
  while (appended.ok()) {
    appended = log.append(sequence, record_of(sequence));
    sequence += appended ? 1 : 0;
  }
  EXPECT_EQ(appended.error().code, ErrorCode::ResourceExhausted);
  EXPECT_EQ(log.next(), sequence) << "it is not in the log";
  ASSERT_TRUE(log.sync().ok());
  ASSERT_TRUE(log.trim(sequence / 2).ok()) << "giving up old ones makes room";
  EXPECT_TRUE(log.append(sequence, record_of(sequence)).ok());
  ASSERT_TRUE(log.sync().ok());
  const RecordLog again = open();
  EXPECT_EQ(*again.read(sequence), record_of(sequence));
  EXPECT_TRUE(again.opening().damaged.empty());
}

TEST_F(RecordLogTest, ForeignFilesInTheFolderAreLeftAlone) {
  files_.put("/log/README", {std::byte{1}});
  files_.put("/log/42.log", {std::byte{1}});
  files_.put("/log/00000000000000000001.log", std::vector<std::byte>(100));  // has our name, but is none of ours
  {
    RecordLog log = open();
    EXPECT_THAT(log.opening().damaged, SizeIs(1));
    EXPECT_EQ(log.next(), 2U);
    fill(log, 2, 3);
  }
  EXPECT_EQ(open().records(), 2U);
  EXPECT_EQ(files_.content("/log/README").size(), 1U);
  EXPECT_EQ(files_.content("/log/42.log").size(), 1U);
}

}  // namespace
}  // namespace karkara
