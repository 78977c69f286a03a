// One TCP connection that always has more to send: CUBIC (RFC 9438) with HyStart (RFC 9406, its delay part), Reno or
// BBR, selective acknowledgements, loss found by what was sent later and arrived (RFC 8985), no bursts behind it (RFC
// 6937), a timeout. Refuses to be a stack: no handshake, no bytes. Used by shaping_sim.cc.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <optional>

#include "tests/bench/shaping_sim_bbr.h"
#include "tests/bench/shaping_sim_net.h"

namespace karkara {

enum class SimCongestion : std::uint8_t { Cubic, Reno, Bbr };

class SimTcp {
 public:
  // send: into the network, packets of data upward or downward as 'upward' says. stopped: may be called at any time.
  SimTcp(SimLoop& loop, int flow, bool upward, SimCongestion congestion, SimOutput send)
      : loop_{loop}, flow_{flow}, upward_{upward}, congestion_{congestion}, send_{std::move(send)} {
    if (congestion == SimCongestion::Bbr) {
      bbr_.emplace(static_cast<std::uint64_t>(flow));
    }
  }
  void start();
  void stop() { running_ = false; }
  void acknowledged(const SimPacket& ack);

 private:
  struct Sent {
    Instant at;
    double delivered = 0;  // by then, of all
    Instant delivered_at;  // the last of them
    Instant first;         // since when it counts into that packet's rate
  };
  void send_more();
  [[nodiscard]] bool wait_for_pace();
  void model(const Sent& newest, double delivered, bool lost);
  void grow();
  void reduce(bool timeout, double flight);
  void recover(double delivered);
  void watch();
  void measure(Duration round_trip);
  void leave_slow_start(Duration round_trip, std::uint64_t id);

  SimLoop& loop_;
  int flow_;
  bool upward_;
  SimCongestion congestion_;
  SimOutput send_;
  bool running_ = false;
  std::optional<SimBbr> bbr_;
  Instant paced_at_;  // the next may go
  bool paced_ = false;
  double delivered_ = 0;
  Instant delivered_at_;
  Instant first_;
  double round_delivered_ = 0;  // what leaves behind it is of the next round
  std::map<std::uint64_t, Sent> under_way_;
  std::uint64_t next_ = 0;
  std::uint64_t latest_acked_ = 0;
  std::uint64_t recovery_ = 0;  // losses before it have had their reduction
  bool recovering_ = false;
  double recovered_ = 0;  // packets that arrived since
  double sent_recovering_ = 0;
  double flight_ = 0;   // as it began
  double window_ = 10;  // packets
  double threshold_ = 1e9;
  double most_ = 0;  // CUBIC's W_max
  Instant epoch_;
  Duration smoothed_ = std::chrono::milliseconds{500};
  Duration variation_ = std::chrono::milliseconds{250};
  Instant heard_;
  std::uint32_t heard_stamp_ = 0;
  bool measured_ = false;
  Duration least_ = Duration::max();        // round trip of all
  Duration round_least_ = Duration::max();  // of this round
  Duration round_before_ = Duration::max();
  int round_samples_ = 0;
  std::uint64_t round_end_ = 0;
};

// Acknowledges every second packet, or the first after a while.
class SimReceiver {
 public:
  SimReceiver(SimLoop& loop, SimOutput send) : loop_{loop}, send_{std::move(send)} {}
  void received(const SimPacket& data);

 private:
  void flush(int flow, bool upward);

  SimLoop& loop_;
  SimOutput send_;
  struct Received {
    std::deque<std::uint64_t> ids{};
    int unacknowledged = 0;
    std::uint32_t stamp = 0;  // of the first that is unacknowledged
  };
  std::map<int, Received> flows_;
};

}  // namespace karkara
