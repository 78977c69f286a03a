#include "agent/io/modbus_line.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include "agent/io/modbus_queue.h"

namespace karkara {

ModbusBuses::ModbusBuses(boost::asio::io_context& io, EventSink sink, ModbusRetry retry)
    : io_{io}, sink_{std::move(sink)}, retry_{retry} {}

ModbusBuses::~ModbusBuses() {
  for (const auto& bus : buses_) {
    bus->stop();
  }
}

// Closes what nobody uses any more, before somebody opens the same port with another speed. Returns what went
// unanswered.
std::vector<ModbusAsk> ModbusBuses::leave_others(const DeviceId& device, const ModbusBus* stays_on) {
  std::vector<ModbusAsk> unanswered;
  for (const auto& bus : buses_) {
    if (stays_on == nullptr || bus->bus() != *stays_on) {
      std::ranges::move(bus->leave(device), std::back_inserter(unanswered));
    }
  }
  std::erase_if(buses_, [](const auto& bus) {
    const bool unused = !bus->has_devices();
    if (unused) {
      bus->stop();
    }
    return unused;
  });
  return unanswered;
}

void ModbusBuses::ask(const ModbusAsk& question) {
  const std::vector<ModbusAsk> left = leave_others(question.device, &question.bus);
  auto found = std::ranges::find_if(buses_, [&](const auto& bus) { return bus->bus() == question.bus; });
  if (found == buses_.end()) {
    buses_.push_back(std::make_shared<ModbusQueue>(io_, question.bus, sink_, retry_));
    found = std::prev(buses_.end());
  }
  for (const ModbusAsk& unanswered : left) {
    (*found)->refuse(unanswered, {ErrorCode::Unavailable, "the device is on another bus now"});
  }
  (*found)->ask(question);
}

void ModbusBuses::forget(const ModbusForget& forgotten) {
  (void)leave_others(forgotten.device, nullptr);
}

}  // namespace karkara
