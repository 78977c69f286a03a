#include "agent/facts/traffic_canonical.h"

#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

ShaperClass leafy(std::uint64_t rate, std::uint32_t burst) {
  return {.minor = 33,
          .parent = 32,
          .rate = rate,
          .ceiling = rate,
          .burst = burst,
          .ceiling_burst = burst,
          .quantum = 1514,
          .priority = 3,
          .leaf = PfifoLeaf{100}};
}

TEST(TrafficCanonical, OrdinaryClassesStayWhatTheyAre) {
  for (const std::uint64_t rate : {8'000U, 64'000U, 625'000U, 6'250'000U, 12'500'000U}) {
    EXPECT_EQ(canonical(leafy(rate, 1600)), leafy(rate, 1600)) << rate;
  }
}

TEST(TrafficCanonical, IsAtRestAndNeverShortensABurst) {
  std::mt19937_64 random{7};
  for (int i = 0; i < 200'000; ++i) {
    const std::uint64_t rate = (random() >> (random() % 64)) % (1ULL << 40U);
    const auto burst = static_cast<std::uint32_t>(random() >> (32 + random() % 32));
    const ShaperClass once = canonical(leafy(rate, burst));
    ASSERT_EQ(canonical(once), once) << rate << " " << burst;
    if (const std::uint32_t ticks = burst_ticks(burst, once.rate); ticks != 0xffff'ffffU) {
      ASSERT_EQ(burst_ticks(once.burst, once.rate), ticks) << rate << " " << burst;
      ASSERT_GE(once.burst, burst) << rate << " " << burst;
    }
  }
}

TEST(TrafficCanonical, ABurstIsAtMost274Seconds) {
  EXPECT_EQ(canonical(leafy(1, 1'000'000)).burst, 274U);
}

TEST(TrafficCanonical, CodelsTimesAreAtRestAndRoundNumbersStay) {
  for (std::uint32_t time = 0; time < 100'000; ++time) {
    const std::uint32_t once = codel_time(time);
    ASSERT_EQ(codel_time(once), once);
    ASSERT_LE(time - std::min(time, once), 1U);
    const std::uint64_t units = time * 1000ULL / 1024;
    ASSERT_EQ(codel_time_of_dump(static_cast<std::uint32_t>(units * 1024 / 1000)), once) << "what the kernel dumps";
  }
  for (const std::uint32_t time : {5'000U, 15'000U, 20'000U, 50'000U, 100'000U, 700'000U}) {
    EXPECT_EQ(codel_time(time), time);
  }
}

TEST(TrafficCanonical, AnInnerClassHasNoShareOfARound) {
  ShaperClass inner = leafy(8'000, 1600);
  inner.leaf.reset();
  EXPECT_EQ(canonical(inner).quantum, 0U);
  EXPECT_EQ(canonical(inner).priority, 0U);
}

TEST(TrafficCanonical, WhatTheKernelRefusesBecomesTheLeastOfIt) {
  EXPECT_EQ(canonical(leafy(0, 1600)).rate, 1U);
  EXPECT_EQ(canonical(Framing{-14, 64}), (Framing{0, 64}));
  ShaperClass low = leafy(8'000, 1600);
  low.priority = 200;
  low.quantum = 0;
  EXPECT_EQ(canonical(low).priority, 7U);
  EXPECT_EQ(canonical(low).quantum, 1514U);
  const FqCodelLeaf fq_codel{
      .limit = 1, .memory_limit = 0xffff'ffff, .target = 1, .interval = 1, .flows = 1, .quantum = 1};
  EXPECT_EQ(std::get<FqCodelLeaf>(canonical(Leaf{fq_codel})).quantum, 256U);
  EXPECT_EQ(std::get<FqCodelLeaf>(canonical(Leaf{fq_codel})).memory_limit, 0x8000'0000U);
}

}  // namespace
}  // namespace karkara
