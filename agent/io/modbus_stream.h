// The bytes of one Modbus bus, a serial line or a TCP connection, behind one face. Refuses to decide when to open, and
// what the bytes mean. Owned by ModbusQueue.
#pragma once

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/system/error_code.hpp>
#include <functional>
#include <memory>

#include "agent/facts/modbus.h"
#include "common/result.h"

namespace karkara {

class ModbusStream {
 public:
  using Opened = std::function<void(Status)>;
  using Moved = std::function<void(const boost::system::error_code&, std::size_t)>;

  virtual ~ModbusStream() = default;
  // `opened` may be called before it returns. close() ends everything under way; a handler may still come, late.
  virtual void open(Opened opened) = 0;
  virtual void close() = 0;
  virtual void read(boost::asio::mutable_buffer into, Moved moved) = 0;  // some, at least one byte
  virtual void write(boost::asio::const_buffer from, Moved moved) = 0;   // all
};

[[nodiscard]] std::unique_ptr<ModbusStream> make_modbus_stream(boost::asio::io_context& io, const ModbusBus& bus);

}  // namespace karkara
