#include "agent/io/serial_port.h"

#include <unistd.h>

#include <algorithm>
#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <deque>
#include <span>

#include "agent/io/serial_line.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;

// A pause after each read gathers what a USB adapter gives in crumbs into a few events a second, and bounds what a
// device gone mad can push: 4 KiB in 50 ms, forty times what 19200 baud can bring.
constexpr std::size_t kReadSize = 4096;
constexpr auto kGather = std::chrono::milliseconds{50};
constexpr std::size_t kMostQueuedWrites = 64;

}  // namespace

// The state that handlers still under way share with the SerialPort; stop() silences it.
class SerialPort::Line : public std::enable_shared_from_this<Line> {
 public:
  Line(asio::io_context& io, DeviceId device, std::string path, unsigned baud, EventSink sink, SerialRetry retry)
      : port_{io},
        timer_{io},
        device_{std::move(device)},
        path_{std::move(path)},
        baud_{baud},
        sink_{std::move(sink)},
        retry_{retry},
        wait_{retry.first} {}

  void try_open();
  void stop();
  void write(std::vector<std::byte> bytes);

 private:
  void read();
  void on_read(const error_code& error, std::size_t size);
  void write_next();
  void lose(const std::string& why);
  void say_closed(const std::string& why);
  void after(Duration wait, void (Line::*then)());

  asio::posix::stream_descriptor port_;
  asio::steady_timer timer_;
  DeviceId device_;
  std::string path_;
  unsigned baud_;
  EventSink sink_;
  SerialRetry retry_;
  Duration wait_;
  bool stopped_ = false;
  std::string told_why_;
  std::array<std::byte, kReadSize> buffer_{};
  std::deque<std::vector<std::byte>> unwritten_;  // the front is under way
};

void SerialPort::Line::after(Duration wait, void (Line::*then)()) {
  if (stopped_) {
    return;
  }
  timer_.expires_after(wait);
  timer_.async_wait([self = shared_from_this(), then](const error_code& error) {
    if (!error && !self->stopped_) {
      (self.get()->*then)();
    }
  });
}

void SerialPort::Line::try_open() {
  if (stopped_) {
    return;
  }
  const Result<int> fd = open_serial_line(path_, baud_);
  if (!fd) {
    return lose(fd.error().text);
  }
  error_code error;
  port_.assign(*fd, error);
  if (error) {
    ::close(*fd);
    return lose(error.message());
  }
  wait_ = retry_.first;
  told_why_.clear();
  sink_(SerialOpened{device_});
  read();
}

void SerialPort::Line::read() {
  if (stopped_) {
    return;
  }
  port_.async_read_some(asio::buffer(buffer_), [self = shared_from_this()](const error_code& error, std::size_t size) {
    if (!self->stopped_) {
      self->on_read(error, size);
    }
  });
}

void SerialPort::Line::on_read(const error_code& error, std::size_t size) {
  if (error) {
    // The end of the file and EIO are how a USB adapter that was pulled out shows.
    return lose(error == asio::error::eof ? "the device is gone" : error.message());
  }
  const auto bytes = std::span{buffer_}.first(size);
  sink_(SerialBytes{device_, {bytes.begin(), bytes.end()}});
  after(kGather, &Line::read);
}

void SerialPort::Line::lose(const std::string& why) {
  error_code ignored;
  port_.close(ignored);
  unwritten_.clear();
  say_closed(why);
  after(wait_, &Line::try_open);
  wait_ = std::min(2 * wait_, retry_.most);
}

void SerialPort::Line::say_closed(const std::string& why) {
  if (why != told_why_) {
    told_why_ = why;
    sink_(SerialClosed{device_, why});
  }
}

void SerialPort::Line::stop() {
  stopped_ = true;
  error_code ignored;
  port_.close(ignored);
  timer_.cancel();
}

void SerialPort::Line::write(std::vector<std::byte> bytes) {
  if (!port_.is_open() || unwritten_.size() >= kMostQueuedWrites) {
    return;
  }
  unwritten_.push_back(std::move(bytes));
  if (unwritten_.size() == 1) {
    write_next();
  }
}

// A write that fails is no event of its own: the read that is always under way sees the same trouble.
void SerialPort::Line::write_next() {
  auto bytes = std::make_shared<std::vector<std::byte>>(unwritten_.front());
  asio::async_write(port_, asio::buffer(*bytes),
                    [self = shared_from_this(), bytes](const error_code& error, std::size_t) {
                      if (error || self->stopped_ || self->unwritten_.empty()) {
                        return;
                      }
                      self->unwritten_.pop_front();
                      if (!self->unwritten_.empty()) {
                        self->write_next();
                      }
                    });
}

SerialPort::SerialPort(asio::io_context& io, DeviceId device, std::string path, unsigned baud, EventSink sink,
                       SerialRetry retry)
    : line_{std::make_shared<Line>(io, std::move(device), std::move(path), baud, std::move(sink), retry)} {
  // Not from here: whoever constructs it has not stored it yet.
  asio::post(io, [line = line_] { line->try_open(); });
}

SerialPort::~SerialPort() {
  line_->stop();
}

void SerialPort::write(std::vector<std::byte> bytes) {
  line_->write(std::move(bytes));
}

}  // namespace karkara
