// What holds whatever happens, and a year of it.
#include <gtest/gtest.h>

#include <random>

#include "tests/agent/telemetry/village.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

TEST(TelemetryLaws, AfterATickTheNextDeadlineIsLater) {
  std::mt19937 random{3};
  TelemetryFeature feature{{.sample_interval = seconds{7}, .flush_interval = seconds{45}}, 1, Instant{seconds{1}}};
  Instant now{seconds{1}};
  for (int i = 0; i < 20'000; ++i) {
    now = now + std::chrono::milliseconds{random() % 30'000};
    switch (random() % 9) {
      case 0: (void)feature.on(SpoolFailed{"x", static_cast<SpoolDeed>(random() % 4)}, now); break;
      case 1: (void)feature.on(SpoolOpened{1, random() % 50 + 1, random() % 5, 5'000, 0}, now); break;
      case 2: (void)feature.on(BlockStored{random() % 100, random() % 9'000'000}, now); break;
      case 3: (void)feature.on(SessionOpened{1, {}, seconds{random() % 100}, random() % 100}, now); break;
      case 4: (void)feature.on(SessionClosed{}, now); break;
      case 5: (void)feature.on(FrameAcknowledged{FrameClass::Telemetry, random() % 100}, now); break;
      case 6: (void)feature.on(SpoolTrimmed{random() % 100, random() % 10, random() % 9'000'000}, now); break;
      case 7: (void)feature.on(BlockLoaded{random() % 100, {}}, now); break;
      default: (void)feature.add_samples({{SeriesId::AgentUptime, "", Value{1.0}}}, now, WallTime{}, false);
    }
    (void)feature.tick(now);
    ASSERT_GT(feature.next_deadline(), now) << i;
  }
}

// Sessions that come and go, controllers that receive and forget, power cuts; and, when the disk is bad, writing that
// fails or takes hours. At the end all is well again and the session stays open.
enum class Disk { Good, BadAfterStart, Bad };

class Troubles {
 public:
  Troubles(std::uint32_t seed, Disk disk) : random_{seed}, disk_{disk} {
    for (int i = 0; i < 400; ++i) {
      village.run(minutes{random_() % 40});
      step();
      reached_disk.insert(village.disk.blocks.begin(), village.disk.blocks.end());
    }
    village.disk.silent = village.disk.broken = false;
    village.controller.acknowledges = true;
    village.settle();
    village.run(hours{1});
    village.disconnect();
    village.connect();
    village.run(hours{2});
  }

  [[nodiscard]] std::size_t lost() const {
    std::size_t count = 0;
    for (const auto& [sequence, content] : reached_disk) {
      const auto at = village.controller.blocks.find(sequence);
      count += at == village.controller.blocks.end() || at->second != content ? 1 : 0;
    }
    return count;
  }

  Village village;
  std::map<std::uint64_t, std::vector<std::byte>> reached_disk;

 private:
  void step() {
    if (disk_ != Disk::Good) {
      village.disk.silent = random_() % 5 == 0;
      village.disk.broken = random_() % 6 == 0;
    }
    village.controller.acknowledges = random_() % 3 != 0;
    village.settle();
    switch (random_() % 6) {
      case 0: village.connect(); break;
      case 1: village.disconnect(); break;
      case 2: boot(); break;
      default: break;
    }
  }

  // What a life with a bad disk sent from memory, the next one learns from the controller: the count is right when the
  // disk can be read at start and each life has a session (docs/telemetry-block.md, "Numbers").
  void boot() {
    village.disk.silent = false;
    village.disk.broken = village.disk.broken && disk_ == Disk::Bad;
    village.boot();
    if (disk_ == Disk::BadAfterStart) {
      village.connect();
    }
  }

  std::mt19937 random_;
  Disk disk_;
};

TEST(TelemetryLaws, WithAGoodDiskEachBlockOnItReachesTheControllerUnderItsNumber) {
  for (std::uint32_t seed = 0; seed < 20; ++seed) {
    const Troubles troubles{seed, Disk::Good};
    EXPECT_GT(troubles.reached_disk.size(), 100U);
    EXPECT_EQ(troubles.lost(), 0U) << seed;
    EXPECT_EQ(troubles.village.controller.rewritten, 0U) << seed;
    EXPECT_EQ(troubles.village.dropped_in_all_lives(), 0) << seed;
    EXPECT_TRUE(troubles.village.disk.blocks.empty()) << seed;
  }
}

TEST(TelemetryLaws, WhatADiskThatGoesBadCostsIsCounted) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const Troubles troubles{seed, Disk::BadAfterStart};
    EXPECT_LE(static_cast<double>(troubles.lost()), troubles.village.dropped_in_all_lives()) << seed;
    EXPECT_EQ(troubles.village.controller.rewritten, 0U) << seed;
    EXPECT_TRUE(troubles.village.disk.blocks.empty()) << seed;
  }
}

TEST(TelemetryLaws, NoNumberEverStandsForTwoBlocksAtTheController) {
  for (std::uint32_t seed = 0; seed < 40; ++seed) {
    const Troubles troubles{seed, Disk::Bad};
    EXPECT_EQ(troubles.village.controller.rewritten, 0U) << seed;
    EXPECT_TRUE(troubles.village.disk.blocks.empty()) << seed;
  }
}

TEST(TelemetryLaws, AYearWithWeeksOfOutageLosesNothingThatFits) {
  Village village{{.sample_interval = minutes{1}, .flush_interval = minutes{15}}};
  for (int week = 0; week < 52; ++week) {
    if (week % 4 == 0) {
      village.connect();
    } else if (week % 4 == 1) {
      village.disconnect();  // three weeks without a controller
    }
    village.run(hours{24 * 7});
    ASSERT_LE(village.disk.bytes(), 4U << 20U);
  }
  village.disconnect();
  village.connect();
  EXPECT_EQ(village.controller.blocks.size(), 52U * 7 * 24 * 4);
  EXPECT_EQ(village.controller.rewritten, 0U);
  EXPECT_EQ(village.dropped(), 0);
  EXPECT_EQ(village.feature->blocks_held(), 0U);
  EXPECT_TRUE(village.notes.empty());
}

}  // namespace
}  // namespace karkara
