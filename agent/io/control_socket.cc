#include "agent/io/control_socket.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <array>
#include <cerrno>
#include <chrono>

#include "agent/io/errno_error.h"
#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

constexpr std::size_t kMostAnswer = 8'192;  // the daemons' own buffers have 4096

}  // namespace

Result<std::string> ask_daemon(const std::string& path, std::string_view command, Duration patience) {
  sockaddr_un far{};
  far.sun_family = AF_UNIX;
  if (path.size() >= sizeof far.sun_path) {
    return Error{ErrorCode::InvalidArgument, path + ": too long for a socket"};
  }
  path.copy(far.sun_path, sizeof far.sun_path - 1);
  const FileDescriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0)};
  sockaddr_un own{};  // one that the kernel picks in the abstract space: it answers to the sender
  own.sun_family = AF_UNIX;
  if (!socket.ok() || ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&own), sizeof own.sun_family) != 0 ||
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&far), sizeof far) != 0 ||
      ::send(socket.number(), command.data(), command.size(), MSG_DONTWAIT | MSG_NOSIGNAL) < 0) {
    if (errno == EAGAIN) {  // one that hangs has not read the earlier ones
      return Error{ErrorCode::DeadlineExceeded, path + ": reads no commands"};
    }
    return errno_error(errno, path);
  }
  pollfd waiting{socket.number(), POLLIN, 0};
  const auto milliseconds = std::chrono::duration_cast<std::chrono::milliseconds>(patience).count();
  if (::poll(&waiting, 1, static_cast<int>(milliseconds)) <= 0) {
    return Error{ErrorCode::DeadlineExceeded, path + ": no answer"};
  }
  std::array<char, kMostAnswer> bytes{};
  const ssize_t length = ::recv(socket.number(), bytes.data(), bytes.size(), MSG_DONTWAIT);
  if (length < 0) {
    return errno_error(errno, path);
  }
  return std::string{bytes.data(), static_cast<std::size_t>(length)};
}

}  // namespace karkara
