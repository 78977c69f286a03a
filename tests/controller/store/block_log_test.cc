#include "controller/store/block_log.h"

#include <gtest/gtest.h>

#include "tests/fakes/faulty_file_system.h"

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr WallTime kMorning{1'790'000'000s};  // 2026-09-21T14:13:20Z

StoredBlock block(std::uint64_t sequence, WallTime received = kMorning) {
  return {SiteId::parse("sadore").value(), sequence, received, "content " + std::to_string(sequence)};
}

std::vector<StoredBlock> read_day(FileSystem& files, const std::string& day) {
  std::vector<StoredBlock> blocks;
  const auto log = RecordLog::open(files, "/telemetry/" + day, 1U << 20U);
  for (std::uint64_t at = log->first(); at < log->next(); at = log->at_or_after(at + 1)) {
    blocks.push_back(decode_stored_block(log->read(at).value()).value());
  }
  return blocks;
}

TEST(BlockLog, KeepsBlocksAsReceivedByTheDayOfReceipt) {
  FaultyFileSystem files;
  {
    BlockLog log{files, "/telemetry"};
    ASSERT_TRUE(log.append(block(1)));
    ASSERT_TRUE(log.append(block(2, kMorning + 24h)));
    ASSERT_TRUE(log.append(block(3, kMorning + 24h)));
    ASSERT_TRUE(log.sync());
  }
  EXPECT_EQ(read_day(files, "2026-09-21"), (std::vector{block(1)}));
  EXPECT_EQ(read_day(files, "2026-09-22"), (std::vector{block(2, kMorning + 24h), block(3, kMorning + 24h)}));
}

TEST(BlockLog, WhatWasSyncedSurvivesAPowerCut) {
  std::mt19937 random{7};
  for (int round = 0; round < 50; ++round) {
    FaultyFileSystem files;
    {
      BlockLog log{files, "/telemetry"};
      ASSERT_TRUE(log.append(block(1)));
      ASSERT_TRUE(log.append(block(2)));
      ASSERT_TRUE(log.sync());
      ASSERT_TRUE(log.append(block(3)));
    }
    files.power_cut(random);
    const auto blocks = read_day(files, "2026-09-21");
    ASSERT_GE(blocks.size(), 2U);
    ASSERT_EQ(blocks[0], block(1));
    ASSERT_EQ(blocks[1], block(2));
  }
}

TEST(BlockLog, AFullDiskIsSaidAndRoomMakesItGoOn) {
  FaultyFileSystem files;
  BlockLog log{files, "/telemetry"};
  ASSERT_TRUE(log.append(block(1)));
  ASSERT_TRUE(log.sync());
  files.set_capacity(0);
  const bool refused = !log.append(block(2)) || !log.sync();
  EXPECT_TRUE(refused);
  EXPECT_FALSE(log.probe());
  files.set_capacity(1U << 20U);
  EXPECT_TRUE(log.probe());
  ASSERT_TRUE(log.append(block(2)));
  ASSERT_TRUE(log.sync());
  EXPECT_EQ(read_day(files, "2026-09-21").back(), block(2));
}

TEST(BlockLog, ABlockThatIsTooLargeIsTheBlocksOwnFault) {
  FaultyFileSystem files;
  BlockLog log{files, "/telemetry"};
  StoredBlock large = block(1);
  large.content.assign(BlockLog::kMostBlockBytes + 64, 'x');
  EXPECT_EQ(log.append(large).error().code, ErrorCode::InvalidArgument);
  large.content.resize(BlockLog::kMostBlockBytes);
  EXPECT_TRUE(log.append(large));
}

}  // namespace
}  // namespace karkara
