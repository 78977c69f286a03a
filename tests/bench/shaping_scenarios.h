// The links of which bench_shaping_sim.cc tells figures, and how these come from a run. Refuses to run anything.
#pragma once

#include <cstdint>
#include <vector>

#include "tests/bench/shaping_sim.h"

namespace karkara {

struct NamedScenario {
  ShapingScenario scenario;
  double goal_ms = 0;      // of the delay's 95th percentile; 0: none
  Duration recovers_at{};  // when the link is whole again; 0: it never was less
  BitsPerSecond whole{};   // what it carries then
  bool wanders = false;    // LTE: the rate walks at random between the limits of 'scenario.down'
};

// "step": 4 -> 0.5 -> 4 Mbit/s, 60 s each, 1 s of buffer at 4 Mbit/s, which is 8 s of it at 0.5.
[[nodiscard]] std::vector<NamedScenario> shaping_scenarios();
[[nodiscard]] ShapingScenario seeded(const NamedScenario& named, std::uint64_t seed);

// Percent of what the link could carry, in the worse direction, after the first ten seconds.
[[nodiscard]] double use_of(const ShapingScenario& scenario, const ShapingResult& result);
// Seconds until a whole second carried over 85 % in both directions; 1000: never.
[[nodiscard]] double recovery_of(const NamedScenario& named, const ShapingResult& result);

}  // namespace karkara
