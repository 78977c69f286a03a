// Which alarms of the site are raised, and which changes the controller has not acknowledged. Features say what holds
// as often as they like; the book turns that into changes. Pure.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "agent/facts/effects.h"

namespace karkara {

class AlarmBook {
 public:
  // What to tell the controller, or nothing when it holds already. The sequence is given out here.
  std::optional<SendAlarm> set(const SetAlarm& alarm, WallTime at);
  // A new session counts from 1: everything unacknowledged again, oldest first.
  std::vector<SendAlarm> restart_session();
  void acknowledged(std::uint64_t sequence);

  [[nodiscard]] std::vector<AlarmKey> active_keys() const;
  [[nodiscard]] std::vector<AlarmChange> active() const;
  [[nodiscard]] std::size_t unacknowledged() const { return pending_.size(); }

 private:
  std::map<AlarmKey, AlarmChange> active_;
  std::deque<SendAlarm> pending_;
  std::uint64_t next_sequence_ = 1;
};

}  // namespace karkara
