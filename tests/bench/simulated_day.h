// A simulated day of the uplink feature: two uplinks under their own weather, a village that is online half of the
// time, network errors that mean nothing, a rate limit on echoes. Tells every move of the traffic; refuses to judge it.
// Called by bench_failover_sim.cc.
#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "tests/agent/uplink/uplink_village.h"
#include "tests/bench/link_weather.h"

namespace karkara {

inline constexpr Duration kSettle = std::chrono::seconds{60};  // before the day: until both uplinks are proven

struct Topology {
  const char* name;
  std::array<UplinkSettings, 2> uplinks;  // the preferred one first
  std::array<Duration, 2> round_trips;
};
[[nodiscard]] std::array<Topology, 2> topologies();
[[nodiscard]] UplinkVillage village_of(const Topology& topology, const TruthSettings& truth = {});  // in good weather

struct TimedMove {
  Instant at;
  std::string what;       // "vsat>lte echo-lost"
  Duration round_trip{};  // of the preferred link a second before
};

[[nodiscard]] bool is_online(Instant now);  // somebody in the village

class SimulatedDay {
 public:
  // Outages are the preferred uplink's.
  SimulatedDay(const Topology& topology, const WeatherShape& shape, std::uint64_t seed);
  SimulatedDay(const SimulatedDay&) = delete;
  SimulatedDay& operator=(const SimulatedDay&) = delete;

  void live();
  [[nodiscard]] Instant start() const { return start_; }
  [[nodiscard]] Instant now() const { return village_.now(); }
  [[nodiscard]] const std::vector<TimedMove>& moves() const { return moves_; }
  [[nodiscard]] const std::vector<LinkWeather::Span>& outages() const { return skies_[0]->outages(); }

 private:
  struct PacketCounts {  // as the kernel counts them on one uplink
    std::uint64_t sent = 0;
    std::uint64_t received = 0;
  };
  SimulatedLink& link(std::size_t i) { return village_.link(i == 0 ? "up1" : "up2"); }
  bool is_rate_limited(std::size_t i, Instant now);
  void use(Instant from);
  void tell_counters();
  void note_moves();

  const Topology& topology_;
  UplinkVillage village_;
  Instant start_;
  std::array<std::unique_ptr<LinkWeather>, 2> skies_;
  std::array<Instant, 2> second_{};
  std::array<int, 2> asked_{};
  std::array<PacketCounts, 2> counts_{};
  std::array<std::multiset<Instant>, 2> answers_;  // under way
  std::size_t seen_ = 0;
  std::string active_;
  std::vector<TimedMove> moves_;
};

}  // namespace karkara
