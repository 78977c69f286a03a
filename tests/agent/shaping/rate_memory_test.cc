#include "agent/shaping/rate_memory.h"

#include <gtest/gtest.h>

#include "agent/uplink/checked_line.h"

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

const UplinkId kVsat = UplinkId::parse("vsat").value();
const UplinkId kLte = UplinkId::parse("lte").value();
constexpr Instant kStart{std::chrono::hours{1}};

TEST(RateMemory, ComesBackFromWhatItWrote) {
  RateMemory memory;
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{1'800'000}, kStart);
  memory.see(kVsat, LinkDirection::Up, BitsPerSecond{450'000}, kStart);
  memory.see(kLte, LinkDirection::Down, BitsPerSecond{7e6}, kStart);
  const auto persist = memory.tick(kStart);
  ASSERT_TRUE(persist);
  EXPECT_EQ(persist->key, RateMemory::kStateKey);

  RateMemory later;
  EXPECT_TRUE(later.restore(persist->bytes).empty());
  EXPECT_EQ(later.find(kVsat, LinkDirection::Down), BitsPerSecond{1'800'000});
  EXPECT_EQ(later.find(kVsat, LinkDirection::Up), BitsPerSecond{450'000});
  EXPECT_EQ(later.find(kLte, LinkDirection::Up), std::nullopt);
  EXPECT_EQ(later.state().bytes, persist->bytes);
}

TEST(RateMemory, KeepsTheCodingUnderWhichARateWasGood) {
  RateMemory memory;
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{1'800'000}, kStart, 2.25);
  memory.see(kLte, LinkDirection::Down, BitsPerSecond{7e6}, kStart);
  RateMemory later;
  EXPECT_TRUE(later.restore(memory.state().bytes).empty());
  EXPECT_EQ(later.efficiency_of(kVsat, LinkDirection::Down), 2.25);
  EXPECT_EQ(later.find(kVsat, LinkDirection::Down), BitsPerSecond{1'800'000});
  EXPECT_EQ(later.efficiency_of(kLte, LinkDirection::Down), std::nullopt);
  EXPECT_EQ(later.restore(with_check("r vsat down ff000 0")).size(), 1U);
  EXPECT_EQ(later.restore(with_check("r vsat down ff000 ffffff")).size(), 1U);
}

TEST(RateMemory, WritesOnlyWhatIsWorthItAndSeldom) {
  RateMemory memory;
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{2e6}, kStart);
  ASSERT_TRUE(memory.tick(kStart));
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{1.8e6}, kStart + seconds{10});
  EXPECT_EQ(memory.next_deadline(), Instant::max()) << "a tenth is no news";
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{1e6}, kStart + seconds{20});
  EXPECT_EQ(memory.next_deadline(), kStart + RateMemory::kPersistPause);
  EXPECT_FALSE(memory.tick(kStart + minutes{4}));
  const auto persist = memory.tick(kStart + minutes{5});
  ASSERT_TRUE(persist);
  EXPECT_GT(memory.next_deadline(), kStart + minutes{5});
}

TEST(RateMemory, OneDamagedLineTakesNoOtherWithIt) {
  RateMemory memory;
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{2e6}, kStart);
  memory.see(kLte, LinkDirection::Down, BitsPerSecond{3e6}, kStart);
  std::string text = memory.state().bytes;
  text[text.find("vsat")] = 'x';
  RateMemory later;
  EXPECT_EQ(later.restore(text).size(), 1U);
  EXPECT_EQ(later.find(kVsat, LinkDirection::Down), std::nullopt);
  EXPECT_EQ(later.find(kLte, LinkDirection::Down), BitsPerSecond{3e6});
}

TEST(RateMemory, RefusesImpossibleRatesAndNewerVersions) {
  RateMemory memory;
  EXPECT_EQ(memory.restore(with_check("r lte down 0")).size(), 1U);
  EXPECT_EQ(memory.restore(with_check("r lte down ffffffffffffffff")).size(), 1U);
  EXPECT_EQ(memory.restore(with_check("r lte sideways ff000")).size(), 1U);
  EXPECT_EQ(memory.restore(with_check("karkara-shaping-rates 2") + with_check("r lte down ff000")).size(), 1U);
  EXPECT_EQ(memory.find(kLte, LinkDirection::Down), std::nullopt);
  EXPECT_EQ(memory.restore(std::string(100'000, 'x')).size(), 1U);
  memory.see(kLte, LinkDirection::Down, BitsPerSecond{-5}, kStart);
  EXPECT_EQ(memory.find(kLte, LinkDirection::Down), std::nullopt);
}

TEST(RateMemory, ForgetsUplinksThatAreNotConfigured) {
  RateMemory memory;
  memory.see(kVsat, LinkDirection::Down, BitsPerSecond{2e6}, kStart);
  memory.see(kLte, LinkDirection::Down, BitsPerSecond{3e6}, kStart);
  memory.keep_only({kLte});
  EXPECT_EQ(memory.find(kVsat, LinkDirection::Down), std::nullopt);
  EXPECT_EQ(memory.find(kLte, LinkDirection::Down), BitsPerSecond{3e6});
}

}  // namespace
}  // namespace karkara
