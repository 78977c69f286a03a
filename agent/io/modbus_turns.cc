#include "agent/io/modbus_turns.h"

#include <algorithm>
#include <utility>

namespace karkara {

ModbusTurns::Time ModbusTurns::due_of(const ModbusQuestion& question) const {
  const auto held = held_.find(question.ask.unit);
  return held == held_.end() ? free_at_ : std::max(free_at_, held->second);
}

void ModbusTurns::release_all() {
  free_at_ = {};
  held_.clear();
}

std::optional<ModbusQuestion> ModbusTurns::take_due(Time now) {
  const auto due = std::ranges::find_if(waiting_, [&](const ModbusQuestion& q) { return due_of(q) <= now; });
  if (due == waiting_.end()) {
    return std::nullopt;
  }
  ModbusQuestion question = std::move(*due);
  waiting_.erase(due);
  held_.erase(question.ask.unit);
  return question;
}

ModbusTurns::Time ModbusTurns::due() const {
  Time first = Time::max();
  for (const ModbusQuestion& question : waiting_) {
    first = std::min(first, due_of(question));
  }
  return first;
}

ModbusQuestion ModbusTurns::take_first() {
  ModbusQuestion question = std::move(waiting_.front());
  waiting_.pop_front();
  return question;
}

std::vector<ModbusAsk> ModbusTurns::take_of(const DeviceId& device) {
  std::vector<ModbusAsk> taken;
  std::erase_if(waiting_, [&](const ModbusQuestion& question) {
    if (question.ask.device != device) {
      return false;
    }
    taken.push_back(question.ask);
    return true;
  });
  return taken;
}

}  // namespace karkara
