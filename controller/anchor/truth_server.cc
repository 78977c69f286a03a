#include "controller/anchor/truth_server.h"

#include <array>
#include <boost/asio/buffer.hpp>
#include <boost/asio/ip/v6_only.hpp>
#include <boost/asio/write.hpp>
#include <utility>

namespace karkara {
namespace {

namespace asio = boost::asio;
using asio::ip::tcp;
using ErrorNumber = boost::system::error_code;

constexpr std::chrono::milliseconds kAcceptPause{200};  // when descriptors ran out
constexpr std::string_view kEndOfHead = "\r\n\r\n";

std::string text_of(const tcp::endpoint& endpoint) {
  const std::string address = endpoint.address().to_string();
  return (endpoint.address().is_v6() ? "[" + address + "]" : address) + ":" + std::to_string(endpoint.port());
}

}  // namespace

// Reads a head, writes an answer, then reads on until the other side closes: closing with unread bytes would reset the
// connection and could take the answer away from under it.
class TruthServer::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(std::shared_ptr<State> state, tcp::socket socket)
      : state_{std::move(state)}, socket_{std::move(socket)}, deadline_{socket_.get_executor()} {
    ++state_->connections;
  }
  ~Connection() { --state_->connections; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  void start() {
    deadline_.expires_after(state_->bounds.connection);
    deadline_.async_wait([self = weak_from_this()](const ErrorNumber& error) {
      if (const auto connection = self.lock(); connection && !error) {
        connection->close();
      }
    });
    read();
  }

 private:
  void close() {
    ErrorNumber ignored;
    socket_.close(ignored);
    deadline_.cancel();
  }

  void read() {
    socket_.async_read_some(asio::buffer(chunk_),
                            [self = shared_from_this()](const ErrorNumber& error, std::size_t size) {
                              if (error) {
                                self->close();
                              } else {
                                self->take(size);
                              }
                            });
  }

  void take(std::size_t size) {
    if (answered_) {
      read();  // and throw away, until the other side closes or the time is up
      return;
    }
    head_.append(chunk_.data(), size);
    const auto end = head_.find(kEndOfHead);
    if (end != std::string::npos) {
      write(state_->answer(std::string_view{head_}.substr(0, end + kEndOfHead.size())));
    } else if (head_.size() >= state_->bounds.head_bytes) {
      write(state_->answer({}));
    } else {
      read();
    }
  }

  void write(std::string answer) {
    answered_ = true;
    out_ = std::move(answer);
    asio::async_write(socket_, asio::buffer(out_), [self = shared_from_this()](const ErrorNumber& error, std::size_t) {
      if (error) {
        self->close();
        return;
      }
      ErrorNumber ignored;
      self->socket_.shutdown(tcp::socket::shutdown_send, ignored);
      self->read();
    });
  }

  std::shared_ptr<State> state_;
  tcp::socket socket_;
  asio::steady_timer deadline_;
  std::array<char, 1024> chunk_;
  std::string head_;
  std::string out_;
  bool answered_ = false;
};

TruthServer::TruthServer(asio::io_context& io, ContentAnswer answer, TruthServerBounds bounds)
    : acceptor_{io}, pause_{io}, state_{std::make_shared<State>(State{std::move(answer), bounds})} {}

TruthServer::~TruthServer() {
  ErrorNumber ignored;
  acceptor_.close(ignored);
}

Status TruthServer::listen(const tcp::endpoint& endpoint) {
  ErrorNumber error;
  const auto step = [&error](auto&& call) {
    if (!error) {
      call();
    }
  };
  step([&] { acceptor_.open(endpoint.protocol(), error); });
  step([&] { acceptor_.set_option(tcp::acceptor::reuse_address{true}, error); });
  if (endpoint.address().is_v6()) {
    step([&] { acceptor_.set_option(asio::ip::v6_only{!endpoint.address().is_unspecified()}, error); });
  }
  step([&] { acceptor_.bind(endpoint, error); });
  step([&] { acceptor_.listen(asio::socket_base::max_listen_connections, error); });
  if (error) {
    return Error{ErrorCode::Unavailable, "cannot listen on TCP " + text_of(endpoint) + ": " + error.message()};
  }
  accept();
  return {};
}

void TruthServer::accept() {
  acceptor_.async_accept([this](const ErrorNumber& error, tcp::socket socket) {
    if (error == asio::error::operation_aborted) {
      return;  // closed; the server may be gone
    }
    if (error) {
      pause();
      return;
    }
    if (state_->connections < state_->bounds.connections) {
      std::make_shared<Connection>(state_, std::move(socket))->start();
    } else {
      ++turned_away_;
    }
    accept();
  });
}

// Out of descriptors, or a connection that went away: go on, but never spin.
void TruthServer::pause() {
  pause_.expires_after(kAcceptPause);
  pause_.async_wait([this](const ErrorNumber& error) {
    if (!error) {
      accept();
    }
  });
}

}  // namespace karkara
