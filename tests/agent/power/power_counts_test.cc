// The counts that power devices keep, at the power feature: set back, damaged, downwards.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <map>

#include "tests/agent/power/charger_bench.h"

namespace karkara {
namespace {

using fixtures::Labels;
using fixtures::vedirect_block;
using std::chrono::seconds;
using testing::SizeIs;

// What was written to disk, by key; the newest of each.
void keep_all(const Effects& effects, std::map<std::string, std::string>& kept) {
  for (const Effect& effect : effects) {
    if (const auto* persist = std::get_if<Persist>(&effect)) {
      kept[persist->key] = persist->bytes;
    }
  }
}

TEST(PowerFeature, GoesOnCountingWhereAUserSetTheYieldBackAlsoOverARestart) {
  ChargerBench bench;
  bench.open();
  std::map<std::string, std::string> kept;
  const auto hear = [&](ChargerBench& at, const char* yield) {
    at.hear(charger_with("H19", yield));
    keep_all(at.pass(seconds{1}), kept);
  };
  for (const char* yield : {"8272", "8272", "8273", "0", "0", "1"}) {
    hear(bench, yield);
  }
  EXPECT_NEAR(std::get<double>(bench.value(SeriesId::YieldTotal)), 82.74, 1e-9);
  const auto events = bench.feature().energy_report({bench.now(), std::nullopt}).events;
  ASSERT_THAT(events, SizeIs(1));
  EXPECT_EQ(events[0].detail, "charger: yield-total was set from 82.73 to 0 kWh");
  ASSERT_TRUE(kept.contains("counts-charger")) << "at once: what it came to before is nowhere else";
  PowerFeature again{bench.settings(), kept};
  again.start(Instant{seconds{20}});
  again.on(SerialOpened{device("charger")}, Instant{seconds{21}});
  const std::string block = vedirect_block(charger_with("H19", "151"));
  const auto all = std::as_bytes(std::span{block});
  again.on(SerialBytes{device("charger"), {all.begin(), all.end()}}, Instant{seconds{22}});
  for (const Sample& sample : again.samples({Instant{seconds{22}}, std::nullopt})) {
    if (sample.series == SeriesId::YieldTotal) {
      EXPECT_NEAR(std::get<double>(sample.value), 84.24, 1e-9) << "1.5 kWh while the agent was off";
    }
  }
}

TEST(PowerFeature, DamagedCountsAreToldAndBeginAnew) {
  ChargerBench bench;
  PowerFeature feature{bench.settings(), {{"counts-charger", "counts1 x\ncrc 00000000"}}};
  const Effects effects = feature.start(bench.now());
  const auto note =
      std::ranges::find_if(effects, [](const Effect& effect) { return std::holds_alternative<Note>(effect); });
  ASSERT_NE(note, effects.end());
  EXPECT_EQ(std::get<Note>(*note).id, MessageId::PowerStateUnread);
}

TEST(PowerFeature, ABatteryMonitorsCountOfWhatWasDrawnGoesDownwards) {
  ChargerBench bench;
  bench.open();
  for (const char* drawn : {"-1000", "-1001", "-1002", "0", "0", "-1"}) {
    bench.hear(Labels{{"PID", "0x203"}, {"V", "12065"}, {"H6", drawn}});
    bench.pass(seconds{1});
  }
  const auto quantities = bench.report().quantities;
  const auto drawn = std::ranges::find(quantities, "ampere-hours-drawn", &QuantityReport::name);
  ASSERT_NE(drawn, quantities.end());
  EXPECT_NEAR(std::get<double>(drawn->value), -1.003, 1e-9);
}

}  // namespace
}  // namespace karkara
