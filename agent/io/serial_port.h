// One serial port that may appear, vanish and come back: its bytes become SerialBytes, its state SerialOpened and
// SerialClosed. Refuses to know what the bytes mean, and to give up: it tries again until it is destroyed.
// Made by agent/runtime for OpenSerial, destroyed for CloseSerial; both on the io_context's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <memory>
#include <string>
#include <vector>

#include "agent/io/event_sink.h"
#include "common/time.h"

namespace karkara {

struct SerialRetry {
  Duration first = std::chrono::seconds{1};
  Duration most = std::chrono::seconds{10};  // each wait is twice the one before, up to this
};

class SerialPort {
 public:
  // Opens `path` as 8N1, raw, without flow control, DTR and RTS on (an RS232 cable feeds its isolator from them).
  // Each distinct reason why it is not open is told once, not each attempt.
  SerialPort(boost::asio::io_context& io, DeviceId device, std::string path, unsigned baud, EventSink sink,
             SerialRetry retry = {});
  ~SerialPort();  // no event comes after it
  SerialPort(const SerialPort&) = delete;
  SerialPort& operator=(const SerialPort&) = delete;

  // In order; dropped while the port is not open, or when too much waits already.
  void write(std::vector<std::byte> bytes);

 private:
  class Line;
  std::shared_ptr<Line> line_;
};

}  // namespace karkara
