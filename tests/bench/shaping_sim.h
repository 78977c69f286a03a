// A village beside a link whose rate changes: saturating TCP both ways, a constant stream that the far end sends back,
// and AdaptiveRate in both directions, whose echoes the budget of probes pays, all in virtual time. Tells what the
// stream felt; refuses to judge. Called by bench_shaping_sim.cc and tests.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "agent/facts/round_trips.h"
#include "agent/shaping/adaptive_rate.h"
#include "agent/shaping/flow_delays.h"
#include "agent/uplink/probe_budget.h"
#include "tests/bench/shaping_sim_net.h"
#include "tests/bench/shaping_sim_tcp.h"

namespace karkara {

struct CapacityStep {
  Duration at{};
  BitsPerSecond up{};
  BitsPerSecond down{};
};

struct ShapingScenario {
  std::string name;
  Duration length = std::chrono::seconds{180};
  std::vector<CapacityStep> capacity{};  // the first at 0
  Duration round_trip = std::chrono::milliseconds{60};
  Duration jitter = std::chrono::milliseconds{20};  // of the round trip, more or less
  std::uint64_t buffer_up = 500'000;                // bytes
  std::uint64_t buffer_down = 500'000;
  bool buffer_of_a_second = false;  // of the present rate instead
  RateLimits up{};
  RateLimits down{};
  bool metered = false;
  bool satellite = false;
  std::optional<std::uint64_t> probe_budget{};  // bytes a day; none: what the kind of uplink has
  bool spent = false;                           // an earlier load used up what the budget of probes leaves for wishes
  bool adaptive = true;
  bool anchor_tells_time = true;
  bool young = false;  // seen by the tap as others every three seconds, as where people browse
  bool taps = false;   // learns from the timestamps of what flows, as agent/io's RoundTripTap tells them
  int flows_up = 2;
  int flows_down = 2;
  SimCongestion congestion = SimCongestion::Cubic;
  double echo_loss = 0.005;
  Duration longest_silence{};  // of the radio, every few seconds in each direction; 0: it has none
  Duration outage_at{};
  Duration outage{};  // all that is sent meanwhile is lost; 0: there is none
  BitsPerSecond stream{120'000};
};

struct DirectionResult {
  std::vector<double> added_ms{};     // of each packet of the stream
  std::vector<double> second_kbit{};  // what the link carried, each second
  std::vector<RateChange> changes{};
  std::vector<Instant> changed_at{};
  std::vector<std::string> broken{};  // laws of AdaptiveRate that did not hold
};
struct ShapingResult {
  DirectionResult up;
  DirectionResult down;
  std::vector<double> round_trip_added_ms{};
  std::uint64_t stream_sent = 0;
  std::uint64_t stream_lost = 0;
  std::uint64_t echoes = 0;
  std::map<double, double> carried_up{};  // second -> kbit/s over the second before, ten times a second
  std::map<double, double> carried_down{};
};
// As the agent's, at the begin of the load.
[[nodiscard]] ProbeBudget budget_of_probes(const ShapingScenario& scenario, Instant start);
[[nodiscard]] double part_of(std::vector<double> values, double part);  // 0.95: the 95th percentile

class ShapingSim {
 public:
  ShapingSim(const ShapingScenario& scenario, std::uint64_t seed);
  ShapingSim(const ShapingSim&) = delete;
  ShapingSim& operator=(const ShapingSim&) = delete;
  ShapingResult run();

 private:
  struct Direction {
    std::unique_ptr<AdaptiveRate> rate;
    std::unique_ptr<SimTree> tree;
    std::unique_ptr<SimLink> link;
    RateLimits limits;
    std::uint64_t bytes = 0;
    std::uint64_t firm = 0;
    std::uint64_t drops = 0;
    std::uint64_t carried = 0;
  };
  void make(Direction& direction, const RateLimits& limits, std::uint64_t buffer, BitsPerSecond rate, bool upward);
  Duration wire();
  [[nodiscard]] Duration far_clock() const;
  void at_far_end(const SimPacket& packet);
  void at_router(const SimPacket& packet);
  void at_village(const SimPacket& packet);
  void send_stream();
  void look();
  void echo_if_wished();
  [[nodiscard]] Duration echo_pause() const;
  void tell(Direction& direction, DirectionResult& result);
  void take(Direction& direction, DirectionResult& result, const std::optional<RateChange>& made);
  void leaves_router(const SimPacket& packet);
  void comes_back(const SimPacket& packet);
  void tell_tapped();
  void count_second();
  void sample();
  void step(const CapacityStep& to);
  void be_silent_now_and_then(Direction& direction);
  void set_away(bool away);

  ShapingScenario scenario_;
  std::mt19937_64 random_;
  SimLoop loop_;
  Instant start_;
  Direction up_;
  Direction down_;
  std::map<int, std::unique_ptr<SimTcp>> tcp_;
  std::unique_ptr<SimReceiver> far_;
  std::unique_ptr<SimReceiver> near_;
  std::map<std::uint64_t, Instant> echoes_;
  ProbeBudget budget_;
  std::optional<Duration> wish_;
  Instant echo_at_;
  bool away_ = false;
  std::uint64_t next_echo_ = 0;
  std::uint64_t answered_ = 0;  // the newest that was
  Instant told_at_;
  std::map<std::pair<int, std::uint32_t>, Instant> questions_;  // flow and stamp that left, and when
  std::map<int, FlowRoundTrip> tapped_;                         // of this window
  std::map<int, Instant> tapped_at_;
  FlowDelays flow_delays_;
  std::map<std::uint64_t, double> stream_up_;  // what came to the far end: delay added on the way there
  std::uint64_t stream_back_ = 0;
  std::vector<std::pair<std::uint64_t, std::uint64_t>> carried_;  // ten times a second
  ShapingResult result_;
};

}  // namespace karkara
