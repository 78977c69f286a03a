// The small parts: what is remembered, and the daily caps.
#include <gtest/gtest.h>

#include "agent/cellular/cellular_memory.h"
#include "agent/cellular/recovery_ladder.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(DailyCaps, ADeedCountsForTwentyFourHoursOfRunningTime) {
  DailyCaps caps;
  const Instant noon{hours{12}};
  caps.spend(CappedDeed::Reset, noon);
  caps.spend(CappedDeed::Reset, noon + hours{10});
  EXPECT_EQ(caps.spent(CappedDeed::Reset, noon + hours{23}), 2U);
  EXPECT_EQ(caps.spent(CappedDeed::Reset, noon + hours{24}), 1U);
  EXPECT_EQ(caps.spent(CappedDeed::Reset, noon + hours{34}), 0U);
  EXPECT_EQ(caps.spent(CappedDeed::Reboot, noon), 0U);
}

TEST(DailyCaps, KeepsABoundedNumber) {
  DailyCaps caps;
  for (int i = 0; i < 1000; ++i) {
    caps.spend(CappedDeed::Reconnect, Instant{seconds{i}});
  }
  EXPECT_EQ(caps.times(CappedDeed::Reconnect).size(), DailyCaps::kMostKept);
  EXPECT_EQ(caps.times(CappedDeed::Reconnect).back(), Instant{seconds{999}});
}

CellularMemory full_memory(Instant now) {
  CellularMemory memory;
  memory.caps.spend(CappedDeed::Reset, now);
  memory.caps.spend(CappedDeed::Reset, now + hours{1});
  memory.caps.spend(CappedDeed::WeakSwitch, now + hours{2});
  memory.pin_attempts["8922700000000000001"] = PinAttempt{3, 0x8123'4567U, 1, true};
  memory.pin_attempts["2"] = PinAttempt{{}, 7, 2, false};
  memory.slots[1] = {"8922700000000000001", Dbm{-101.5}, now + hours{1}, SlotCause::Portal};
  memory.slots[1].balance = KeptBalance{125'000, 2'500'000'000U, std::chrono::year{2026} / 12 / 31, now + hours{2}};
  memory.slots[1].failures = 3;
  memory.slots[1].asked_at = now;
  memory.slots[1].proof = SimProof::NoNetwork;
  memory.slots[1].proof_at = now + hours{2};
  memory.slots[1].joined = 0xfeed'beefU;
  memory.slots[2] = {"", {}, {}, {}};
  memory.check = SpareCheck{1, 3, now + hours{2}};
  memory.slots[3] = {"8922700000000000003", {}, now + hours{2}, SlotCause::NewCycle};
  memory.slots[3].balance = KeptBalance{{}, 7, {}, now};
  return memory;
}

TEST(CellularMemory, SurvivesARebootAfterWhichTimeBeginsAtZero) {
  const Instant before{hours{100}};
  const CellularMemory memory = full_memory(before);
  const std::string text = memory.encode(before + hours{3});
  const Instant after{seconds{20}};
  const CellularMemory read = CellularMemory::decode(text, after);
  EXPECT_EQ(read.pin_attempts, memory.pin_attempts);
  EXPECT_EQ(read.caps.spent(CappedDeed::Reset, after), 2U);
  EXPECT_EQ(read.caps.spent(CappedDeed::Reset, after + hours{21}), 1U);
  EXPECT_EQ(read.slots.at(1).iccid, "8922700000000000001");
  EXPECT_EQ(read.slots.at(1).rsrp, Dbm{-101.5});
  EXPECT_EQ(after - *read.slots.at(1).left_at, hours{2});
  EXPECT_EQ(read.slots.at(1).left_for, SlotCause::Portal);
  EXPECT_EQ(read.slots.at(1).failures, 3U);
  EXPECT_EQ(after - *read.slots.at(1).asked_at, hours{3});
  EXPECT_EQ(read.slots.at(1).proof, SimProof::NoNetwork);
  EXPECT_EQ(after - *read.slots.at(1).proof_at, hours{1});
  EXPECT_EQ(read.slots.at(1).joined, 0xfeed'beefU);
  ASSERT_TRUE(read.check);
  EXPECT_EQ(read.check->home, 1U);
  EXPECT_EQ(read.check->spare, 3U);
  ASSERT_TRUE(read.slots.at(1).balance);
  EXPECT_EQ(read.slots.at(1).balance->hundredths, 125'000);
  EXPECT_EQ(read.slots.at(1).balance->bytes, 2'500'000'000U);
  EXPECT_EQ(read.slots.at(1).balance->valid_until, std::chrono::year{2026} / 12 / 31);
  EXPECT_EQ(after - read.slots.at(1).balance->read_at, hours{1});
  EXPECT_EQ(read.slots.at(2), (SlotRecord{"", {}, {}, {}}));
  EXPECT_EQ(read.slots.at(3).left_for, SlotCause::NewCycle);
  EXPECT_FALSE(read.slots.at(3).balance->hundredths);
  EXPECT_EQ(read.encode(after), text);
}

TEST(CellularMemory, OfADamagedTextTheReadableLinesAreKept) {
  const CellularMemory memory = CellularMemory::decode(
      "spent reset 5 x 99999999999999999999 -3\nslot 77 a b c d\npin 1 3\nspent reboot 60\nspent", Instant{});
  EXPECT_EQ(memory.caps.spent(CappedDeed::Reset, Instant{}), 1U);
  EXPECT_EQ(memory.caps.spent(CappedDeed::Reboot, Instant{}), 1U);
  EXPECT_TRUE(memory.slots.empty());
  EXPECT_TRUE(memory.pin_attempts.empty());
}

TEST(CellularMemory, ABalanceOfNoKnownCardOrWithoutSenseIsNoBalance) {
  const CellularMemory memory = CellularMemory::decode(
      "balance 1 5 100 100 -\nslot 1 8922700000000000001 - - -\nbalance 1 5 - - 2026-12-31\n"
      "balance 1 5 -100 99999999999999999999 -\nslot 2 - - - -\nbalance 2 5 100 - -\nbalance 9 5 100 - -\nbalance 1",
      Instant{});
  EXPECT_FALSE(memory.slots.at(1).balance);
  EXPECT_FALSE(memory.slots.at(2).balance);
  EXPECT_FALSE(CellularMemory::decode("slot 1 89227 - - -\nbalance 1 5 100 - 2026-02-31", Instant{})
                   .slots.at(1)
                   .balance->valid_until);
}

TEST(CellularMemory, WhatIsKnownOfACardFollowsItIntoAnotherSlotAndIsForgottenWithAnotherCard) {
  CellularMemory memory = full_memory(Instant{});
  const SlotRecord& moved = memory.card(2, "8922700000000000001");
  EXPECT_EQ(moved.balance->hundredths, 125'000);
  EXPECT_EQ(moved.asked_at, Instant{});
  EXPECT_FALSE(moved.left_at) << "that was the other slot";
  EXPECT_EQ(memory.slots.at(1), SlotRecord{});
  const SlotRecord& other = memory.card(3, "8922700000000000009");
  EXPECT_EQ(other.iccid, "8922700000000000009");
  EXPECT_FALSE(other.balance);
}

TEST(CellularMemory, KeepsRefusedPinsOfMoreCardsThanAMastSees) {
  CellularMemory memory;
  memory.remember_pin("8922700000000000000", PinAttempt{2, 1, 1, true});
  for (int card = 0; card < 100; ++card) {
    memory.remember_pin("89227000000000" + std::to_string(10'000 + card), PinAttempt{3, 1, 1, false});
  }
  EXPECT_EQ(memory.pin_attempts.size(), CellularMemory::kMostPins);
  EXPECT_TRUE(memory.pin_attempts.contains("8922700000000000000"));
}

TEST(CellularMemory, FitsIntoTheStateFileForFourBusyModems) {
  CellularMemory memory = full_memory(Instant{});
  memory.slots[2].iccid = memory.slots[1].iccid;
  for (std::size_t i = 0; i < kCappedDeeds; ++i) {
    for (int n = 0; n < 100; ++n) {
      memory.caps.spend(static_cast<CappedDeed>(i), Instant{minutes{n}});
    }
  }
  EXPECT_LT(4 * (memory.encode(Instant{hours{20}}).size() + 48), 16U * 1024);
}

TEST(RecoveryLadder, NextIsAboveWhatTheIncidentTriedAndStepsOverWhatIsNotAllowed) {
  RecoveryLadder ladder;
  const auto any = [](Rung) { return true; };
  EXPECT_EQ(ladder.next(Rung::Reconnect, Rung::Reboot, any), Rung::Reconnect);
  ladder.climb(Rung::RadioCycle, Instant{});
  EXPECT_EQ(ladder.next(Rung::Reconnect, Rung::Reboot, any), Rung::Reset);
  EXPECT_EQ(ladder.next(Rung::Reconnect, Rung::Reboot, [](Rung r) { return r != Rung::Reset; }), Rung::PowerCycle);
  EXPECT_EQ(ladder.next(Rung::Reconnect, Rung::RadioCycle, any), std::nullopt);
  ladder.end();
  EXPECT_FALSE(ladder.active());
  EXPECT_EQ(ladder.next(Rung::Reconnect, Rung::Reboot, any), Rung::Reconnect);
}

}  // namespace
}  // namespace karkara
