#include "tests/bench/link_weather.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace karkara {
namespace {

using namespace std::chrono_literals;

constexpr Instant kStart{1000s};

LinkWeather a_day(WeatherShape shape = {}) {
  return {shape, 60ms, kStart, 24h, 7};
}

TEST(LinkWeather, LosesTwoPercentOnAverage) {
  LinkWeather weather = a_day();
  int lost = 0;
  int sent = 0;
  for (Instant at = kStart; at < kStart + 24h; at = at + 100ms) {
    ++sent;
    lost += weather.loses(at) ? 1 : 0;
  }
  EXPECT_NEAR(static_cast<double>(lost) / sent, 0.021, 0.002);  // the handovers add a tenth of a percent
}

TEST(LinkWeather, RaisesTheRoundTripToAtMostTheHighest) {
  const LinkWeather weather = a_day();
  Duration highest{};
  Duration lowest = 10s;
  for (Instant at = kStart; at < kStart + 24h; at = at + 100ms) {
    highest = std::max(highest, weather.round_trip(at));
    lowest = std::min(lowest, weather.round_trip(at));
  }
  EXPECT_EQ(lowest, 60ms);
  EXPECT_GT(highest, 1200ms);
  EXPECT_LE(highest, 1500ms);
}

TEST(LinkWeather, NeverLetsAnAnswerOvertakeAnEarlierOne) {
  const LinkWeather weather = a_day();
  for (Instant at = kStart; at < kStart + 24h; at = at + 20ms) {
    ASSERT_LE(at + weather.round_trip(at), at + 20ms + weather.round_trip(at + 20ms));
  }
}

TEST(LinkWeather, HasOneOutageAnHourOfTheGivenLength) {
  WeatherShape shape;
  shape.outage_every = 1h;
  LinkWeather weather = a_day(shape);
  ASSERT_EQ(weather.outages().size(), 24U);
  for (const LinkWeather::Span& outage : weather.outages()) {
    EXPECT_EQ(outage.end - outage.begin, 5s);
    EXPECT_TRUE(weather.is_out(outage.begin + 1s));
    EXPECT_TRUE(weather.loses(outage.begin + 4s));
    EXPECT_FALSE(weather.is_out(outage.end));
  }
}

}  // namespace
}  // namespace karkara
