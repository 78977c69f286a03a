// Our Modbus master: all buses of the site, each a queue of the questions of the devices on it. Refuses to know what is
// asked and how often; agent/power does, and what a device did not answer it asks again.
// Made by agent/runtime; all calls and all events on the io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <vector>

#include "agent/facts/modbus.h"
#include "agent/io/event_sink.h"

namespace karkara {

class ModbusQueue;

struct ModbusRetry {
  Duration first = std::chrono::seconds{1};    // between a line lost and the next question that opens it again
  Duration most = std::chrono::seconds{10};    // each wait is twice the one before, up to this, until one is answered
  Duration connect = std::chrono::seconds{5};  // for a TCP connection to come about
};

class ModbusBuses {
 public:
  // Events: ModbusAnswered, never from within a call.
  ModbusBuses(boost::asio::io_context& io, EventSink sink, ModbusRetry retry = {});
  ~ModbusBuses();  // no event comes after it
  ModbusBuses(const ModbusBuses&) = delete;
  ModbusBuses& operator=(const ModbusBuses&) = delete;

  // A bus opens with the first question for it, and again with a later one when it was lost. InvalidArgument: no
  // question that a master may send. ResourceExhausted: too many wait already. What a device still waits for on
  // another bus than this one is answered with Unavailable.
  void ask(const ModbusAsk& question);
  void forget(const ModbusForget& forgotten);

 private:
  std::vector<ModbusAsk> leave_others(const DeviceId& device, const ModbusBus* stays_on);

  boost::asio::io_context& io_;
  EventSink sink_;
  ModbusRetry retry_;
  std::vector<std::shared_ptr<ModbusQueue>> buses_;  // each has a device
};

}  // namespace karkara
