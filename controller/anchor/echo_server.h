// The UDP sockets of an anchor. Answers from the address that was asked, which on a machine with several addresses is
// not the one that the route back would choose. Refuses to fragment, for an answer's size means something, and to
// judge: EchoResponder decides whether there is an answer.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstdint>
#include <functional>
#include <span>
#include <vector>

#include "common/echo.h"
#include "common/result.h"

namespace karkara {

using EchoAnswer = std::function<std::optional<std::vector<std::byte>>(std::span<const std::byte>)>;

class EchoServer {
 public:
  // Both must outlive the server. answer is called from io's thread.
  EchoServer(boost::asio::io_context& io, EchoAnswer answer);

  // Listens on one more endpoint; for [::] on every IPv4 address as well. The error says which endpoint and why.
  Status listen(const boost::asio::ip::udp::endpoint& endpoint);
  [[nodiscard]] boost::asio::ip::udp::endpoint local_endpoint() const;  // the first; after listen()
  void close();
  [[nodiscard]] std::uint64_t unsent() const { return unsent_; }  // answers that the kernel would not take

 private:
  Status open(const boost::asio::ip::udp::endpoint& endpoint);
  void wait(std::size_t socket);
  bool answer_one(int socket);

  boost::asio::io_context& io_;
  EchoAnswer answer_;
  std::vector<boost::asio::ip::udp::socket> sockets_;
  std::uint64_t unsent_ = 0;
};

}  // namespace karkara
