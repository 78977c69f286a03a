#include "agent/io/hostapd.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cerrno>
#include <memory>

#include "agent/io/errno_error.h"
#include "common/host/file_descriptor.h"

namespace karkara {
namespace {

constexpr std::size_t kLongestAnswer = 8'192;  // hostapd's own buffer has 4096

// It answers to the sender's own address. One that the kernel picks in the abstract space needs no folder that both may
// write to.
Result<FileDescriptor> connect_to(const std::string& path) {
  sockaddr_un far{};
  far.sun_family = AF_UNIX;
  if (path.size() >= sizeof far.sun_path) {
    return Error{ErrorCode::InvalidArgument, path + ": too long for a socket"};
  }
  path.copy(far.sun_path, sizeof far.sun_path - 1);
  FileDescriptor socket{::socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0)};
  sockaddr_un own{};
  own.sun_family = AF_UNIX;
  if (socket.number() < 0 ||
      ::bind(socket.number(), reinterpret_cast<const sockaddr*>(&own), sizeof own.sun_family) != 0 ||
      ::connect(socket.number(), reinterpret_cast<const sockaddr*>(&far), sizeof far) != 0) {
    return errno_error(errno, "hostapd");
  }
  return socket;
}

// One question. Lives as long as its handlers.
class Question : public std::enable_shared_from_this<Question> {
 public:
  Question(boost::asio::io_context& io, int fd, Hostapd::Answer answer)
      : descriptor_{io, fd}, timer_{io}, answer_{std::move(answer)} {}

  void wait(Duration patience) {
    timer_.expires_after(patience);
    timer_.async_wait([self = shared_from_this()](const boost::system::error_code& error) {
      if (!error) {
        self->end(Error{ErrorCode::DeadlineExceeded, "hostapd: no answer"});
      }
    });
    descriptor_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                           [self = shared_from_this()](const boost::system::error_code& error) {
                             if (!error) {
                               self->read();
                             }
                           });
  }

 private:
  void read() {
    std::array<char, kLongestAnswer> bytes{};
    const ssize_t length = ::recv(descriptor_.native_handle(), bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (length < 0) {
      end(errno_error(errno, "hostapd"));
    } else {
      end(std::string{bytes.data(), static_cast<std::size_t>(length)});
    }
  }
  void end(Result<std::string> result) {
    if (const auto answer = std::exchange(answer_, nullptr)) {
      timer_.cancel();
      boost::system::error_code ignored;
      descriptor_.cancel(ignored);
      answer(std::move(result));
    }
  }

  boost::asio::posix::stream_descriptor descriptor_;
  boost::asio::steady_timer timer_;
  Hostapd::Answer answer_;
};

}  // namespace

bool Hostapd::manages(const std::string& interface) const {
  return connect_to(folder_ + "/" + interface).ok();
}

void Hostapd::ask(const std::string& interface, std::string_view command, Duration patience, Answer answer) {
  auto connected = connect_to(folder_ + "/" + interface);
  Status status = connected ? Status{} : Status{connected.error()};
  if (status) {
    const int socket = connected->release();  // the question closes it
    const auto question = std::make_shared<Question>(io_, socket, answer);
    if (::send(socket, command.data(), command.size(), MSG_DONTWAIT | MSG_NOSIGNAL) >= 0) {
      question->wait(patience);
      return;
    }
    status = errno_error(errno, "hostapd");
  }
  boost::asio::post(io_, [answer = std::move(answer), error = status.error()] { answer(error); });
}

}  // namespace karkara
