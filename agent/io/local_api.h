// The router's own unix socket, for 'karkara local': 4 bytes big-endian length and a SiteRequest in, 4 bytes and a
// SiteReply out, one after the other. Refuses everybody but root (mode 0600), requests over 64 KiB, more than 8
// connections, and silence over 10 s. Made by main.cc; lives on the loop's thread.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "agent/facts/effects.h"
#include "agent/io/event_sink.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

class LocalApi {
 public:
  static constexpr std::uint32_t kMostRequestBytes = 64U << 10U;
  static constexpr std::size_t kMostConnections = 8;

  // idle: how long a connection may be silent, or a request unanswered.
  LocalApi(boost::asio::io_context& io, EventSink sink, const Clock& clock, std::string path,
           Duration idle = std::chrono::seconds{10});
  ~LocalApi();
  LocalApi(const LocalApi&) = delete;
  LocalApi& operator=(const LocalApi&) = delete;

  // Creates the parent folder, replaces a socket file that nobody listens on.
  // Errors: AlreadyExists when somebody does, or when the path is no socket; Unavailable with the system's reason.
  Status open();
  // The answer to a SiteRequest whose channel is not 0; a connection that is gone is no error.
  void answer(const AnswerRequest& answer);
  // Closes all and removes the socket file; for good.
  void close();

 private:
  class Connection;
  Status bind_socket();
  void accept();
  void welcome(boost::asio::local::stream_protocol::socket socket);

  boost::asio::io_context& io_;
  EventSink sink_;
  const Clock& clock_;
  std::string path_;
  Duration idle_;
  boost::asio::local::stream_protocol::acceptor acceptor_;
  boost::asio::steady_timer accept_again_;
  std::map<std::uint64_t, std::shared_ptr<Connection>> connections_;
  std::uint64_t last_channel_ = 0;
  std::shared_ptr<const bool> alive_ = std::make_shared<bool>(true);  // gone after close(): queued handlers do nothing
};

}  // namespace karkara
