// One direction of a slow link, as arithmetic: packets go in with the time, come out when a link of that delay and rate
// would have carried them, in order. Refuses what a modem's buffer would not hold. Called by link_relay.cc.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <vector>

#include "common/time.h"

namespace karkara::lab {

struct LinkShape {
  Duration delay{};                   // one way, after the last bit is sent
  std::uint64_t bits_per_second = 0;  // of IP packets; 0: no limit
  Duration buffer{};                  // longest wait for the line before a packet is dropped
};

struct LineCounts {
  std::uint64_t packets = 0;
  std::uint64_t bytes = 0;
  std::uint64_t dropped_full = 0;
  std::uint64_t dropped_cut = 0;
};

class DelayLine {
 public:
  using Packet = std::vector<std::byte>;

  explicit DelayLine(LinkShape shape) : shape_{shape} {}

  void put(Packet packet, Instant now);
  // The packets that are due, oldest first.
  std::vector<Packet> take(Instant now);
  [[nodiscard]] Instant next_deadline() const { return queue_.empty() ? Instant::max() : queue_.front().due; }

  // A cut line swallows everything, also what is under way.
  void cut();
  void heal() { cut_ = false; }
  [[nodiscard]] const LineCounts& counts() const { return counts_; }

 private:
  struct Queued {
    Instant due;
    Packet packet;
  };
  [[nodiscard]] Duration time_on_line(std::size_t bytes) const;

  LinkShape shape_;
  std::deque<Queued> queue_;
  Instant line_free_at_;
  bool cut_ = false;
  LineCounts counts_;
};

}  // namespace karkara::lab
