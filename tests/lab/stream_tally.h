// What a stream of numbered packets and their answers tells: loss, order, and how long the user was in the dark.
// Refuses sockets. Called by stream.cc.
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>
#include <vector>

#include "common/time.h"

namespace karkara::lab {

struct Silence {
  Duration from_start{};  // when it began
  Duration lasted{};
};

struct StreamReport {
  std::uint64_t sent = 0;
  std::uint64_t unsent = 0;  // the kernel had no route or no room; not among the sent
  std::uint64_t answered = 0;
  std::uint64_t lost = 0;       // sent and not answered
  std::uint64_t not_taken = 0;  // sent and never seen by the service, as the last answer tells
  std::uint64_t reordered = 0;  // answers behind a later one
  std::uint64_t duplicated = 0;
  std::uint64_t longest_loss_run = 0;  // packets in a row, as sent
  Duration until_first{};              // from the start to the first answer
  Duration longest_silence{};  // between two answers, or before the first or behind the last while still sending
  Duration rtt_min{};
  Duration rtt_median{};
  Duration rtt_p95{};
  Duration rtt_max{};
  // One way, for a service on the same machine; else they tell how far the clocks are apart.
  Duration up_median{};
  Duration up_p95{};
  Duration down_median{};
  Duration down_p95{};
  std::vector<Silence> silences;  // those of at least the given length
};

class StreamTally {
 public:
  explicit StreamTally(Instant start) : start_{start}, heard_at_{start} {}

  void sent(std::uint64_t number, Instant now);  // numbers count up from 0
  void unsent(std::uint64_t number);
  void answered(std::uint64_t number, Instant now, Instant there = {});      // there: when the service had it
  void taken(std::uint64_t packets) { taken_ = std::max(taken_, packets); }  // what the service says that it saw
  [[nodiscard]] Instant heard_at() const { return heard_at_; }               // the last answer, or the start
  [[nodiscard]] StreamReport report(Duration least_silence) const;

 private:
  struct Packet {
    bool sent = false;
    bool answered = false;
    Instant sent_at;
    Duration rtt{};
    Duration up{};
  };
  Packet& packet(std::uint64_t number);

  Instant start_;
  Instant heard_at_;
  Instant last_sent_at_;
  std::vector<Packet> packets_;
  std::vector<Silence> silences_;
  std::uint64_t next_expected_ = 0;
  std::uint64_t taken_ = 0;
  Instant first_heard_at_ = Instant::max();
  std::uint64_t reordered_ = 0;
  std::uint64_t duplicated_ = 0;
};

[[nodiscard]] std::string to_json(const StreamReport& report, bool with_silences);

}  // namespace karkara::lab
