// A village's way out in virtual time: a link with a byte buffer whose rate changes, and our tree in front of or behind
// it: strict classes for control and stream, and a fair queue with CoDel below. Refuses to sleep, and to be a kernel:
// bursts and quanta are only roughly HTB's. Used by shaping_sim.cc.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <functional>
#include <map>
#include <queue>
#include <vector>

#include "common/time.h"
#include "common/units.h"

namespace karkara {

class SimLoop {
 public:
  void at(Instant when, std::function<void()> what) { events_.push({when, ++sequence_, std::move(what)}); }
  void after(Duration wait, std::function<void()> what) { at(now_ + wait, std::move(what)); }
  void run_until(Instant end);
  [[nodiscard]] Instant now() const { return now_; }

 private:
  struct Event {
    Instant when;
    std::uint64_t sequence = 0;
    std::function<void()> what;
    friend bool operator>(const Event& a, const Event& b) {
      return a.when != b.when ? a.when > b.when : a.sequence > b.sequence;
    }
  };
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Instant now_;
  std::uint64_t sequence_ = 0;
};

enum class SimClass : std::uint8_t { Control, Stream, Bulk };

struct SimPacket {
  SimClass of = SimClass::Bulk;
  int flow = 0;
  bool upward = true;
  bool is_ack = false;
  std::uint32_t bytes = 0;
  std::uint64_t id = 0;
  std::vector<std::uint64_t> acks{};
  Instant sent{};
  Instant queued{};
  std::uint32_t stamp = 0;   // milliseconds of its sender's clock, as in TCP's timestamps
  std::uint32_t echoed = 0;  // and the other's that it heard
  Duration far_time{};       // when it was at the far end, by the clock there
  Duration wire{};           // spent under way where nothing queues
};
using SimOutput = std::function<void(SimPacket)>;

// A first-in first-out buffer, a rate, and a wire behind it that keeps the order.
class SimLink {
 public:
  SimLink(SimLoop& loop, BitsPerSecond rate, std::uint64_t buffer, std::function<Duration()> wire, SimOutput out)
      : loop_{loop}, rate_{rate}, buffer_{buffer}, wire_{std::move(wire)}, out_{std::move(out)} {}
  void send(SimPacket packet);
  void set_rate(BitsPerSecond rate) { rate_ = rate; }
  [[nodiscard]] BitsPerSecond rate() const { return rate_; }
  void set_buffer(std::uint64_t bytes) { buffer_ = bytes; }
  void set_silent(bool silent);
  [[nodiscard]] std::uint64_t carried() const { return carried_; }

 private:
  void next();

  SimLoop& loop_;
  BitsPerSecond rate_;
  std::uint64_t buffer_;
  std::function<Duration()> wire_;
  SimOutput out_;
  std::deque<SimPacket> queue_;
  std::uint64_t queued_ = 0;
  std::uint64_t carried_ = 0;
  bool busy_ = false;
  bool silent_ = false;
  Instant last_out_;
};

// RFC 8289, for one flow.
class SimCodel {
 public:
  void push(SimPacket packet) {
    bytes_ += packet.bytes;
    queue_.push_back(std::move(packet));
  }
  [[nodiscard]] bool empty() const { return queue_.empty(); }
  [[nodiscard]] std::size_t size() const { return queue_.size(); }
  // Drops what waited too long; false when nothing is left.
  bool pop(SimPacket& packet, Instant now, std::uint64_t& drops);
  void drop_one();

 private:
  struct Head {
    SimPacket packet;
    bool may_drop = false;
  };
  bool take(Head& head, Instant now);

  std::deque<SimPacket> queue_;
  std::uint64_t bytes_ = 0;
  Instant first_above_;
  Instant drop_next_;
  std::uint32_t count_ = 0;
  std::uint32_t last_count_ = 0;
  bool dropping_ = false;
};

class SimTree {
 public:
  SimTree(SimLoop& loop, BitsPerSecond rate, SimOutput out) : loop_{loop}, rate_{rate}, out_{std::move(out)} {}
  void send(SimPacket packet);
  void set_rate(BitsPerSecond rate);
  [[nodiscard]] std::uint64_t bytes() const { return bytes_; }
  [[nodiscard]] std::uint64_t firm_bytes() const { return firm_; }  // of the strict classes
  [[nodiscard]] std::uint64_t drops() const { return drops_; }
  [[nodiscard]] std::uint64_t backlog() const { return backlog_; }

 private:
  bool pick(SimPacket& packet);
  void fill();
  void serve();
  [[nodiscard]] double burst() const;

  SimLoop& loop_;
  BitsPerSecond rate_;
  SimOutput out_;
  std::array<std::deque<SimPacket>, 2> strict_;
  struct Flow {
    SimCodel queue;
    int deficit = 0;
    bool listed = false;
  };
  std::map<int, Flow> bulk_;
  std::deque<int> new_;
  std::deque<int> old_;
  std::size_t waiting_ = 0;  // bulk packets
  double tokens_ = 3000;
  Instant filled_;
  bool armed_ = false;
  std::uint64_t bytes_ = 0;
  std::uint64_t firm_ = 0;
  std::uint64_t drops_ = 0;
  std::uint64_t backlog_ = 0;
};

}  // namespace karkara
