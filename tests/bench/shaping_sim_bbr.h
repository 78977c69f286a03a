// The first version of BBR (draft-cardwell-iccrg-bbr-congestion-control-00), for one connection: a model of the path,
// its rate by the most of ten rounds and its round trip by the least of ten seconds, paced by gains in turn. Refuses to
// slow down for losses, and leaves out what Linux adds for policers and merged acknowledgements. Used by SimTcp.
#pragma once

#include <cstdint>
#include <deque>
#include <random>
#include <utility>

#include "common/time.h"

namespace karkara {

class SimBbr {
 public:
  struct Ack {
    Instant now;
    Duration round_trip{};  // of the newest packet that it acknowledges
    double rate = 0;        // packets a second, delivered while that one was under way; 0: not known
    bool round = false;     // that one left behind the acknowledgement that began the round before
    double delivered = 0;   // packets, by this acknowledgement
    double under_way = 0;   // packets left
    bool lost = false;
  };
  explicit SimBbr(std::uint64_t seed) : random_{seed} {}
  void on(const Ack& ack);
  void timeout() { window_ = 1; }

  [[nodiscard]] double window() const;  // packets
  [[nodiscard]] double pacing() const;  // packets a second

 private:
  enum class Mode : std::uint8_t { Startup, Drain, ProbeBandwidth, ProbeRoundTrip };
  [[nodiscard]] double rate() const;
  [[nodiscard]] double fits(double gain) const;
  void learn_rate(const Ack& ack);
  void learn_round_trip(const Ack& ack);
  void leave_round_trip_probe(const Ack& ack);
  void turn(const Ack& ack);
  void begin_cycle(Instant now);
  [[nodiscard]] double gain() const;

  std::mt19937_64 random_;
  Mode mode_ = Mode::Startup;
  std::deque<std::pair<std::uint64_t, double>> rates_;  // round and rate, falling
  std::uint64_t round_ = 0;
  double full_rate_ = 0;
  int full_rounds_ = 0;
  bool filled_ = false;
  Duration least_ = Duration::max();
  Instant least_at_;
  std::size_t phase_ = 0;
  Instant phase_at_;
  Instant probed_until_;
  bool probing_ = false;  // few enough are under way
  bool probed_round_ = false;
  double window_ = 10;
};

}  // namespace karkara
