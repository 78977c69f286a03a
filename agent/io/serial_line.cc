#include "agent/io/serial_line.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/file.h>
#include <sys/ioctl.h>
#include <termios.h>
#include <unistd.h>

#include <cerrno>
#include <optional>
#include <system_error>

namespace karkara {
namespace {

std::optional<speed_t> speed_of(unsigned baud) {
  switch (baud) {
    case 1'200: return B1200;
    case 2'400: return B2400;
    case 4'800: return B4800;
    case 9'600: return B9600;
    case 19'200: return B19200;
    case 38'400: return B38400;
    case 57'600: return B57600;
    case 115'200: return B115200;
    case 230'400: return B230400;
    default: return std::nullopt;  // foreign: any number may be configured
  }
}

Error last_error() {
  return {ErrorCode::Unavailable, std::generic_category().message(errno)};
}

tcflag_t framing_flags(SerialFrame frame) {
  const tcflag_t stop = frame.stop_bits == 2 ? CSTOPB : 0;
  switch (frame.parity) {
    case SerialParity::None: return stop;
    case SerialParity::Even: return stop | PARENB;
    case SerialParity::Odd: return stop | PARENB | PARODD;
  }
  return stop;
}

Status set_up(int fd, speed_t speed, SerialFrame frame) {
  termios line{};
  if (tcgetattr(fd, &line) != 0) {
    return errno == ENOTTY ? Error{ErrorCode::InvalidArgument, "not a serial port"} : last_error();
  }
  cfmakeraw(&line);
  line.c_cflag &= ~static_cast<tcflag_t>(CRTSCTS | CSTOPB | PARENB | PARODD | HUPCL);  // HUPCL would drop DTR at close
  line.c_cflag |= CREAD | CLOCAL | framing_flags(frame);
  line.c_cc[VMIN] = 1;
  line.c_cc[VTIME] = 0;
  if (cfsetispeed(&line, speed) != 0 || cfsetospeed(&line, speed) != 0 || tcsetattr(fd, TCSANOW, &line) != 0) {
    return last_error();
  }
  // Of these, a port without modem lines or a second owner's protection refuses some: it works all the same.
  const int lines = TIOCM_DTR | TIOCM_RTS;
  (void)ioctl(fd, TIOCMBIS, &lines);
  (void)ioctl(fd, TIOCEXCL);
  (void)tcflush(fd, TCIFLUSH);
  return {};
}

}  // namespace

Result<int> open_serial_line(const std::string& path, unsigned baud, SerialFrame frame) {
  const std::optional<speed_t> speed = speed_of(baud);
  if (!speed) {
    return Error{ErrorCode::InvalidArgument, fmt::format("no such speed: {} baud", baud)};
  }
  if (frame.stop_bits != 1 && frame.stop_bits != 2) {
    return Error{ErrorCode::InvalidArgument, fmt::format("{} stop bits; there can be 1 or 2", frame.stop_bits)};
  }
  const int fd = ::open(path.c_str(), O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
  if (fd < 0) {
    return last_error();
  }
  // Before anything is set: an owner's speed must stay. TIOCEXCL does not keep root out; this does who looks for it.
  if (flock(fd, LOCK_EX | LOCK_NB) != 0 && errno == EWOULDBLOCK) {
    ::close(fd);
    return Error{ErrorCode::Unavailable, "in use already"};
  }
  const Status status = set_up(fd, *speed, frame);
  if (!status) {
    ::close(fd);
    return status.error();
  }
  return fd;
}

}  // namespace karkara
