#include "controller/fleet/alarm_book.h"

#include <algorithm>

namespace karkara {

Level alarm_level(const std::string& message) {
  const MessageInfo* known = find_message(message);
  return known != nullptr ? known->level : Level::Error;
}

AlarmSubject panels_dirty() {
  return {std::string{info(MessageId::PanelsDirty).name}, ""};
}

bool is_controllers_alarm(const std::string& message) {
  return message == info(MessageId::PanelsDirty).name;
}

std::optional<AlarmRecord> AlarmBook::take(const AlarmSignal& signal, const SiteId& site, WallTime received,
                                           std::uint64_t& next_id) {
  const auto at = active_.find(signal.key);
  if (!signal.raised) {
    const bool repeated = std::any_of(closed_.begin(), closed_.end(), [&](const Closed& closed) {
      return closed.key == signal.key && closed.cleared == signal.device_time;
    });
    return at == active_.end() || repeated ? std::nullopt : std::optional{close(at, signal.device_time)};
  }
  if (at == active_.end()) {
    const bool repeated = std::any_of(closed_.begin(), closed_.end(), [&](const Closed& closed) {
      return closed.key == signal.key && closed.raised == signal.device_time;
    });
    return repeated ? std::nullopt : open(signal, site, received, next_id);
  }
  if (from_list_.erase(signal.key) == 0) {
    return std::nullopt;
  }
  at->second.raised = signal.device_time;
  at->second.fields = signal.fields;
  return at->second;
}

std::vector<AlarmRecord> AlarmBook::take_list(const std::vector<AlarmSubject>& active, WallTime device_time,
                                              const SiteId& site, WallTime received, std::uint64_t& next_id) {
  std::vector<AlarmRecord> changed;
  for (auto at = active_.begin(); at != active_.end();) {
    const auto next = std::next(at);
    const bool listed = std::find(active.begin(), active.end(), at->first) != active.end();
    if (!listed && !is_controllers_alarm(at->first.message)) {
      changed.push_back(close(at, device_time));
    }
    at = next;
  }
  for (const AlarmSubject& key : active) {
    if (!active_.contains(key) && !is_controllers_alarm(key.message)) {
      if (auto opened = open(AlarmSignal{key, true, device_time, {}}, site, received, next_id)) {
        from_list_[key] = true;
        changed.push_back(std::move(*opened));
      }
    }
  }
  return changed;
}

void AlarmBook::restore(const AlarmRecord& record) {
  if (record.active) {
    active_.insert_or_assign(record.key, record);
  } else {
    remember_closed(record);
  }
}

bool AlarmBook::any_at_least(Level level) const {
  return std::any_of(active_.begin(), active_.end(), [&](const auto& entry) { return entry.second.level >= level; });
}

std::optional<AlarmRecord> AlarmBook::open(const AlarmSignal& signal, const SiteId& site, WallTime received,
                                           std::uint64_t& next_id) {
  if (active_.size() >= kMostActive) {
    return std::nullopt;
  }
  AlarmRecord record{next_id++, site,     signal.key,   alarm_level(signal.key.message), true, signal.device_time,
                     {},        received, signal.fields};
  active_.emplace(signal.key, record);
  return record;
}

AlarmRecord AlarmBook::close(std::map<AlarmSubject, AlarmRecord>::iterator at, WallTime device_time) {
  AlarmRecord record = std::move(at->second);
  from_list_.erase(at->first);
  active_.erase(at);
  record.active = false;
  record.cleared = device_time;
  remember_closed(record);
  return record;
}

void AlarmBook::remember_closed(const AlarmRecord& record) {
  closed_.push_back({record.key, record.raised, record.cleared.value_or(WallTime{})});
  if (closed_.size() > kRememberedClosed) {
    closed_.pop_front();
  }
}

}  // namespace karkara
