#include "agent/telemetry/block_sender.h"

#include <algorithm>

namespace karkara {
namespace {

// About 3 KB: half a second of a 64 kbit/s uplink, and enough for some blocks a round trip over a satellite.
constexpr std::size_t kWindow = 4;
constexpr Duration kLoadPause = std::chrono::seconds{30};
constexpr unsigned kMostLoadFailures = 20;

}  // namespace

void BlockSender::session_opened(std::uint64_t first) {
  open_ = true;
  next_ = first;
  in_flight_.clear();
  retry_at_ = Instant::max();
}

void BlockSender::session_closed() {
  open_ = false;
  in_flight_.clear();
  retry_at_ = Instant::max();
}

SendBlock BlockSender::send(SpoolPolicy& spool, std::uint64_t sequence, const std::vector<std::byte>& content) {
  in_flight_.push_back(sequence);
  next_ = sequence + 1;
  spool.sent(sequence);
  return {sequence, content};
}

Effects BlockSender::loaded(const BlockLoaded& event, SpoolPolicy& spool) {
  loading_ = false;
  load_failures_ = 0;
  Effects effects;
  // An answer to a question of an earlier session is not to the point any more.
  if (open_ && asked_ == next_ && event.sequence >= next_) {
    effects.emplace_back(send(spool, event.sequence, event.content));
  }
  return effects;
}

void BlockSender::load_failed(const SpoolFailed& event, SpoolPolicy& spool, Instant now) {
  loading_ = false;
  if (!open_ || asked_ != next_) {
    return;
  }
  if (event.gone || ++load_failures_ >= kMostLoadFailures) {
    load_failures_ = 0;
    next_ = spool.give_up_disk(next_);
  } else {
    retry_at_ = now + kLoadPause;
  }
}

std::uint64_t BlockSender::acknowledged(std::uint64_t sequence) {
  const std::uint64_t believed = open_ && next_ > 0 ? std::min(sequence, next_ - 1) : 0;
  while (!in_flight_.empty() && in_flight_.front() <= believed) {
    in_flight_.pop_front();
  }
  return believed;
}

Effects BlockSender::pump(SpoolPolicy& spool, Instant now) {
  Effects effects;
  if (retry_at_ <= now) {
    retry_at_ = Instant::max();
  }
  while (open_ && !loading_ && retry_at_ == Instant::max() && in_flight_.size() < kWindow) {
    const auto next = spool.sendable(next_);
    if (!next) {
      break;
    }
    if (next->content != nullptr) {
      effects.emplace_back(send(spool, next->sequence, *next->content));
    } else {
      loading_ = true;
      asked_ = next_;
      effects.emplace_back(LoadBlock{next_});
    }
  }
  return effects;
}

}  // namespace karkara
