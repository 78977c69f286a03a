// Sends blocks oldest first over an open session, a few unacknowledged at a time. Oldest first because the session's
// acknowledgement is cumulative: "everything up to N is durable" would forget what was left out in between.
// Refuses to store and to number: SpoolPolicy does. Called by TelemetryFeature.
#pragma once

#include <cstdint>
#include <deque>

#include "agent/facts/effects.h"
#include "agent/telemetry/spool_policy.h"

namespace karkara {

class BlockSender {
 public:
  void session_opened(std::uint64_t first);  // the first that the controller does not have
  void session_closed();
  [[nodiscard]] Effects loaded(const BlockLoaded& event, SpoolPolicy& spool);
  // A disk that cannot be read is asked again for some minutes; then what it holds is given up.
  void load_failed(const SpoolFailed& event, SpoolPolicy& spool, Instant now);
  // What of it may be believed: never more than was sent in this session.
  [[nodiscard]] std::uint64_t acknowledged(std::uint64_t sequence);
  // Sends what memory holds and asks for what the disk holds, while the window has room.
  [[nodiscard]] Effects pump(SpoolPolicy& spool, Instant now);
  [[nodiscard]] Instant next_deadline() const { return retry_at_; }

 private:
  [[nodiscard]] SendBlock send(SpoolPolicy& spool, std::uint64_t sequence, const std::vector<std::byte>& content);

  bool open_ = false;
  std::uint64_t next_ = 0;  // the lowest that was not sent in this session
  std::deque<std::uint64_t> in_flight_;
  bool loading_ = false;               // one LoadBlock is out
  std::uint64_t asked_ = 0;            // for this one
  unsigned load_failures_ = 0;         // in a row
  Instant retry_at_ = Instant::max();  // not before then another LoadBlock
};

}  // namespace karkara
