#include "agent/io/local_api.h"

#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/write.hpp>
#include <filesystem>
#include <functional>
#include <utility>

#include "agent/io/proto_conversion.h"

namespace karkara {
namespace {

namespace asio = boost::asio;
using boost::system::error_code;
using Socket = asio::local::stream_protocol;

std::string asked_by(Socket::socket& socket) {
  ucred peer{};
  socklen_t size = sizeof peer;
  if (::getsockopt(socket.native_handle(), SOL_SOCKET, SO_PEERCRED, &peer, &size) != 0) {
    return "local";
  }
  return "local uid " + std::to_string(peer.uid);
}

std::uint32_t from_big_endian(const std::array<unsigned char, 4>& bytes) {
  return static_cast<std::uint32_t>(bytes[0]) << 24U | static_cast<std::uint32_t>(bytes[1]) << 16U |
         static_cast<std::uint32_t>(bytes[2]) << 8U | static_cast<std::uint32_t>(bytes[3]);
}

std::string framed(const v1::SiteReply& reply) {
  const std::string body = reply.SerializeAsString();
  const auto size = static_cast<std::uint32_t>(body.size());
  std::string frame{static_cast<char>(size >> 24U), static_cast<char>(size >> 16U), static_cast<char>(size >> 8U),
                    static_cast<char>(size)};
  return frame + body;
}

// Only for the moment of bind(): the socket must never be open to others, not even before a chmod.
class OwnerOnly {
 public:
  OwnerOnly() : before_{::umask(0177)} {}
  ~OwnerOnly() { ::umask(before_); }
  OwnerOnly(const OwnerOnly&) = delete;
  OwnerOnly& operator=(const OwnerOnly&) = delete;

 private:
  mode_t before_;
};

}  // namespace

// One client: reads a request, waits for the answer, writes it, reads the next.
class LocalApi::Connection : public std::enable_shared_from_this<Connection> {
 public:
  using Asked = std::function<void(SiteRequest)>;
  using Gone = std::function<void()>;

  Connection(Socket::socket socket, const Clock& clock, Duration idle, Asked asked, Gone gone)
      : socket_{std::move(socket)},
        timer_{socket_.get_executor()},
        clock_{clock},
        idle_{idle},
        who_{karkara::asked_by(socket_)},
        asked_{std::move(asked)},
        gone_{std::move(gone)} {}

  void read() {
    watch();
    asio::async_read(socket_, asio::buffer(length_), [self = shared_from_this()](const error_code& error, std::size_t) {
      const std::uint32_t length = from_big_endian(self->length_);
      if (error || self->is_closed() || length > kMostRequestBytes) {
        self->close();
        return;
      }
      self->read_body(length);
    });
  }

  void answer(const AnswerRequest& answer) {
    if (is_closed() || !waits_for_answer_ || answer.id != id_) {
      return;
    }
    write(to_reply(answer, clock_.wall()));
  }

  void close() {
    error_code ignored;
    socket_.close(ignored);
    timer_.cancel();
    if (const Gone gone = std::exchange(gone_, nullptr)) {
      gone();
    }
  }

 private:
  // A handler that was queued already may still run after close().
  [[nodiscard]] bool is_closed() const { return !gone_; }

  void read_body(std::uint32_t length) {
    body_.resize(length);
    asio::async_read(socket_, asio::buffer(body_), [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error || self->is_closed()) {
        self->close();
        return;
      }
      self->ask();
    });
  }

  void ask() {
    watch();
    Result<SiteRequest> request = decode_request(body_, clock_.now());
    if (!request) {
      write(to_reply(0, request.error()));
      return;
    }
    id_ = request->id;
    waits_for_answer_ = true;
    request->asked_by = who_;  // what the client says of itself counts for nothing
    request->epoch = 0;
    asked_(std::move(*request));
  }

  void write(const v1::SiteReply& reply) {
    waits_for_answer_ = false;
    watch();
    reply_ = framed(reply);
    asio::async_write(socket_, asio::buffer(reply_), [self = shared_from_this()](const error_code& error, std::size_t) {
      if (error || self->is_closed()) {
        self->close();
        return;
      }
      self->read();
    });
  }

  void watch() {
    timer_.expires_after(idle_);
    timer_.async_wait([weak = weak_from_this()](const error_code& error) {
      if (const auto self = weak.lock(); self && !error) {
        self->close();
      }
    });
  }

  Socket::socket socket_;
  asio::steady_timer timer_;
  const Clock& clock_;
  Duration idle_;
  std::string who_;
  Asked asked_;
  Gone gone_;
  std::array<unsigned char, 4> length_{};
  std::string body_;
  std::string reply_;
  std::uint64_t id_ = 0;
  bool waits_for_answer_ = false;
};

LocalApi::LocalApi(asio::io_context& io, EventSink sink, const Clock& clock, std::string path, Duration idle)
    : io_{io},
      sink_{std::move(sink)},
      clock_{clock},
      path_{std::move(path)},
      idle_{idle},
      acceptor_{io},
      accept_again_{io} {
  silence_protobuf();
}

LocalApi::~LocalApi() {
  close();
}

Status LocalApi::open() {
  namespace fs = std::filesystem;
  if (path_.size() >= sizeof(sockaddr_un::sun_path)) {
    return Error{ErrorCode::InvalidArgument, "the path of the local socket is too long: " + path_};
  }
  std::error_code error;
  fs::create_directories(fs::path{path_}.parent_path(), error);
  const fs::file_status status = fs::symlink_status(path_, error);
  if (fs::exists(status) && !fs::is_socket(status)) {
    return Error{ErrorCode::AlreadyExists, path_ + " is there and is no socket"};
  }
  if (fs::is_socket(status)) {
    Socket::socket probe{io_};
    error_code refused;
    probe.connect(Socket::endpoint{path_}, refused);
    if (!refused) {
      return Error{ErrorCode::AlreadyExists, "another agent listens on " + path_};
    }
    ::unlink(path_.c_str());  // left behind by a power cut
  }
  return bind_socket();
}

Status LocalApi::bind_socket() {
  error_code error;
  acceptor_.open(Socket{}, error);
  if (!error) {
    const OwnerOnly owner_only;
    acceptor_.bind(Socket::endpoint{path_}, error);
  }
  if (!error) {
    acceptor_.listen(static_cast<int>(kMostConnections), error);
  }
  if (error) {
    error_code ignored;
    acceptor_.close(ignored);
    return Error{ErrorCode::Unavailable, path_ + ": " + error.message()};
  }
  accept();
  return {};
}

void LocalApi::accept() {
  acceptor_.async_accept([this, alive = std::weak_ptr{alive_}](const error_code& error, Socket::socket socket) {
    if (alive.expired()) {
      return;
    }
    if (!error) {
      welcome(std::move(socket));
      accept();
      return;
    }
    accept_again_.expires_after(std::chrono::seconds{1});  // out of file descriptors: a loop would only burn power
    accept_again_.async_wait([this, alive](const error_code& cancelled) {
      if (!cancelled && !alive.expired()) {
        accept();
      }
    });
  });
}

void LocalApi::welcome(Socket::socket socket) {
  if (connections_.size() >= kMostConnections) {
    return;  // closes it
  }
  const std::uint64_t channel = ++last_channel_;
  const auto asked = [this, channel](SiteRequest request) {
    request.channel = channel;
    sink_(Event{std::move(request)});
  };
  const auto connection = std::make_shared<Connection>(std::move(socket), clock_, idle_, asked,
                                                       [this, channel] { connections_.erase(channel); });
  connections_.emplace(channel, connection);
  connection->read();
}

void LocalApi::answer(const AnswerRequest& answer) {
  if (const auto at = connections_.find(answer.channel); at != connections_.end()) {
    const std::shared_ptr<Connection> connection = at->second;
    connection->answer(answer);
  }
}

void LocalApi::close() {
  error_code ignored;
  alive_.reset();
  accept_again_.cancel();
  if (acceptor_.is_open()) {
    acceptor_.close(ignored);
    ::unlink(path_.c_str());
  }
  const auto connections = std::exchange(connections_, {});
  for (const auto& [channel, connection] : connections) {
    connection->close();
  }
}

}  // namespace karkara
