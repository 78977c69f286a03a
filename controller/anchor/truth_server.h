// The TCP side of an anchor's signed content: one request of at most 1 KiB and one answer a connection, each connection
// for at most 5 s, a bounded number of them. Refuses to judge: TruthPage makes the answer. No TLS, since what it proves
// is that nobody in between answers.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

using ContentAnswer = std::function<std::string(std::string_view head)>;

struct TruthServerBounds {
  std::chrono::milliseconds connection{5'000};
  std::size_t connections = 256;
  std::size_t head_bytes = 1024;
};

class TruthServer {
 public:
  // All must outlive the server. answer is called from io's thread.
  TruthServer(boost::asio::io_context& io, ContentAnswer answer, TruthServerBounds bounds = {});
  ~TruthServer();
  TruthServer(const TruthServer&) = delete;
  TruthServer& operator=(const TruthServer&) = delete;

  // For [::] IPv4 is answered as well. The error says which endpoint and why.
  Status listen(const boost::asio::ip::tcp::endpoint& endpoint);
  [[nodiscard]] boost::asio::ip::tcp::endpoint local_endpoint() const { return acceptor_.local_endpoint(); }
  [[nodiscard]] std::size_t connections() const { return state_->connections; }
  [[nodiscard]] std::uint64_t turned_away() const { return turned_away_; }

 private:
  // What the connections share; they may outlive the server by a moment.
  struct State {
    ContentAnswer answer;
    TruthServerBounds bounds;
    std::size_t connections = 0;
  };
  class Connection;
  void accept();
  void pause();

  boost::asio::ip::tcp::acceptor acceptor_;
  boost::asio::steady_timer pause_;
  std::shared_ptr<State> state_;
  std::uint64_t turned_away_ = 0;
};

}  // namespace karkara
