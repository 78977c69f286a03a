#include "agent/uplink/link_meter.h"

#include <gtest/gtest.h>

#include <random>

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint64_t kWrap = std::uint64_t{1} << 32U;
constexpr std::uint64_t kGigabyte = 1'000'000'000;
constexpr LinkRate kLte{BitsPerSecond{100e6}, BitsPerSecond{50e6}};

Instant at(Duration since_boot) {
  return Instant{since_boot};
}
CounterReading reading(std::uint64_t received, std::uint64_t sent, std::uint32_t ifindex = 3, std::uint64_t boot = 7) {
  return {boot, ifindex, received, sent};
}

struct Seen {
  LinkMeter meter;
  explicit Seen(const CounterReading& first) { meter.on(first, kLte, at(seconds{100})); }
  Metered then(const CounterReading& next, Duration later) { return meter.on(next, kLte, at(seconds{100} + later)); }
};

TEST(LinkMeter, CountsNothingAtFirstSight) {
  LinkMeter meter;
  const Metered seen = meter.on(reading(5'000, 700), kLte, at(seconds{1}));
  EXPECT_EQ(seen.what, Metering::FirstSight);
  EXPECT_EQ(seen.delta, Traffic{});
}

TEST(LinkMeter, CountsWhatTheCountersGrewBy) {
  Seen link{reading(5'000, 700)};
  const Metered seen = link.then(reading(15'000, 900), seconds{1});
  EXPECT_EQ(seen.what, Metering::Grown);
  EXPECT_EQ(seen.delta, (Traffic{10'000, 200}));
}

TEST(LinkMeter, CountsARecreatedInterfaceFromZero) {
  Seen link{reading(900 * kGigabyte, kGigabyte)};
  const Metered seen = link.then(reading(3'000, 200, 4), seconds{30});
  EXPECT_EQ(seen.what, Metering::Recreated);
  EXPECT_EQ(seen.delta, (Traffic{3'000, 200}));
}

TEST(LinkMeter, CountsWhatFlowedSinceBootAfterAReboot) {
  Seen link{reading(8'000'000, 1'000'000)};
  const Metered seen = link.meter.on(reading(200'000'000, 4'000, 3, 8), kLte, at(seconds{20}));
  EXPECT_EQ(seen.what, Metering::Rebooted);
  EXPECT_EQ(seen.delta, (Traffic{200'000'000, 4'000}));
  EXPECT_EQ(link.meter.on(reading(600'000'000, 4'000, 3, 9), kLte, at(seconds{20})).what, Metering::Anomaly);
}

TEST(LinkMeter, CountsA32BitWrapWhileTheOtherDirectionGoesOn) {
  Seen link{reading(kWrap - 1'000, 70'000)};
  const Metered seen = link.then(reading(4'000, 71'000), seconds{5});
  EXPECT_EQ(seen.what, Metering::Wrapped);
  EXPECT_EQ(seen.delta, (Traffic{5'000, 1'000}));
}

TEST(LinkMeter, TakesADropOfBothDirectionsForAReset) {
  Seen link{reading(kWrap - 1'000, kWrap - 5'000)};
  const Metered seen = link.then(reading(4'000, 2'000), seconds{5});
  EXPECT_EQ(seen.what, Metering::Reset);
  EXPECT_EQ(seen.delta, (Traffic{4'000, 2'000}));
}

TEST(LinkMeter, TakesADropForAResetWhenAWrapWouldBeFasterThanTheLink) {
  Seen link{reading(1'000'000, 70'000)};  // to the wrap it is 4.29 GB: 5.7 minutes at 100 Mbit/s
  const Metered seen = link.then(reading(4'000, 71'000), seconds{60});
  EXPECT_EQ(seen.what, Metering::Reset);
  EXPECT_EQ(seen.delta, (Traffic{4'000, 1'000}));
}

TEST(LinkMeter, KnowsThatACounterBeyond32BitsDoesNotWrapThere) {
  Seen link{reading(kWrap + 1'000, 70'000)};
  EXPECT_EQ(link.then(reading(4'000, 71'000), hours{24}).what, Metering::Reset);
}

TEST(LinkMeter, DiscardsTheLiesOfFourEightAndTwentyFourGigabytes) {
  std::uint64_t lies = 0;
  for (const std::uint64_t lie : {4 * kGigabyte, 8 * kGigabyte, 24 * kGigabyte}) {
    Seen link{reading(10'000, 5'000)};
    const Metered seen = link.then(reading(10'000 + lie, 6'000), seconds{5});
    EXPECT_EQ(seen.what, Metering::Anomaly);
    EXPECT_EQ(seen.delta, Traffic{});
    lies += link.meter.anomalies();
  }
  EXPECT_EQ(lies, 3U);
}

TEST(LinkMeter, CountsWhatArrivesBeyondTheRateThatIsLetThrough) {
  const LinkRate said{BitsPerSecond{1'700'000}, BitsPerSecond{1'700'000}};
  LinkMeter meter;
  static_cast<void>(meter.on(reading(0, 0), said, at(seconds{0})));
  const Traffic arrived{15'000'000, 0};  // at 2 Mbit/s for a minute, of which a shaper drops a part
  EXPECT_EQ(meter.on(reading(arrived.received, 0), said, at(seconds{60})).delta, arrived);
}

TEST(LinkMeter, LosesNothingWhenOneReadingWasALie) {
  Seen link{reading(10'000, 5'000)};
  EXPECT_EQ(link.then(reading(24 * kGigabyte, 5'100), seconds{1}).what, Metering::Anomaly);
  EXPECT_EQ(link.then(reading(30'000, 6'000), seconds{2}).delta, (Traffic{20'000, 1'000}));
}

TEST(LinkMeter, GoesOnFromTheNewPlaceWhenACounterJumpedForGood) {
  Seen link{reading(10'000, 5'000)};
  EXPECT_EQ(link.then(reading(24 * kGigabyte, 5'100), seconds{1}).what, Metering::Anomaly);
  // An hour later the link could have carried the jump; it is not believed all the same.
  EXPECT_EQ(link.then(reading(24 * kGigabyte + 1'000, 5'200), hours{1}).delta, (Traffic{1'000, 100}));
  EXPECT_EQ(link.then(reading(24 * kGigabyte + 3'000, 5'200), hours{2}).delta, (Traffic{2'000, 0}));
}

TEST(LinkMeter, AllowsForReadingsThatAreALittleEarlyOrLate) {
  Seen link{reading(0, 0)};
  EXPECT_EQ(link.then(reading(2'600'000, 0), milliseconds{200}).what, Metering::Grown);
}

TEST(LinkMeter, CountsNothingImpossibleWhenTheKeptTimeLiesAhead) {
  LinkMeter meter{LinkMeter::Point{reading(0, 0), at(hours{9'000})}};
  EXPECT_EQ(meter.on(reading(20 * kGigabyte, 0), kLte, at(seconds{5})).what, Metering::Anomaly);
}

TEST(LinkMeter, CountsEveryByteOfAnyHonestTrafficIn32Or64Bits) {
  std::mt19937_64 random{1};
  for (int run = 0; run < 400; ++run) {
    const std::uint64_t modulus = run % 2 == 0 ? kWrap : 0;
    const auto shown = [modulus](std::uint64_t n) { return modulus == 0 ? n : n % modulus; };
    std::uint64_t received = random() % kWrap;
    std::uint64_t sent = random() % kWrap;
    const Traffic start{received, sent};
    Traffic counted;
    LinkMeter meter;
    Instant now{seconds{50}};
    std::uint64_t both_wrapped = 0;
    for (int step = 0; step < 300; ++step) {
      counted += meter.on(reading(shown(received), shown(sent)), kLte, now).delta;
      const milliseconds passed{random() % 30'000};
      now = now + passed;
      const auto ms = static_cast<std::uint64_t>(passed.count());
      const Traffic before{received, sent};
      received += ms * 12'500 * (random() % 100) / 100;
      sent += ms * 6'250 * (random() % 100) / 100;
      both_wrapped += before.received / kWrap != received / kWrap && before.sent / kWrap != sent / kWrap ? 1 : 0;
    }
    counted += meter.on(reading(shown(received), shown(sent)), kLte, now).delta;
    if (modulus == 0 || both_wrapped == 0) {
      EXPECT_EQ(counted, (Traffic{received - start.received, sent - start.sent})) << "run " << run;
    }
    EXPECT_LE(counted.total(), received + sent - start.total()) << "run " << run;
  }
}

TEST(LinkMeter, NeverCountsMoreThanFlowedWhenWideCountersStartAgain) {
  std::mt19937_64 random{2};
  for (int run = 0; run < 200; ++run) {
    std::uint32_t ifindex = 3;
    std::uint64_t received = kWrap;
    std::uint64_t sent = kWrap;
    std::uint64_t flowed = 0;
    std::uint64_t counted = 0;
    LinkMeter meter;
    Instant now{seconds{50}};
    meter.on(reading(received, sent), kLte, now);
    for (int step = 0; step < 200; ++step) {
      const std::uint64_t ms = random() % 10'000;
      now = now + milliseconds{ms};
      if (random() % 10 == 0) {
        received = sent = 0;
        ifindex += static_cast<std::uint32_t>(random() % 2);
      }
      const Traffic more{random() % (ms * 6'250 + 1), random() % (ms * 3'000 + 1)};
      received += more.received;
      sent += more.sent;
      flowed += more.total();
      counted += meter.on(reading(received, sent, ifindex), kLte, now).delta.total();
    }
    // A reset is taken for a wrap only when one direction overtook its old place: then at most as much as fits.
    EXPECT_LE(counted, flowed) << "run " << run;
  }
}

TEST(LinkMeter, NeverCountsMoreThanTwiceTheSaidRateWhateverTheCountersSay) {
  std::mt19937_64 random{3};
  const auto any = [&random]() -> std::uint64_t {
    switch (random() % 4) {
      case 0: return random();
      case 1: return random() % kWrap;
      case 2: return kWrap - random() % 1'000'000;
      default: return random() % 1'000'000;
    }
  };
  for (int run = 0; run < 500; ++run) {
    LinkMeter meter;
    Instant now{seconds{10}};
    double most = 2 * (100e6 + 50e6) / 8 * 10;
    std::uint64_t counted = 0;
    for (int step = 0; step < 100; ++step) {
      const milliseconds passed{random() % 20'000};
      now = now + passed;
      const CounterReading seen{7, 3 + static_cast<std::uint32_t>(random() % 2), any(), any()};
      counted += meter.on(seen, kLte, now).delta.total();
      most += 2 * (100e6 + 50e6) / 8 * (std::chrono::duration<double>(passed).count() + 1);
      ASSERT_LE(static_cast<double>(counted), most);
    }
  }
}

TEST(LinkMeter, TellsBootsApart) {
  EXPECT_NE(boot_mark("6f1c2f0e-1111-4b7a-9f00-000000000001"), boot_mark("6f1c2f0e-1111-4b7a-9f00-000000000002"));
}

}  // namespace
}  // namespace karkara
