// How often ShapingSim asks the anchor: as UplinkHealth does for the wishes of AdaptiveRate, by the budget of probes.
#include <algorithm>

#include "tests/bench/shaping_sim.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr std::uint32_t kEchoPacket = 60;
constexpr Duration kQuietEcho = seconds{2};
constexpr Duration kBusyEcho = seconds{10};  // while traffic is answered and nobody's wish is granted
constexpr double kPlenty = 0.85;             // of the bucket, for wishes to be granted
constexpr std::uint64_t kEchoBytes = 104;    // there and back
constexpr Duration kEchoTimeout = seconds{3};

// Of an uplink that carries traffic, without a wish.
Duration active_echo(const ShapingScenario& scenario) {
  return scenario.metered ? seconds{60} : scenario.satellite ? seconds{10} : seconds{2};
}

}  // namespace

ProbeBudget budget_of_probes(const ShapingScenario& scenario, Instant start) {
  const ProbeRole role = scenario.metered     ? ProbeRole::MeteredActive
                         : scenario.satellite ? ProbeRole::Vsat
                                              : ProbeRole::Unmetered;
  const ProbePolicy policy = scenario.probe_budget ? probe_policy(role, *scenario.probe_budget) : probe_policy(role);
  const auto kept = static_cast<std::uint64_t>(kPlenty * static_cast<double>(policy.burst));
  return {policy, scenario.spent ? kept : policy.burst, 0, start};
}

Duration ShapingSim::echo_pause() const {
  const Duration active = active_echo(scenario_);
  const ProbePolicy& policy = budget_.policy();
  if (loop_.now() < start_) {
    return kQuietEcho;
  }
  if (wish_ && static_cast<double>(budget_.available(loop_.now())) >= kPlenty * static_cast<double>(policy.burst)) {
    return std::min(*wish_, active);
  }
  return away_ ? active : std::max(active, kBusyEcho);
}

void ShapingSim::echo_if_wished() {
  std::optional<Duration> wish;
  for (const Direction* each : {&up_, &down_}) {
    if (const auto of = each->rate->echo_wish(loop_.now())) {
      wish = std::min(*of, wish.value_or(*of));
    }
  }
  if (wish != wish_) {
    wish_ = wish;
    echo_at_ = wish_ ? std::min(echo_at_, loop_.now() + echo_pause()) : echo_at_;
  }
  std::optional<Instant> waiting;
  for (const auto& [number, sent] : echoes_) {
    if (number > answered_) {
      waiting = sent;
      break;
    }
  }
  up_.rate->waiting(waiting);
  down_.rate->waiting(waiting);
  while (!echoes_.empty() && loop_.now() - echoes_.begin()->second > kEchoTimeout) {
    echoes_.erase(echoes_.begin());
    up_.rate->echo_lost(loop_.now());
    down_.rate->echo_lost(loop_.now());
  }
  if (loop_.now() >= echo_at_) {
    if (loop_.now() >= start_) {
      budget_.charge(kEchoBytes, loop_.now());
      ++result_.echoes;
    }
    echo_at_ = loop_.now() + echo_pause();
    SimPacket echo;
    echo.of = SimClass::Control;
    echo.bytes = kEchoPacket;
    echo.id = ++next_echo_;
    echo.sent = loop_.now();
    echoes_[echo.id] = loop_.now();
    up_.tree->send(std::move(echo));
  }
  loop_.after(milliseconds{20}, [this] { echo_if_wished(); });
}

}  // namespace karkara
