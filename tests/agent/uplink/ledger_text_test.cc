#include "agent/uplink/ledger_text.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <limits>
#include <random>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

KeyUsage usage_of(std::string key, std::uint64_t bytes) {
  KeyUsage usage;
  usage.key = std::move(key);
  usage.day = 20'529;
  usage.today = {bytes, bytes / 10};
  usage.days_before = {1, 2, 3, 4, 5, 6, 7};
  usage.cycle_start = 1'772'319'600;
  usage.cycle = {2 * bytes, bytes};
  return usage;
}

KeyUsage largest(std::size_t n) {
  KeyUsage usage;
  usage.key = std::string(38, 'k') + std::to_string(10 + n);
  usage.day = (std::int64_t{1} << 33) / 86'400;
  const Traffic most{kMostTraffic, kMostTraffic};
  usage.today = usage.cycle = usage.previous = usage.undated = most;
  usage.days_before.fill(2 * kMostTraffic);
  usage.cycle_start = usage.previous_start = std::int64_t{1} << 33;
  usage.balance = Balance{std::int64_t{1} << 33, kMostTraffic, kMostTraffic};
  return usage;
}

MeterMark largest_meter(std::size_t n) {
  constexpr std::uint64_t kMost = std::numeric_limits<std::uint64_t>::max();
  return {UplinkId::parse(std::string(38, 'u') + std::to_string(10 + n)).value(),
          largest(n).key,
          {{kMost, std::numeric_limits<std::uint32_t>::max(), kMost, kMost},
           Instant{std::chrono::milliseconds{std::int64_t{1} << 43}}}};
}

TEST(LedgerText, GivesBackWhatWasWritten) {
  LedgerContent content;
  content.usage = {usage_of("vsat", 1'000), usage_of("89227010000000000017", 77)};
  content.usage[1].balance = Balance{1'772'400'000, 5'000, 300};
  content.meters = {{UplinkId::parse("lte").value(),
                     "89227010000000000017",
                     {{9, 4, 1ULL << 40U, 12}, Instant{std::chrono::milliseconds{123'456}}}}};
  const LedgerFound found = read_ledger(ledger_text(content).text);
  EXPECT_THAT(found.refused, IsEmpty());
  EXPECT_EQ(found.content, content);
}

TEST(LedgerText, HoldsEightKeysAndEightMetersOfTheLargestNumbersIn4KiB) {
  LedgerContent content;
  for (std::size_t n = 0; n < 8; ++n) {
    content.usage.push_back(largest(n));
    content.meters.push_back(largest_meter(n));
  }
  const LedgerWritten written = ledger_text(content);
  EXPECT_LE(written.text.size(), kLedgerBytes);
  EXPECT_EQ(written.left_out, 0U);
  EXPECT_EQ(read_ledger(written.text).content, content);
}

TEST(LedgerText, LeavesOutTheOldestKeysWhenThereAreTooMany) {
  LedgerContent content;
  for (std::size_t n = 0; n < 32; ++n) {
    content.usage.push_back(largest(n));
  }
  const LedgerWritten written = ledger_text(content);
  const auto kept = read_ledger(written.text).content.usage;
  EXPECT_LE(written.text.size(), kLedgerBytes);
  ASSERT_GE(kept.size(), 8U);
  EXPECT_EQ(kept.size() + written.left_out, 32U);
  EXPECT_EQ(kept.front().key, content.usage.front().key);
}

TEST(LedgerText, KeepsTheOtherLinesWhenOneIsTorn) {
  const std::string whole = ledger_text({{usage_of("vsat", 1'000), usage_of("lte", 77)}, {}}).text;
  const LedgerFound found = read_ledger(std::string_view{whole}.substr(0, whole.size() - 20));
  ASSERT_EQ(found.content.usage.size(), 1U);
  EXPECT_EQ(found.content.usage.front().key, "vsat");
  EXPECT_THAT(found.refused, ElementsAre("line 3: its checksum does not fit"));
}

TEST(LedgerText, RefusesANewerVersionAsAWhole) {
  std::string text = with_check("karkara-usage 2");
  text += ledger_text({{usage_of("vsat", 1'000)}, {}}).text;
  const LedgerFound found = read_ledger(text);
  EXPECT_EQ(found.content, LedgerContent{});
  EXPECT_THAT(found.refused, ElementsAre("line 1: it is a ledger of version 2, this agent reads version 1"));
}

TEST(LedgerText, RefusesForgedNumbersThatCarryAGoodChecksum) {
  const std::string header = with_check("karkara-usage 1");
  for (const std::string_view line :
       {"u vsat", "u vsat 5000 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "u vsat 503d fffffffffffffff 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "u two/words 503d 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "u vsat 503d 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 1",
        "u vsat 503d 00 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0", "u vsat 503d -1 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0 0",
        "m lte sim 9 1ffffffff 0 0 0", "m lte sim 9", "m UPPER sim 9 3 0 0 0", "x", ""}) {
    const LedgerFound found = read_ledger(header + with_check(line));
    EXPECT_EQ(found.refused.size(), 1U) << line;
    EXPECT_EQ(found.content, LedgerContent{}) << line;
  }
}

TEST(LedgerText, RefusesTheSecondOfTwoLinesForOneKey) {
  const std::string one = ledger_text({{usage_of("vsat", 1'000)}, {}}).text;
  const std::string two = ledger_text({{usage_of("vsat", 2)}, {}}).text;
  const LedgerFound found = read_ledger(one + two.substr(two.find('\n') + 1));
  EXPECT_THAT(found.refused, ElementsAre(HasSubstr("vsat is there twice")));
  EXPECT_EQ(found.content.usage.front().today.received, 1'000U);
}

TEST(LedgerText, ReadsNothingOutOfNothingAndRefusesFloods) {
  EXPECT_THAT(read_ledger("").refused, IsEmpty());
  EXPECT_THAT(read_ledger(std::string(1U << 20U, '\n')).refused, ElementsAre(HasSubstr("too many")));
}

}  // namespace
}  // namespace karkara
