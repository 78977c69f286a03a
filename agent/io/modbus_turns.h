// Which waiting question of a Modbus bus is next, and when: in order, except that a unit that has to wait lets the
// others pass. Refuses to read a clock. Owned by ModbusQueue.
#pragma once

#include <chrono>
#include <deque>
#include <map>
#include <optional>
#include <vector>

#include "agent/facts/modbus.h"

namespace karkara {

struct ModbusQuestion {
  ModbusAsk ask;
  bool echo_tried = false;  // something else was asked before this write, to learn whether the line has an echo
  bool read_back = false;   // this write got one copy of itself for an answer: what it wrote is read
  bool muted = false;       // nobody wants the answer any more
};

class ModbusTurns {
 public:
  using Time = std::chrono::steady_clock::time_point;

  void add(ModbusQuestion question) { waiting_.push_back(std::move(question)); }
  void put_back(ModbusQuestion question) { waiting_.push_front(std::move(question)); }
  [[nodiscard]] std::size_t size() const { return waiting_.size(); }
  [[nodiscard]] bool empty() const { return waiting_.empty(); }

  void rest_until(Time time) { free_at_ = time; }  // nobody is asked before
  void hold(std::uint8_t unit, Time until) { held_[unit] = until; }
  void release_all();

  // The next that may be asked now; none: see due().
  [[nodiscard]] std::optional<ModbusQuestion> take_due(Time now);
  [[nodiscard]] Time due() const;  // of the first that may be asked; max() when none waits
  // The one waiting longest, whether it may be asked or not.
  [[nodiscard]] ModbusQuestion take_first();
  // All of a device.
  std::vector<ModbusAsk> take_of(const DeviceId& device);

 private:
  [[nodiscard]] Time due_of(const ModbusQuestion& question) const;

  std::deque<ModbusQuestion> waiting_;
  Time free_at_{};
  std::map<std::uint8_t, Time> held_;
};

}  // namespace karkara
