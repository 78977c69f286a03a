#include "tests/bench/shaping_scenarios.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr BitsPerSecond kHalf{500'000};
constexpr BitsPerSecond kFour{4'000'000};

NamedScenario step() {
  ShapingScenario link;
  link.name = "step";
  link.capacity = {{seconds{0}, kFour, kFour}, {seconds{60}, kHalf, kHalf}, {seconds{120}, kFour, kFour}};
  link.up = link.down = {BitsPerSecond{200'000}, kFour, BitsPerSecond{6'000'000}};
  return {link, 100, seconds{120}, kFour};
}

// Hours into a load: the budget of probes only trickles.
NamedScenario spent_step() {
  NamedScenario named = step();
  named.scenario.name = "step_probes_spent";
  named.scenario.spent = true;
  return named;
}

NamedScenario outage() {
  ShapingScenario link;
  link.name = "outage";
  link.length = seconds{100};
  link.capacity = {{seconds{0}, kFour, kFour}};
  link.up = link.down = {BitsPerSecond{100'000}, BitsPerSecond{3'600'000}, BitsPerSecond{5'000'000}};
  link.outage_at = seconds{40};
  link.outage = seconds{8};
  return {link, 0, link.outage_at + link.outage, kFour};
}

NamedScenario metered_step() {
  NamedScenario named = step();
  named.scenario.name = "step_metered";
  named.scenario.metered = true;
  return named;
}

// What flows tells its own round trips.
NamedScenario tapped(NamedScenario named) {
  named.scenario.name += "_tapped";
  named.scenario.taps = true;
  return named;
}

NamedScenario browsing(NamedScenario named) {
  named.scenario.name += "_young";
  named.scenario.young = true;
  return named;
}

// What probes may cost where bytes are not that scarce.
NamedScenario with_budget(NamedScenario named) {
  named.scenario.name += "_10mb_of_probes";
  named.scenario.probe_budget = 10'000'000;
  return named;
}

NamedScenario timeless_step() {
  NamedScenario named = step();
  named.scenario.name = "step_anchor_without_time";
  named.scenario.anchor_tells_time = false;
  return named;
}

NamedScenario short_buffer_step() {
  NamedScenario named = step();
  named.scenario.name = "step_shrinking_buffer";
  named.scenario.buffer_of_a_second = true;
  return named;
}

NamedScenario reno_step() {
  NamedScenario named = step();
  named.scenario.name = "step_reno_one_flow";
  named.scenario.congestion = SimCongestion::Reno;
  named.scenario.flows_up = named.scenario.flows_down = 1;
  return named;
}

NamedScenario with_bbr(NamedScenario named) {
  named.scenario.name += "_bbr";
  named.scenario.congestion = SimCongestion::Bbr;
  named.goal_ms = 0;
  return named;
}

NamedScenario many_flows_step() {
  NamedScenario named = step();
  named.scenario.name = "step_many_flows";
  named.scenario.flows_up = 8;
  named.scenario.flows_down = 16;
  return named;
}

NamedScenario geo() {
  ShapingScenario link;
  link.name = "geo_rain";
  link.satellite = true;
  link.length = seconds{300};
  link.round_trip = milliseconds{620};
  link.jitter = milliseconds{30};
  link.capacity = {{seconds{0}, BitsPerSecond{1e6}, BitsPerSecond{2e6}},
                   {seconds{120}, BitsPerSecond{5e5}, BitsPerSecond{1e6}},
                   {seconds{200}, BitsPerSecond{1e6}, BitsPerSecond{2e6}}};
  link.buffer_up = 125'000;
  link.buffer_down = 250'000;
  link.up = {BitsPerSecond{200'000}, BitsPerSecond{1e6}, BitsPerSecond{1.5e6}};
  link.down = {BitsPerSecond{300'000}, BitsPerSecond{2e6}, BitsPerSecond{3e6}};
  link.flows_down = 4;
  return {link, 0, {}, {}};
}

NamedScenario lte() {
  ShapingScenario link;
  link.name = "lte_walk";
  link.length = seconds{300};
  link.up = {BitsPerSecond{200'000}, BitsPerSecond{2e6}, BitsPerSecond{5e6}};
  link.down = {BitsPerSecond{300'000}, BitsPerSecond{4e6}, BitsPerSecond{12e6}};
  link.buffer_up = 250'000;
  link.buffer_down = 1'000'000;
  link.metered = true;
  return {link, 0, {}, {}, true};
}

// A radio in its usual mood and no queue that is not ours: the rates are right as they are.
NamedScenario lte_mood() {
  ShapingScenario link;
  link.name = "lte_jitter";
  link.jitter = milliseconds{40};
  link.longest_silence = milliseconds{250};
  link.capacity = {{seconds{0}, BitsPerSecond{4e6}, BitsPerSecond{8e6}}};
  link.up = {BitsPerSecond{200'000}, BitsPerSecond{3.4e6}, BitsPerSecond{3.4e6}};
  link.down = {BitsPerSecond{300'000}, BitsPerSecond{6.8e6}, BitsPerSecond{6.8e6}};
  link.buffer_down = 1'000'000;
  link.flows_down = 4;
  link.metered = true;
  return {link, 0, {}, {}};
}

}  // namespace

std::vector<NamedScenario> shaping_scenarios() {
  return {step(),
          spent_step(),
          metered_step(),
          with_budget(metered_step()),
          timeless_step(),
          reno_step(),
          short_buffer_step(),
          many_flows_step(),
          outage(),
          geo(),
          lte(),
          with_budget(geo()),
          lte_mood(),
          tapped(step()),
          tapped(metered_step()),
          browsing(tapped(metered_step())),
          tapped(geo()),
          tapped(lte()),
          tapped(lte_mood()),
          tapped(many_flows_step()),
          with_bbr(step()),
          with_bbr(tapped(step())),
          with_bbr(tapped(metered_step())),
          with_bbr(tapped(lte()))};
}

ShapingScenario seeded(const NamedScenario& named, std::uint64_t seed) {
  ShapingScenario link = named.scenario;
  if (!named.wanders) {
    return link;
  }
  std::mt19937_64 random{seed};
  double part = 0.5;
  for (Duration at{}; at < link.length; at += seconds{1}) {
    const double unit = static_cast<double>(random() >> 11U) * 0x1p-53;
    part = std::clamp(part * std::exp(0.3 * (unit - 0.5)), 0.1, 1.0);
    link.capacity.push_back({at, BitsPerSecond{4e6 * part}, BitsPerSecond{8e6 * part}});
  }
  return link;
}

double use_of(const ShapingScenario& scenario, const ShapingResult& result) {
  double could_up = 0;
  double could_down = 0;
  double up = 0;
  double down = 0;
  std::size_t now = 0;
  const auto most = static_cast<std::size_t>(std::chrono::floor<seconds>(scenario.length).count());
  for (std::size_t second = 10; second < std::min(most, result.up.second_kbit.size()); ++second) {
    const seconds at{static_cast<std::int64_t>(second)};
    while (now + 1 < scenario.capacity.size() && scenario.capacity[now + 1].at <= at) {
      ++now;
    }
    could_up += scenario.capacity[now].up.value() / 1000;
    could_down += scenario.capacity[now].down.value() / 1000;
    up += result.up.second_kbit[second];
    down += result.down.second_kbit[second];
  }
  return 100 * std::min(up / could_up, down / could_down);
}

double recovery_of(const NamedScenario& named, const ShapingResult& result) {
  const double from = std::chrono::duration<double>(named.recovers_at).count();
  const double enough = 0.85 * named.whole.value() / 1000;
  const auto since = [&](const std::map<double, double>& carried) {
    for (auto each = carried.lower_bound(from + 1); each != carried.end(); ++each) {
      if (each->second >= enough) {
        return each->first - from;
      }
    }
    return 1000.0;
  };
  return std::max(since(result.carried_up), since(result.carried_down));
}

}  // namespace karkara
