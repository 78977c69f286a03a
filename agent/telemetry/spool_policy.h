// What becomes of finished blocks: numbered, written to disk one at a time, held in bounded memory while the disk
// fails, given up oldest first when disk or memory is full, forgotten when the controller has them. Refuses to know the
// session and to touch the disk: it returns StoreBlock and TrimSpool. Called by TelemetryFeature.
#pragma once

#include <algorithm>
#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/events.h"
#include "common/time.h"

namespace karkara {

class SpoolPolicy {
 public:
  SpoolPolicy(std::uint64_t limit_bytes, Instant start);
  void set_limit(std::uint64_t bytes) { limit_bytes_ = bytes; }  // holds from the next block on

  [[nodiscard]] Effects add(std::vector<std::byte> block, Instant now);  // any number in it is replaced
  [[nodiscard]] Effects on(const SpoolOpened& event, Instant now);
  [[nodiscard]] Effects on(const BlockStored& event, Instant now);
  [[nodiscard]] Effects on(const SpoolFailed& event, Instant now);  // not for SpoolDeed::Load
  [[nodiscard]] Effects on(const SpoolTrimmed& event, Instant now);
  // The controller's word at the start of a session. It wins over ours: a router with a new disk counts on from there.
  [[nodiscard]] Effects session_opened(std::uint64_t acknowledged, Instant now);
  [[nodiscard]] Effects acknowledged(std::uint64_t sequence, Instant now);
  void sent(std::uint64_t sequence);
  [[nodiscard]] Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const { return std::min(retry_at_, answer_due_); }

  struct Sendable {
    std::uint64_t sequence = 0;
    const std::vector<std::byte>* content = nullptr;  // nullptr: to be loaded
  };
  // The oldest block from `sequence` on. For one on disk the number may be that of a gap before it. While the disk is
  // well, what is only in memory is not sent: after a power cut its number would be given to another block.
  [[nodiscard]] std::optional<Sendable> sendable(std::uint64_t sequence) const;
  // What is on disk from `sequence` on cannot be sent: counts it as dropped, returns the number behind it.
  [[nodiscard]] std::uint64_t give_up_disk(std::uint64_t sequence);

  [[nodiscard]] bool opened() const { return opened_; }
  [[nodiscard]] std::uint64_t first_unacknowledged() const;  // 0 while the numbers are not known
  [[nodiscard]] std::uint64_t blocks() const { return disk_blocks_ + waiting_.size(); }
  [[nodiscard]] std::uint64_t disk_bytes() const { return disk_bytes_; }
  [[nodiscard]] std::uint64_t dropped() const { return dropped_; }

 private:
  struct Waiting {
    std::uint64_t sequence = 0;  // 0: not known yet
    std::vector<std::byte> content;
  };

  void number_waiting(std::uint64_t from, std::uint64_t below);
  void start_counting(std::uint64_t next);
  void catch_up_with_controller();
  void bound_memory();
  void disk_is_well();
  void disk_failed(Effects& effects, const std::string& why, Instant now);
  void store_front(Effects& effects, Instant now);
  void enforce_limit(Effects& effects);
  void trim(Effects& effects, std::uint64_t first, bool giving_up);

  std::uint64_t limit_bytes_;
  std::deque<Waiting> waiting_;  // in memory only, oldest first
  std::size_t waiting_bytes_ = 0;
  bool opened_ = false;
  bool storing_ = false;            // one StoreBlock is out
  std::deque<bool> trims_;          // TrimSpools that are out: whether to give up, or because acknowledged
  std::uint64_t next_ = 0;          // number of the next block; 0: not known yet
  std::uint64_t first_own_ = 0;     // the lowest number that was given since start
  std::uint64_t highest_sent_ = 0;  // since start
  std::uint64_t acknowledged_ = 0;
  std::uint64_t disk_first_ = 0;
  std::uint64_t last_on_disk_ = 0;
  std::uint64_t disk_blocks_ = 0;
  std::uint64_t disk_bytes_ = 0;
  std::uint64_t dropped_ = 0;
  unsigned failures_ = 0;  // in a row; 0: the disk is well
  Instant retry_at_ = Instant::max();
  Instant answer_due_;  // of the opening or of the StoreBlock that is out
};

}  // namespace karkara
