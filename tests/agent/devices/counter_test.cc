#include "agent/devices/counter.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

constexpr double kFastEthernet = 100e6 / 8;

CounterLook look(int second, std::uint64_t value, std::uint32_t uptime) {
  return {value, uptime, Instant{std::chrono::seconds{second}}};
}

TEST(Counter, SaysNothingAtTheFirstLook) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  EXPECT_FALSE(counter.on(look(0, 500, 100)));
  EXPECT_EQ(counter.on(look(60, 700, 6100)), 200U);
}

TEST(Counter, AWrapOf32BitsIsCountedThrough) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  counter.on(look(0, 4294967000, 1000));
  EXPECT_EQ(counter.on(look(60, 704, 7000)), 1000U);
}

TEST(Counter, ARebootIsANewBaseAndNoTraffic) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  counter.on(look(0, 3000000000, 900000));
  EXPECT_FALSE(counter.on(look(60, 5000, 4500)));
  EXPECT_EQ(counter.on(look(120, 6000, 10500)), 1000U);
}

TEST(Counter, ARebootIsSeenEvenWhenTheCounterIsAlreadyHigher) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  counter.on(look(0, 1000, 900000));
  EXPECT_FALSE(counter.on(look(60, 5000, 4500)));
}

TEST(Counter, TheWrapOfTheUptimeItselfIsNoReboot) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  counter.on(look(0, 100, 4294966000));
  EXPECT_EQ(counter.on(look(60, 200, 4704)), 100U);
}

TEST(Counter, ADropThatImpliesMoreThanTheLinkCarriesIsAReset) {
  Counter counter{CounterWidth::Bits32, 1e6};
  counter.on(look(0, 3000000000, 1000));
  EXPECT_FALSE(counter.on(look(60, 5000, 7000)));  // 1.3 GB in a minute
}

TEST(Counter, A64BitCounterNeverWraps) {
  Counter counter{CounterWidth::Bits64, kFastEthernet};
  counter.on(look(0, 5000, 1000));
  EXPECT_FALSE(counter.on(look(60, 4000, 7000)));
  EXPECT_EQ(counter.on(look(120, 4100, 13000)), 100U);
}

TEST(Counter, LooksAtTheSameMomentSayNothing) {
  Counter counter{CounterWidth::Bits32, kFastEthernet};
  counter.on(look(0, 5000, 1000));
  EXPECT_FALSE(counter.on(look(0, 6000, 1000)));
}

}  // namespace
}  // namespace karkara
