// What waits to be written to the session's one stream: strict priority between the classes, a bound on each, state
// reports coalesced. Everything is of one session: what was not acknowledged in it is sent again by whoever owns it.
// Pure; refuses Hello (the first frame) and times. Used by agent/io/controller_session only.
#pragma once

#include <array>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>

#include "karkara/v1/site_link.pb.h"

namespace karkara {

class SessionQueue {
 public:
  static constexpr std::size_t kMostAlarms = 256;
  static constexpr std::size_t kMostReplies = 64;
  static constexpr std::size_t kMostBlocks = 64;
  static constexpr std::size_t kMostBlockBytes = 1U << 20U;

  // A new session: everything is forgotten.
  void start_session() { *this = {}; }

  void push_heartbeat(std::uint64_t count);
  void push_ack(v1::FrameClass frame_class, std::uint64_t sequence);
  void push_reply(v1::SiteReply reply);
  void push_state(v1::StateReport state);                         // the latest wins
  void push_alarm(std::uint64_t sequence, v1::AlarmEvent alarm);  // the oldest falls out when full
  // False when the sender overran the bound: it sends again in the next session.
  bool push_block(std::uint64_t sequence, std::string content);

  // The most urgent frame, removed; nothing when all is written.
  std::optional<v1::AgentFrame> next();
  // False for what this session never sent: no acknowledgement of it can be true.
  [[nodiscard]] bool was_sent(v1::FrameClass frame_class, std::uint64_t sequence) const;

 private:
  struct Alarm {
    std::uint64_t sequence = 0;
    v1::AlarmEvent event;
  };
  struct Block {
    std::uint64_t sequence = 0;
    std::string content;
  };
  bool next_control(v1::AgentFrame& frame);
  bool next_alarm(v1::AgentFrame& frame);
  bool next_block(v1::AgentFrame& frame);

  std::optional<std::uint64_t> heartbeat_;
  std::array<std::uint64_t, 5> acks_{};  // by class; 0: none waits
  std::deque<v1::SiteReply> replies_;
  std::optional<v1::StateReport> state_;
  std::deque<Alarm> alarms_;
  std::deque<Block> blocks_;
  std::size_t block_bytes_ = 0;
  std::uint64_t control_sequence_ = 0;
  std::uint64_t highest_alarm_ = 0;  // sent
  std::uint64_t highest_block_ = 0;  // sent
};

}  // namespace karkara
