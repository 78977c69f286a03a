// A pair of pseudo-terminals: what a serial device is to the tests and to the lab. Refuses nothing; throws when the
// kernel has none left.
#pragma once

#include <fcntl.h>
#include <pty.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <string>
#include <string_view>
#include <system_error>

namespace karkara {

class Pty {
 public:
  Pty() {
    termios line{};
    cfmakeraw(&line);
    char name[64] = {};
    if (openpty(&device_, &port_, name, &line, nullptr) != 0) {
      throw std::system_error{errno, std::generic_category(), "openpty"};
    }
    port_path_ = name;
    fcntl(device_, F_SETFL, O_NONBLOCK);
  }
  ~Pty() {
    ::close(port_);
    ::close(device_);
  }
  Pty(const Pty&) = delete;
  Pty& operator=(const Pty&) = delete;

  [[nodiscard]] const std::string& port_path() const { return port_path_; }  // what a program opens
  [[nodiscard]] int device() const { return device_; }                       // the wire's other end
  [[nodiscard]] int port() const { return port_; }

  // As the device; what does not fit is lost, as on a wire.
  void send(std::string_view bytes) const { (void)!::write(device_, bytes.data(), bytes.size()); }
  // What the program wrote so far.
  [[nodiscard]] std::string received() const {
    char buffer[4096];
    const ssize_t size = ::read(device_, buffer, sizeof buffer);
    return size > 0 ? std::string(buffer, static_cast<std::size_t>(size)) : std::string{};
  }

 private:
  int device_ = -1;
  int port_ = -1;
  std::string port_path_;
};

}  // namespace karkara
