#include "agent/io/modbus_stream.h"

#include <netinet/tcp.h>
#include <sys/socket.h>
#include <termios.h>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/write.hpp>
#include <utility>

#include "agent/io/serial_line.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

Status status_of(const error_code& error) {
  return error ? Status{Error{ErrorCode::Unavailable, error.message()}} : Status{};
}

template <class Stream>
class StreamOf : public ModbusStream {
 public:
  explicit StreamOf(asio::io_context& io) : stream_{io} {}

  void close() override {
    error_code ignored;
    stream_.close(ignored);
  }
  void read(asio::mutable_buffer into, Moved moved) override { stream_.async_read_some(into, std::move(moved)); }
  void write(asio::const_buffer from, Moved moved) override { asio::async_write(stream_, from, std::move(moved)); }

 protected:
  Stream stream_;
};

class SerialStream final : public StreamOf<asio::posix::stream_descriptor> {
 public:
  // Closing waits for what an adapter does not take any more.
  void close() override {
    if (stream_.is_open()) {
      static_cast<void>(::tcflush(stream_.native_handle(), TCOFLUSH));
    }
    StreamOf::close();
  }
  SerialStream(asio::io_context& io, ModbusSerialBus bus) : StreamOf{io}, bus_{std::move(bus)} {}

  void open(Opened opened) override {
    const Result<int> fd = open_serial_line(bus_.path, bus_.baud, {bus_.parity, bus_.stop_bits});
    if (!fd) {
      return opened(fd.error().in(bus_.path));
    }
    error_code error;
    stream_.assign(*fd, error);
    if (error) {
      ::close(*fd);
    }
    opened(status_of(error));
  }

 private:
  ModbusSerialBus bus_;
};

class TcpStream final : public StreamOf<tcp::socket> {
 public:
  TcpStream(asio::io_context& io, const ModbusTcpBus& bus) : StreamOf{io}, bus_{bus} {}

  void open(Opened opened) override {
    error_code error;
    const tcp::endpoint server{asio::ip::make_address(bus_.endpoint.address.text(), error), bus_.endpoint.port};
    if (!error) {
      stream_.open(server.protocol(), error);
    }
    if (error) {
      return opened(status_of(error));
    }
    stream_.set_option(tcp::no_delay{true}, error);
    stream_.set_option(asio::socket_base::keep_alive{true}, error);
    // A gateway that lost its power would else be repeated to for a quarter of an hour.
    const int unacknowledged_ms = 10'000;
    static_cast<void>(::setsockopt(stream_.native_handle(), IPPROTO_TCP, TCP_USER_TIMEOUT, &unacknowledged_ms,
                                   sizeof unacknowledged_ms));
    stream_.async_connect(server,
                          [opened = std::move(opened)](const error_code& failed) { opened(status_of(failed)); });
  }

 private:
  ModbusTcpBus bus_;
};

}  // namespace

std::unique_ptr<ModbusStream> make_modbus_stream(asio::io_context& io, const ModbusBus& bus) {
  using Made = std::unique_ptr<ModbusStream>;
  return std::visit(
      Overloaded{[&](const ModbusSerialBus& serial) -> Made { return std::make_unique<SerialStream>(io, serial); },
                 [&](const ModbusTcpBus& server) -> Made { return std::make_unique<TcpStream>(io, server); }},
      bus);
}

}  // namespace karkara
