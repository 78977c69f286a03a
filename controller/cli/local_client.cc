#include "controller/cli/local_client.h"

#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include "common/host/file_descriptor.h"
#include "controller/cli/local_frame.h"

namespace karkara::cli {
namespace {

Error system_error(const std::string& path, int number) {
  switch (number) {
    case ENOENT: return {ErrorCode::Unavailable, fmt::format("the agent is not running: there is no {}", path)};
    case ECONNREFUSED:
      return {ErrorCode::Unavailable, fmt::format("the agent is not running: nobody listens on {}", path)};
    case EACCES:
    case EPERM: return {ErrorCode::PermissionDenied, fmt::format("no right to open {}: run this as root", path)};
    case EAGAIN: return {ErrorCode::Unavailable, fmt::format("the agent takes no more callers on {}", path)};
    case EPIPE:
    case ECONNRESET: return {ErrorCode::Unavailable, "the agent hung up"};
    default:  // foreign: errno has many more
      return {ErrorCode::Unavailable, fmt::format("{}: {}", path, std::strerror(number))};
  }
}

// One talk over a connected socket, up to a moment.
class Talk {
 public:
  Talk(const FileDescriptor& socket, std::string path, Instant until, const Clock& clock)
      : socket_{socket}, path_{std::move(path)}, until_{until}, clock_{clock} {}

  Status send(std::string_view bytes) {
    while (!bytes.empty()) {
      if (Status ready = wait_for(POLLOUT); !ready) {
        return ready;
      }
      const ssize_t sent = ::send(socket_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (sent < 0 && errno != EAGAIN && errno != EINTR) {
        return system_error(path_, errno);
      }
      bytes.remove_prefix(static_cast<std::size_t>(std::max<ssize_t>(sent, 0)));
    }
    return {};
  }

  Result<v1::SiteReply> receive() {
    std::string bytes;
    while (true) {
      auto reply = reply_in(bytes);
      if (!reply) {
        return reply.error().in(path_);
      }
      if (*reply) {
        return std::move(**reply);
      }
      if (Status ready = wait_for(POLLIN); !ready) {
        return ready.error();
      }
      std::array<char, 4096> piece;
      const ssize_t got = ::recv(socket_.number(), piece.data(), piece.size(), 0);
      if (got == 0) {
        return system_error(path_, ECONNRESET);
      }
      if (got < 0 && errno != EAGAIN && errno != EINTR) {
        return system_error(path_, errno);
      }
      bytes.append(piece.data(), static_cast<std::size_t>(std::max<ssize_t>(got, 0)));
    }
  }

 private:
  Status wait_for(short what) {
    while (true) {
      const auto left = std::chrono::ceil<std::chrono::milliseconds>(until_ - clock_.now()).count();
      if (left <= 0) {
        return Error{ErrorCode::DeadlineExceeded, fmt::format("the agent on {} does not answer", path_)};
      }
      pollfd waiting{socket_.number(), what, 0};
      constexpr std::int64_t kLongestPoll = 60'000;
      const int ready = ::poll(&waiting, 1, static_cast<int>(std::min<std::int64_t>(left, kLongestPoll)));
      if (ready > 0) {
        return {};
      }
      if (ready < 0 && errno != EINTR) {
        return system_error(path_, errno);
      }
    }
  }

  const FileDescriptor& socket_;
  std::string path_;
  Instant until_;
  const Clock& clock_;
};

}  // namespace

Result<v1::SiteReply> ask_agent(const std::string& path, const v1::SiteRequest& request, Duration timeout,
                                const Clock& clock) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.empty() || path.size() >= sizeof address.sun_path) {
    return Error{ErrorCode::InvalidArgument, fmt::format("'{}' is no path of a socket: 1 to 107 bytes", path)};
  }
  std::memcpy(address.sun_path, path.data(), path.size());
  const FileDescriptor socket{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  if (socket.number() < 0 ||
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    return system_error(path, errno);
  }
  Talk talk{socket, path, clock.now() + timeout, clock};
  if (Status sent = talk.send(frame_of(request)); !sent) {
    return sent.error();
  }
  auto reply = talk.receive();
  if (reply && reply->id() != request.id()) {
    return Error{ErrorCode::DataLoss, fmt::format("{}: an answer to another question", path)};
  }
  return reply;
}

}  // namespace karkara::cli
