#include "agent/devices/counter.h"

#include <gtest/gtest.h>

namespace karkara {
namespace {

using enum CounterStep;
using std::chrono::hours;
using std::chrono::seconds;

CounterLook look(int second, double value, std::optional<std::uint32_t> uptime = {}) {
  return {value, uptime, Instant{seconds{second}}};
}

Counter bytes(unsigned bits) {
  return Counter{counter_kind(bits, 1, "B")};
}

// As a charger has it: hundredths of kWh.
Counter energy(unsigned bits = 32) {
  return Counter{counter_kind(bits, 0.01, "kWh")};
}

TEST(Counter, BeginsWithWhatTheDeviceSays) {
  Counter counter = bytes(32);
  EXPECT_EQ(counter.on(look(0, 500, 100)), First);
  EXPECT_EQ(counter.on(look(60, 700, 6100)), Counted);
  EXPECT_EQ(counter.total(), 700);
}

TEST(Counter, AWrapIsCountedThrough) {
  Counter counter = bytes(32);
  counter.on(look(0, 4294967000, 1000));
  EXPECT_EQ(counter.on(look(60, 704, 7000)), Wrapped);
  EXPECT_EQ(counter.total(), 4294968000);
  Counter narrow{counter_kind(16, 1, "kWh")};
  narrow.on(look(0, 65535));
  EXPECT_EQ(narrow.on(look(3600, 1)), Wrapped);
  EXPECT_EQ(narrow.total(), 65537);
}

TEST(Counter, ARebootIsANewBaseAndNoTraffic) {
  Counter counter = bytes(32);
  counter.on(look(0, 3000000000, 900000));
  counter.on(look(60, 3000000100, 906000));
  EXPECT_EQ(counter.on(look(120, 5000, 4500)), Doubtful);
  EXPECT_EQ(counter.on(look(180, 6000, 10500)), Reset);
  EXPECT_EQ(counter.total(), 3000001100) << "what came since the device is up, and nothing of before";
}

TEST(Counter, ARebootIsSeenEvenWhenTheCounterIsAlreadyHigher) {
  Counter counter = bytes(32);
  counter.on(look(0, 1000, 900000));
  EXPECT_EQ(counter.on(look(60, 5000, 4500)), Doubtful);
}

TEST(Counter, TheWrapOfTheUptimeItselfIsNoReboot) {
  Counter counter = bytes(32);
  counter.on(look(0, 100, 4294966000));
  EXPECT_EQ(counter.on(look(60, 200, 4704)), Counted);
}

TEST(Counter, ADropThatImpliesMoreThanCanBeIsAReset) {
  Counter counter = energy();
  counter.on(look(0, 834.1));
  counter.on(look(60, 834.11));
  EXPECT_EQ(counter.on(look(70, 0)), Doubtful) << "10 kW do not fill 42 million kWh in ten seconds";
  EXPECT_EQ(counter.on(look(80, 0)), Reset);
  EXPECT_EQ(counter.on(look(3680, 0.5)), Counted);
  EXPECT_NEAR(counter.total(), 834.61, 1e-9);
}

TEST(Counter, WithoutAnUptimeOnlyWhatWasAboutToComeRoundWraps) {
  Counter counter = bytes(32);
  counter.on(look(0, 1000));
  counter.on(look(60, 1010));
  EXPECT_EQ(counter.on(look(120, 3)), Doubtful);
  counter = bytes(32);
  counter.on(look(0, 4294967290));
  EXPECT_EQ(counter.on(look(60, 4)), Wrapped);
}

TEST(Counter, ACountThatADeviceWritesDownOnceAnHourIsNoReset) {
  Counter counter{counter_kind(32, 1, "Wh")};
  int second = 0;
  for (int hour = 0; hour < 5; ++hour) {
    for (; second < 3600 * (hour + 1); second += 30) {
      EXPECT_NE(counter.on(look(second, 1000 + 276.0 * hour)), Doubtful) << second;
    }
  }
  EXPECT_EQ(counter.total(), 1000 + 276 * 4);
}

TEST(Counter, OneWildAnswerMovesNothing) {
  Counter counter = energy();
  counter.on(look(0, 834.1));
  counter.on(look(10, 834.11));
  for (const double wild : {0.0, 9000.0, 83.41, 42'949'672.95}) {
    EXPECT_EQ(counter.on(look(20, wild)), Doubtful) << wild;
    EXPECT_EQ(counter.on(look(30, 834.12)), Counted);
    EXPECT_NEAR(counter.total(), 834.12, 1e-9) << wild;
    counter = energy();
    counter.on(look(0, 834.1));
    counter.on(look(10, 834.11));
  }
}

TEST(Counter, AFirstAnswerThatWasWildIsForgotten) {
  Counter counter = energy();
  EXPECT_EQ(counter.on(look(0, 900'000)), First);
  EXPECT_EQ(counter.on(look(10, 834.1)), Doubtful);
  EXPECT_EQ(counter.on(look(20, 834.1)), First);
  EXPECT_NEAR(counter.total(), 834.1, 1e-9);
}

TEST(Counter, AChargersOwnRebootIsNoResetOfWhatItKeeps) {
  Counter counter = energy();
  counter.on(look(0, 834.1, 900000));
  EXPECT_EQ(counter.on(look(60, 834.11, 100)), Counted);
  EXPECT_EQ(counter.on(look(120, 1, 6100)), Doubtful);
}

TEST(Counter, ACountWithoutAWidthNeverComesRound) {
  Counter counter = bytes(64);
  counter.on(look(0, 5000, 1000));
  EXPECT_EQ(counter.on(look(60, 4000, 7000)), Doubtful);
  EXPECT_EQ(counter.on(look(120, 4100, 13000)), First);
}

TEST(Counter, LooksAtTheSameMomentOrBackwardsGainNothing) {
  Counter counter = bytes(32);
  counter.on(look(60, 5000, 1000));
  EXPECT_EQ(counter.on(look(60, 6000, 1000)), Doubtful);
  EXPECT_EQ(counter.on(look(0, 6000, 1000)), Doubtful);
  EXPECT_EQ(counter.total(), 5000);
}

TEST(Counter, GoesOnBehindARestart) {
  Counter counter = energy();
  counter.restore(834.1, 2834.1);
  EXPECT_EQ(counter.on(look(5, 850.6)), Counted) << "the days that the agent was off";
  EXPECT_NEAR(counter.total(), 2850.6, 1e-9);
  Counter other = energy();
  other.restore(834.1, 2834.1);
  EXPECT_EQ(other.on(look(5, 9834.1)), Doubtful) << "more than a week at full power";
  EXPECT_EQ(other.on(look(15, 9834.1)), Reset);
  EXPECT_NEAR(other.total(), 2834.1, 1e-9);
}

}  // namespace
}  // namespace karkara
