#include "agent/telemetry/telemetry_feature.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/agent/telemetry/village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;
using testing::ElementsAre;
using testing::SizeIs;

BlockContent content_of(const std::vector<std::byte>& bytes) {
  const auto content = decode_block(bytes);
  EXPECT_TRUE(content.ok()) << content.error().text;
  return *content;
}

TEST(Telemetry, MakesABlockOfFifteenSamplesEachQuarterOfAnHour) {
  Village village;
  village.run(hours{1});
  ASSERT_THAT(village.disk.blocks, SizeIs(4));
  const BlockContent second = content_of(village.disk.blocks.at(2));
  EXPECT_EQ(second.sequence, 2U);
  EXPECT_EQ(second.boot_id, 7U);
  EXPECT_EQ(second.offsets.size(), 15U);
  EXPECT_EQ(second.interval, minutes{1});
  EXPECT_EQ(second.first_at, (village.clock_base + seconds{100 + 16 * 60}));
  EXPECT_EQ(second.columns.size(), 4U);
  EXPECT_EQ(village.feature->first_unacknowledged_block(), 1U);
}

TEST(Telemetry, DatesTheMinutesBeforeTheClockWasSetRight) {
  Village village;
  const WallTime truth = village.clock_base;
  village.clock_base = WallTime{};
  village.clock_trusted = false;
  village.run(minutes{10});
  village.clock_base = truth;
  village.clock_trusted = true;
  village.run(minutes{5});
  const BlockContent block = content_of(village.disk.blocks.at(1));
  EXPECT_TRUE(block.clock_trusted);
  EXPECT_EQ(block.first_at, truth + seconds{160});
}

TEST(Telemetry, SaysWhenItsClockCannotBeTrusted) {
  Village village;
  village.clock_trusted = false;
  village.run(minutes{15});
  const BlockContent block = content_of(village.disk.blocks.at(1));
  EXPECT_FALSE(block.clock_trusted);
  EXPECT_EQ(block.first_since_boot, Instant{seconds{160}});
}

TEST(Telemetry, SendsAtOnceWhileTheSessionIsOpenAndForgetsWhatIsAcknowledged) {
  Village village;
  village.connect();
  village.run(hours{2});
  EXPECT_THAT(village.controller.blocks, SizeIs(8));
  EXPECT_THAT(village.disk.blocks, SizeIs(0));
  EXPECT_EQ(village.feature->first_unacknowledged_block(), 9U);
  EXPECT_EQ(village.feature->blocks_held(), 0U);
}

TEST(Telemetry, SendsOldestFirstAfterAnOutageAndFourAtATime) {
  Village village;
  village.run(hours{3});
  village.controller.acknowledges = false;
  village.connect();
  EXPECT_THAT(village.sent, ElementsAre(1, 2, 3, 4));
  village.give(FrameAcknowledged{FrameClass::Telemetry, 2});
  EXPECT_THAT(village.sent, ElementsAre(1, 2, 3, 4, 5, 6));
  EXPECT_EQ(village.disk.first(), 3U);
  village.give(FrameAcknowledged{FrameClass::Alarm, 6});
  EXPECT_EQ(village.disk.first(), 3U) << "another class has its own numbers";
}

TEST(Telemetry, SendsAgainWhatTheControllerDoesNotSayItHas) {
  Village village;
  village.run(hours{1});
  village.controller.acknowledges = false;
  village.connect();
  village.disconnect();
  village.sent.clear();
  village.controller.durable = 2;
  village.connect();
  EXPECT_THAT(village.sent, ElementsAre(3, 4));
  EXPECT_EQ(village.disk.first(), 3U);
}

TEST(Telemetry, AnAcknowledgementOfWhatWasNeverSentIsNotBelieved) {
  Village village;
  village.run(hours{3});
  village.controller.acknowledges = false;
  village.connect();
  village.give(FrameAcknowledged{FrameClass::Telemetry, 1'000'000});
  EXPECT_EQ(village.disk.first(), 5U) << "four were sent";
  village.disconnect();
  village.give(FrameAcknowledged{FrameClass::Telemetry, 8});
  EXPECT_EQ(village.disk.first(), 5U) << "no session, no acknowledgement";
}

TEST(Telemetry, AnAnswerFromDiskToAnEarlierSessionDoesNotSkipBlocks) {
  const Instant now{seconds{100}};
  TelemetryFeature feature{{}, 7, now};
  (void)feature.on(SpoolOpened{1, 9, 8, 5'000, 0}, now);
  (void)feature.on(SessionOpened{1, {}, {}, 0}, now);     // asks for 1
  (void)feature.on(BlockLoaded{1, {std::byte{1}}}, now);  // sends 1, asks for 2
  (void)feature.on(SessionClosed{"cut"}, now);            // 1 was not acknowledged
  (void)feature.on(SessionOpened{1, {}, {}, 0}, now);
  const Effects effects = feature.on(BlockLoaded{2, {std::byte{2}}}, now);
  ASSERT_EQ(effects.size(), 1U);
  const auto* load = std::get_if<LoadBlock>(&effects[0]);
  ASSERT_NE(load, nullptr) << "2 is not sent in front of 1";
  EXPECT_EQ(load->sequence, 1U);
}

TEST(Telemetry, TakesTheFlushIntervalThatTheControllerAsksFor) {
  Village village;
  village.flush_override = minutes{2};
  village.connect();
  village.run(minutes{20});
  EXPECT_THAT(village.controller.blocks, SizeIs(10));
  village.disconnect();
  village.flush_override = Duration{0};
  village.connect();
  village.run(minutes{60});
  EXPECT_LE(village.controller.blocks.size(), 15U) << "zero: the site's own again";
}

TEST(Telemetry, ABrokenDiskIsSaidOnceAndTriedAgainWithGrowingPauses) {
  Village village;
  village.disk.broken = true;
  village.run(hours{12});
  ASSERT_THAT(village.notes, SizeIs(1));
  EXPECT_EQ(village.notes[0].id, MessageId::SpoolTrouble);
  EXPECT_LT(village.stores, 90U);
  EXPECT_GT(village.stores, 48U);
  EXPECT_EQ(village.feature->blocks_held(), 48U) << "in memory";
  village.disk.broken = false;
  village.run(minutes{15});
  EXPECT_THAT(village.disk.blocks, SizeIs(49));
  EXPECT_EQ(village.dropped(), 0);
  village.disk.broken = true;
  village.run(hours{1});
  EXPECT_THAT(village.notes, SizeIs(2)) << "trouble anew is said anew";
}

TEST(Telemetry, ReachesTheControllerWithoutAnyDisk) {
  Village village;
  village.disk.broken = true;
  village.boot();  // it never opens
  village.controller.durable = 500;
  village.run(hours{1});
  village.connect();
  village.run(hours{1});
  EXPECT_THAT(village.controller.blocks, SizeIs(8));
  EXPECT_EQ(village.controller.blocks.begin()->first, 501U);
  village.disk.broken = false;
  village.run(hours{1});
  EXPECT_THAT(village.controller.blocks, SizeIs(12));
  EXPECT_EQ(village.controller.rewritten, 0U);
}

TEST(Telemetry, AReplacedDiskCountsOnFromWhatTheControllerHas) {
  Village village;
  village.controller.durable = 500;
  village.run(hours{1});
  EXPECT_EQ(village.disk.next, 5U) << "numbers that the controller would take for known ones";
  village.connect();
  village.run(hours{1});
  EXPECT_EQ(village.controller.blocks.begin()->first, 501U);
  EXPECT_THAT(village.controller.blocks, SizeIs(4));
  EXPECT_EQ(village.dropped(), 4) << "given up, and counted";
  EXPECT_THAT(village.disk.blocks, SizeIs(0));
}

TEST(Telemetry, AFullSpoolGivesUpTheOldestAndCountsThem) {
  Village village{{.spool_limit_bytes = 20'000}};
  village.run(hours{24 * 7});
  EXPECT_LE(village.disk.bytes(), 20'000U);
  EXPECT_GT(village.disk.bytes(), 17'000U);
  EXPECT_EQ(village.disk.blocks.rbegin()->first, 4U * 24 * 7);
  EXPECT_EQ(village.dropped() + static_cast<double>(village.disk.blocks.size()), 4 * 24 * 7);
}

TEST(Telemetry, MemoryIsBoundedWithNeitherDiskNorController) {
  Village village;
  village.disk.broken = true;
  village.run(hours{24 * 90});
  EXPECT_GT(village.dropped(), 0);
  EXPECT_EQ(village.dropped() + static_cast<double>(village.feature->blocks_held()), 4 * 24 * 90);
  EXPECT_LT(village.feature->blocks_held(), 5'000U);
}

TEST(Telemetry, AFlushOnRequestFinishesTheBlockAtOnce) {
  Village village;
  village.run(minutes{3});
  village.flush();
  EXPECT_EQ(content_of(village.disk.blocks.at(1)).offsets.size(), 3U);
  village.flush();
  EXPECT_THAT(village.disk.blocks, SizeIs(1)) << "nothing to store";
}

TEST(Telemetry, AChangedIntervalHoldsFromANewBlockOn) {
  Village village;
  village.run(minutes{5});
  village.configure({.sample_interval = seconds{10}, .flush_interval = minutes{1}});
  village.run(minutes{2});
  EXPECT_EQ(content_of(village.disk.blocks.rbegin()->second).interval, seconds{10});
}

TEST(Telemetry, ATornOrDamagedSpoolIsReported) {
  Village village;
  SpoolOpened event{3, 9, 6, 5'000, 77};
  event.damaged = {"2.log: a damaged record at byte 40"};
  village.give(event);
  EXPECT_THAT(village.notes, ElementsAre(Note{MessageId::SpoolRepaired, {{"bytes", "77"}}},
                                         Note{MessageId::SpoolDamaged, {{"file", event.damaged[0]}}}));
}

TEST(Telemetry, ADiskThatDoesNotAnswerForMinutesCountsAsBroken) {
  Village village;
  village.connect();
  village.disk.silent = true;
  village.run(minutes{16});
  EXPECT_THAT(village.sent, testing::IsEmpty()) << "not before it is on disk";
  village.run(minutes{2});
  EXPECT_THAT(village.sent, ElementsAre(1)) << "from memory";
  ASSERT_THAT(village.notes, SizeIs(1));
  EXPECT_EQ(village.notes[0].id, MessageId::SpoolTrouble);
}

}  // namespace
}  // namespace karkara
