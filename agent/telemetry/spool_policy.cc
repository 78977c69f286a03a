#include "agent/telemetry/spool_policy.h"

#include <algorithm>

#include "common/telemetry_block.h"

namespace karkara {
namespace {

constexpr std::size_t kMostWaitingBytes = 256U << 10U;     // about three days at 60 series a minute
constexpr Duration kAnswerTime = std::chrono::minutes{2};  // flash stalls for seconds; longer, it is broken
constexpr Duration kFirstRetry = std::chrono::seconds{10};
constexpr Duration kLongestRetry = std::chrono::minutes{10};
// A full spool gives up this part at a time: the disk frees whole files only.
constexpr std::uint64_t kGiveUpPart = 16;

Duration retry_after(unsigned failures) {
  return std::min(kLongestRetry, kFirstRetry * (1U << std::min(failures, 10U)));
}

// How many numbers lie in both of two ranges, ends included.
std::uint64_t common_numbers(std::uint64_t a_first, std::uint64_t a_last, std::uint64_t b_first, std::uint64_t b_last) {
  const std::uint64_t first = std::max(a_first, b_first);
  const std::uint64_t last = std::min(a_last, b_last);
  return last >= first ? last - first + 1 : 0;
}

}  // namespace

SpoolPolicy::SpoolPolicy(std::uint64_t limit_bytes, Instant start)
    : limit_bytes_{limit_bytes}, answer_due_{start + kAnswerTime} {}

Effects SpoolPolicy::add(std::vector<std::byte> block, Instant now) {
  waiting_bytes_ += block.size();
  waiting_.push_back({0, std::move(block)});
  number_waiting(0, 0);
  bound_memory();
  Effects effects;
  store_front(effects, now);
  return effects;
}

// Gives the next numbers, in order, to the blocks without one and to those whose number is in [from, below).
void SpoolPolicy::number_waiting(std::uint64_t from, std::uint64_t below) {
  if (next_ == 0) {
    return;
  }
  for (Waiting& block : waiting_) {
    if (block.sequence == 0 || (block.sequence >= from && block.sequence < below)) {
      if (auto renumbered = renumber_block(block.content, next_)) {
        waiting_bytes_ += renumbered->size() - block.content.size();
        block = {next_++, std::move(renumbered).value()};
      }
    }
  }
}

void SpoolPolicy::bound_memory() {
  while (waiting_bytes_ > kMostWaitingBytes && waiting_.size() > 2) {
    const auto oldest = waiting_.begin() + (storing_ ? 1 : 0);
    waiting_bytes_ -= oldest->content.size();
    waiting_.erase(oldest);
    ++dropped_;
  }
}

void SpoolPolicy::disk_is_well() {
  failures_ = 0;
  retry_at_ = Instant::max();
  answer_due_ = Instant::max();
}

void SpoolPolicy::disk_failed(Effects& effects, const std::string& why, Instant now) {
  if (failures_ == 0) {
    effects.emplace_back(Note{MessageId::SpoolTrouble, {{"why", why}}});
  }
  if (retry_at_ == Instant::max()) {
    retry_at_ = now + retry_after(failures_++);
  }
}

void SpoolPolicy::store_front(Effects& effects, Instant now) {
  if (opened_ && !storing_ && retry_at_ == Instant::max() && !waiting_.empty() && waiting_.front().sequence != 0) {
    storing_ = true;
    answer_due_ = now + kAnswerTime;
    effects.emplace_back(StoreBlock{waiting_.front().sequence, waiting_.front().content});
  }
}

void SpoolPolicy::trim(Effects& effects, std::uint64_t first, bool giving_up) {
  trims_.push_back(giving_up);
  effects.emplace_back(TrimSpool{first});
}

void SpoolPolicy::enforce_limit(Effects& effects) {
  const bool giving_up = std::find(trims_.begin(), trims_.end(), true) != trims_.end();
  if (opened_ && !giving_up && disk_bytes_ > limit_bytes_ && disk_blocks_ > 0) {
    trim(effects, disk_first_ + std::max<std::uint64_t>(1, disk_blocks_ / kGiveUpPart), true);
  }
}

void SpoolPolicy::start_counting(std::uint64_t next) {
  first_own_ = next_ == 0 ? next : first_own_;
  next_ = std::max(next_, next);
}

Effects SpoolPolicy::on(const SpoolOpened& event, Instant now) {
  Effects effects;
  opened_ = true;
  disk_is_well();
  disk_first_ = event.first;
  last_on_disk_ = event.blocks > 0 ? event.next - 1 : 0;
  disk_blocks_ = event.blocks;
  disk_bytes_ = event.bytes;
  if (event.torn_bytes > 0) {
    effects.emplace_back(Note{MessageId::SpoolRepaired, {{"bytes", std::to_string(event.torn_bytes)}}});
  }
  for (const std::string& what : event.damaged) {
    effects.emplace_back(Note{MessageId::SpoolDamaged, {{"file", what}}});
  }
  // Blocks may have been numbered by the controller's word, and sent, while the disk did not answer. What the disk
  // holds under these numbers from an earlier life will be taken for what was sent.
  if (first_own_ != 0 && event.blocks > 0) {
    dropped_ += common_numbers(first_own_, highest_sent_, event.first, event.next - 1);
  }
  start_counting(event.next);
  number_waiting(0, event.next);
  catch_up_with_controller();
  if (acknowledged_ >= disk_first_ && disk_blocks_ > 0) {
    trim(effects, acknowledged_ + 1, false);
  }
  enforce_limit(effects);
  store_front(effects, now);
  return effects;
}

Effects SpoolPolicy::on(const BlockStored& event, Instant now) {
  storing_ = false;
  disk_is_well();
  if (!waiting_.empty() && waiting_.front().sequence == event.sequence) {
    waiting_bytes_ -= waiting_.front().content.size();
    waiting_.pop_front();
  }
  disk_first_ = disk_blocks_ == 0 ? event.sequence : disk_first_;
  last_on_disk_ = event.sequence;
  ++disk_blocks_;
  disk_bytes_ = event.bytes;
  Effects effects;
  if (event.sequence <= acknowledged_ && trims_.empty()) {
    trim(effects, acknowledged_ + 1, false);  // it came back from the controller before it came back from the disk
  }
  enforce_limit(effects);
  store_front(effects, now);
  return effects;
}

Effects SpoolPolicy::on(const SpoolFailed& event, Instant now) {
  if (event.deed == SpoolDeed::Store) {
    storing_ = false;
    answer_due_ = Instant::max();
  } else if (event.deed == SpoolDeed::Open) {
    answer_due_ = Instant::max();
  } else if (event.deed == SpoolDeed::Trim && !trims_.empty()) {
    trims_.pop_front();
  }
  Effects effects;
  disk_failed(effects, event.why, now);
  return effects;
}

Effects SpoolPolicy::on(const SpoolTrimmed& event, Instant) {
  const bool giving_up = !trims_.empty() && trims_.front();
  if (!trims_.empty()) {
    trims_.pop_front();
  }
  if (giving_up && disk_blocks_ > event.blocks) {
    dropped_ += disk_blocks_ - event.blocks;
  }
  disk_first_ = event.first;
  disk_blocks_ = event.blocks;
  disk_bytes_ = event.bytes;
  Effects effects;
  enforce_limit(effects);
  return effects;
}

// The controller says that it has a block whose number we gave since start, and which we never sent: the number was
// given before, by a life whose disk was lost or could not keep up. What is in memory gets a new number; what is on
// disk under such a number would be taken for what the controller has, and is given up.
void SpoolPolicy::catch_up_with_controller() {
  if (next_ == 0 || acknowledged_ < first_own_ || acknowledged_ <= highest_sent_) {
    return;
  }
  const std::uint64_t lowest = std::max(first_own_, highest_sent_ + 1);
  if (acknowledged_ >= next_) {
    dropped_ += disk_blocks_;  // another disk: nothing on this one is known there
  } else if (disk_blocks_ > 0) {
    dropped_ += common_numbers(lowest, acknowledged_, disk_first_, last_on_disk_);
  }
  next_ = std::max(next_, acknowledged_ + 1);
  first_own_ = acknowledged_ + 1;
  number_waiting(lowest, acknowledged_ + 1);
}

Effects SpoolPolicy::session_opened(std::uint64_t acknowledged, Instant now) {
  acknowledged_ = std::max(acknowledged_, acknowledged);
  if (next_ == 0 && failures_ > 0) {  // no disk to count by
    start_counting(acknowledged_ + 1);
    number_waiting(0, 0);
  }
  catch_up_with_controller();
  return this->acknowledged(acknowledged_, now);
}

void SpoolPolicy::sent(std::uint64_t sequence) {
  highest_sent_ = std::max(highest_sent_, sequence);
}

Effects SpoolPolicy::acknowledged(std::uint64_t sequence, Instant now) {
  acknowledged_ = std::max(acknowledged_, sequence);
  while (!waiting_.empty() && waiting_.front().sequence != 0 && waiting_.front().sequence <= acknowledged_) {
    waiting_bytes_ -= waiting_.front().content.size();
    waiting_.pop_front();
  }
  Effects effects;
  if (opened_ && disk_blocks_ > 0 && disk_first_ <= acknowledged_) {
    trim(effects, acknowledged_ + 1, false);
  }
  store_front(effects, now);
  return effects;
}

Effects SpoolPolicy::tick(Instant now) {
  Effects effects;
  if (answer_due_ <= now) {
    answer_due_ = Instant::max();
    disk_failed(effects, "the disk does not answer", now);
  }
  if (retry_at_ > now) {
    return effects;
  }
  retry_at_ = Instant::max();
  if (opened_) {
    store_front(effects, now);
  } else {
    trim(effects, 0, false);  // forgets nothing, but makes the spool try to open again
  }
  return effects;
}

std::optional<SpoolPolicy::Sendable> SpoolPolicy::sendable(std::uint64_t sequence) const {
  if (opened_ && disk_blocks_ > 0 && sequence <= last_on_disk_) {
    return Sendable{sequence, nullptr};
  }
  if (failures_ == 0) {
    return std::nullopt;
  }
  const auto at = std::find_if(waiting_.begin(), waiting_.end(),
                               [&](const Waiting& block) { return block.sequence != 0 && block.sequence >= sequence; });
  return at != waiting_.end() ? std::optional{Sendable{at->sequence, &at->content}} : std::nullopt;
}

std::uint64_t SpoolPolicy::give_up_disk(std::uint64_t sequence) {
  dropped_ += disk_blocks_ > 0 ? common_numbers(sequence, last_on_disk_, disk_first_, last_on_disk_) : 0;
  return std::max(sequence, last_on_disk_ + 1);
}

std::uint64_t SpoolPolicy::first_unacknowledged() const {
  std::uint64_t first = next_;
  if (disk_blocks_ > 0) {
    first = disk_first_;
  } else if (!waiting_.empty() && waiting_.front().sequence != 0) {
    first = waiting_.front().sequence;
  }
  return next_ == 0 ? 0 : std::min(next_, std::max(first, acknowledged_ + 1));
}

}  // namespace karkara
