// One link's simulated day, drawn once from a seed: bursts of loss, handover gaps, round-trip spikes and outages, to be
// asked at any time in any order. Refuses to send anything. Called by bench_failover_sim.cc.
#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "common/time.h"

namespace karkara {

// Gilbert and Elliott's two states, in time instead of packets since echoes are sparse. With these the loss averages 2
// %.
struct WeatherShape {
  Duration bad_mean = std::chrono::milliseconds{100};
  double bad_loss = 0.5;
  double good_loss = 0.002;
  double mean_loss = 0.02;
  Duration handover_every = std::chrono::minutes{2};
  Duration handover_longest = std::chrono::milliseconds{200};
  Duration spike_every = std::chrono::minutes{10};
  Duration spike_highest = std::chrono::milliseconds{1500};  // of the whole round trip
  Duration outage_every{};                                   // zero: none
  Duration outage = std::chrono::seconds{5};
};

class LinkWeather {
 public:
  LinkWeather(const WeatherShape& shape, Duration base_round_trip, Instant from, Duration length, std::uint64_t seed);

  [[nodiscard]] bool loses(Instant now);         // one packet, there and back
  [[nodiscard]] bool is_out(Instant now) const;  // an outage
  [[nodiscard]] Duration round_trip(Instant now) const;
  struct Span {
    Instant begin;
    Instant end;
  };
  [[nodiscard]] const std::vector<Span>& outages() const { return outages_; }

 private:
  // A queue fills, stays and drains: the round trip ramps up and down, and answers keep coming all along.
  struct Spike {
    Instant begin;
    Duration rise, hold, fall, height;
    [[nodiscard]] Instant end() const { return begin + rise + hold + fall; }
  };
  double unit() { return static_cast<double>(random_() >> 11U) * 0x1p-53; }
  Duration between(Duration least, Duration most);
  Duration about(Duration mean);  // exponential
  void draw_loss(Instant from, Instant end);
  void draw_spikes(Instant from, Instant end);
  void draw_outages(Instant from, Instant end);

  WeatherShape shape_;
  Duration base_;
  std::mt19937_64 random_;
  std::vector<Span> bad_;
  std::vector<Span> handovers_;
  std::vector<Span> outages_;
  std::vector<Spike> spikes_;
};

}  // namespace karkara
