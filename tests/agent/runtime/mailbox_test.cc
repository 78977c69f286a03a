#include "agent/runtime/mailbox.h"

#include <gtest/gtest.h>

#include <atomic>
#include <thread>

namespace karkara {
namespace {

TEST(Mailbox, WakesTheLoopOnceForAQueueThatWasEmpty) {
  int woken = 0;
  Mailbox mailbox{[&] { ++woken; }};
  mailbox.push(StopAsked{});
  mailbox.push(StopAsked{});
  EXPECT_EQ(woken, 1);
  EXPECT_EQ(mailbox.take().size(), 2U);
  mailbox.push(StopAsked{});
  EXPECT_EQ(woken, 2);
}

TEST(Mailbox, TheLatestDumpReplacesOneThatStillWaits) {
  Mailbox mailbox{[] {}};
  mailbox.push(KernelSeen{});
  KernelSeen newer;
  newer.snapshot.links.emplace_back();
  mailbox.push(newer);
  const auto events = mailbox.take();
  ASSERT_EQ(events.size(), 1U);
  EXPECT_EQ(std::get<KernelSeen>(events[0]).snapshot.links.size(), 1U);
}

TEST(Mailbox, ACarrierThatFlappedIsToldInFull) {
  Mailbox mailbox{[] {}};
  for (const bool carrier : {true, false, true}) {
    Link link;
    link.index = 3;
    link.carrier = carrier;
    mailbox.push(LinkChanged{link});
  }
  EXPECT_EQ(mailbox.take().size(), 3U);
}

TEST(Mailbox, WhenFullDropsWhatIsSaidAgainAndNeverAnAnswer) {
  Mailbox mailbox{[] {}};
  for (std::size_t i = 0; i < Mailbox::kCapacity + 50; ++i) {
    mailbox.push(SerialBytes{});
  }
  EXPECT_EQ(mailbox.dropped(), 50U);
  mailbox.push(BatchDone{9, {}});
  const auto events = mailbox.take();
  EXPECT_EQ(std::get<BatchDone>(events.back()).id, 9U);
}

TEST(Mailbox, LosesNothingBetweenThreads) {
  constexpr int kThreads = 4;
  constexpr std::uint64_t kEach = 5'000;
  std::atomic<int> wakes = 0;
  Mailbox mailbox{[&] { ++wakes; }};
  std::uint64_t received = 0;
  {
    std::vector<std::jthread> threads;
    for (int t = 0; t < kThreads; ++t) {
      threads.emplace_back([&] {
        for (std::uint64_t i = 0; i < kEach; ++i) {
          mailbox.push(BatchDone{i, {}});
        }
      });
    }
    while (received < kThreads * kEach) {
      received += mailbox.take().size();
    }
  }
  EXPECT_EQ(received, kThreads * kEach);
  EXPECT_GT(wakes, 0);
}

}  // namespace
}  // namespace karkara
