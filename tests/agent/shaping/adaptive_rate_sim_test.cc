// AdaptiveRate beside TCP in virtual time: loose bounds that hold for every seed here; the figures are the benchmark's.
#include <gtest/gtest.h>

#include "tests/bench/shaping_scenarios.h"

namespace karkara {
namespace {

using std::chrono::seconds;

const NamedScenario& scenario(const std::vector<NamedScenario>& all, const std::string& name) {
  for (const NamedScenario& each : all) {
    if (each.scenario.name == name) {
      return each;
    }
  }
  ADD_FAILURE() << "no scenario " << name;
  return all.front();
}

void expect_laws(const ShapingResult& result) {
  for (const DirectionResult* each : {&result.up, &result.down}) {
    EXPECT_TRUE(each->broken.empty()) << each->broken.front();
  }
}

TEST(AdaptiveRateBesideTcp, KeepsAStreamWholeOverACollapseOfTheLink) {
  const auto all = shaping_scenarios();
  const NamedScenario& step = scenario(all, "step");
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    ShapingScenario link = seeded(step, seed);
    const ShapingResult adaptive = ShapingSim{link, seed}.run();
    link.adaptive = false;
    const ShapingResult fixed = ShapingSim{link, seed}.run();
    expect_laws(adaptive);
    EXPECT_EQ(adaptive.stream_lost, 0U);
    EXPECT_LT(recovery_of(step, adaptive), 10) << "seconds";
    for (const auto part : {&ShapingResult::up, &ShapingResult::down}) {
      EXPECT_LT(part_of((adaptive.*part).added_ms, 0.95), 100);
      EXPECT_LT(part_of((adaptive.*part).added_ms, 0.5), 60);
      EXPECT_GT(part_of((fixed.*part).added_ms, 0.95), 2000) << "the scenario is no test otherwise";
    }
  }
}

// A SIM's budget of probes is spent within seconds of such a load.
TEST(AdaptiveRateBesideTcp, FollowsAMeteredLinkByWhatFlowsOverIt) {
  const auto all = shaping_scenarios();
  const NamedScenario& step = scenario(all, "step_metered_tapped");
  ASSERT_FALSE(scenario(all, "step_metered").scenario.taps) << "which is the same without";
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const ShapingScenario link = seeded(step, seed);
    const ShapingResult result = ShapingSim{link, seed}.run();
    expect_laws(result);
    EXPECT_EQ(result.stream_lost, 0U);
    EXPECT_LT(recovery_of(step, result), 30) << "seconds";
    EXPECT_LE(result.echoes, 65U) << "what the budget leaves for wishes, and not what following takes";
    for (const auto part : {&ShapingResult::up, &ShapingResult::down}) {
      EXPECT_LT(part_of((result.*part).added_ms, 0.95), 300);
      EXPECT_LT(part_of((result.*part).added_ms, 0.5), 60);
    }
  }
}

// Without a shaper: what the one fills and the other leaves empty.
TEST(SimulatedTcp, BbrUsesALinkWithoutFillingItsBuffer) {
  ShapingScenario link;
  link.length = seconds{30};
  link.capacity = {{seconds{0}, BitsPerSecond{4e6}, BitsPerSecond{4e6}}};
  link.up = link.down = {BitsPerSecond{9e6}, BitsPerSecond{9e6}, BitsPerSecond{9e6}};
  link.flows_down = 0;
  link.adaptive = false;
  const ShapingResult cubic = ShapingSim{link, 1}.run();
  link.congestion = SimCongestion::Bbr;
  const ShapingResult bbr = ShapingSim{link, 1}.run();
  EXPECT_GT(part_of(cubic.up.added_ms, 0.5), 400);
  EXPECT_LT(part_of(bbr.up.added_ms, 0.5), 150);
  EXPECT_GT(part_of(bbr.up.second_kbit, 0.5), 3600);
}

TEST(AdaptiveRateBesideTcp, ComesBackBesideBbrToo) {
  const auto all = shaping_scenarios();
  const NamedScenario& step = scenario(all, "step_tapped_bbr");
  for (std::uint64_t seed = 1; seed <= 2; ++seed) {
    const ShapingResult result = ShapingSim{seeded(step, seed), seed}.run();
    expect_laws(result);
    EXPECT_EQ(result.stream_lost, 0U);
    EXPECT_LT(recovery_of(step, result), 40) << "seconds";
  }
}

TEST(AdaptiveRateBesideTcp, HoldsItsLawsOnEveryLink) {
  for (const NamedScenario& named : shaping_scenarios()) {
    SCOPED_TRACE(named.scenario.name);
    const ShapingScenario link = seeded(named, 5);
    const ShapingResult result = ShapingSim{link, 5}.run();
    expect_laws(result);
    EXPECT_GT(use_of(link, result), 20);
  }
}

BitsPerSecond rate_at(const DirectionResult& result, BitsPerSecond begun, Duration at) {
  BitsPerSecond rate = begun;
  for (std::size_t i = 0; i < result.changes.size() && result.changed_at[i] <= Instant{at}; ++i) {
    rate = result.changes[i].to;
  }
  return rate;
}

TEST(AdaptiveRateBesideTcp, HasHalfOfItsRateBackSecondsAfterAnOutage) {
  const auto all = shaping_scenarios();
  const NamedScenario& outage = scenario(all, "outage");
  const ShapingScenario& link = outage.scenario;
  for (std::uint64_t seed = 1; seed <= 3; ++seed) {
    const ShapingResult result = ShapingSim{link, seed}.run();
    expect_laws(result);
    for (const auto part : {&ShapingResult::up, &ShapingResult::down}) {
      const BitsPerSecond before = rate_at(result.*part, link.up.base, link.outage_at);
      EXPECT_LT(rate_at(result.*part, link.up.base, outage.recovers_at), before * 0.5);
      EXPECT_GE(rate_at(result.*part, link.up.base, outage.recovers_at + seconds{4}), before * 0.5);
    }
  }
}

// Answers that are late and silences of a quarter of a second are a radio's mood and no queue.
TEST(AdaptiveRateBesideTcp, KeepsItsRateBesideARadioThatJittersAndPauses) {
  const auto all = shaping_scenarios();
  const ShapingScenario link = scenario(all, "lte_jitter").scenario;
  ShapingScenario still = link;
  still.adaptive = false;
  const ShapingResult adaptive = ShapingSim{link, 2}.run();
  const ShapingResult fixed = ShapingSim{still, 2}.run();
  expect_laws(adaptive);
  EXPECT_GT(use_of(link, adaptive), 0.9 * use_of(link, fixed));
}

TEST(AdaptiveRateBesideTcp, AnIdleVillageCostsNoEchoesAndNoChange) {
  const auto all = shaping_scenarios();
  ShapingScenario link = scenario(all, "step_metered").scenario;
  link.flows_up = link.flows_down = 0;
  const ShapingResult result = ShapingSim{link, 1}.run();
  EXPECT_TRUE(result.up.changes.empty());
  EXPECT_TRUE(result.down.changes.empty());
}

}  // namespace
}  // namespace karkara
