#include "agent/site/alarm_book.h"

namespace karkara {
namespace {

// Weeks without a controller must not fill the memory; Hello tells the whole of what is raised anyway.
constexpr std::size_t kMostPending = 256;

}  // namespace

std::optional<SendAlarm> AlarmBook::set(const SetAlarm& alarm, WallTime at) {
  if (const auto held = active_.find(alarm.key); (held != active_.end()) == alarm.raised) {
    if (alarm.raised) {
      held->second.fields = alarm.fields;  // what is told on request is current; the controller heard of it once
    }
    return std::nullopt;
  }
  AlarmChange change{alarm.key, alarm.raised, at, alarm.fields};
  if (alarm.raised) {
    active_.emplace(alarm.key, change);
  } else {
    active_.erase(alarm.key);
  }
  if (pending_.size() >= kMostPending) {
    pending_.pop_front();
  }
  pending_.push_back({next_sequence_++, std::move(change)});
  return pending_.back();
}

std::vector<SendAlarm> AlarmBook::restart_session() {
  next_sequence_ = 1;
  for (SendAlarm& alarm : pending_) {
    alarm.sequence = next_sequence_++;
  }
  return {pending_.begin(), pending_.end()};
}

void AlarmBook::acknowledged(std::uint64_t sequence) {
  while (!pending_.empty() && pending_.front().sequence <= sequence) {
    pending_.pop_front();
  }
}

std::vector<AlarmKey> AlarmBook::active_keys() const {
  std::vector<AlarmKey> keys;
  keys.reserve(active_.size());
  for (const auto& [key, change] : active_) {
    keys.push_back(key);
  }
  return keys;
}

std::vector<AlarmChange> AlarmBook::active() const {
  std::vector<AlarmChange> changes;
  changes.reserve(active_.size());
  for (const auto& [key, change] : active_) {
    changes.push_back(change);
  }
  return changes;
}

}  // namespace karkara
