// One UDP socket on the mesh's interface, IPv6 link-local: to one neighbour or to all of them. Refuses what does not
// come from a link-local address, and to know what is said. Used by agent/io/hello_link.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <functional>
#include <memory>
#include <span>
#include <string>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

class HelloSocket : public std::enable_shared_from_this<HelloSocket> {
 public:
  using OnPacket = std::function<void(const IpAddress& from, std::span<const std::byte> packet)>;

  // NotFound: no such interface now. Unavailable: it has no link-local address yet, or a right is missing.
  static Result<std::shared_ptr<HelloSocket>> open(boost::asio::io_context& io, const std::string& interface,
                                                   std::uint16_t port);
  void start(OnPacket on_packet);
  void close();
  [[nodiscard]] bool is_current() const;  // the interface is still the same one
  // What cannot be sent is lost as a frame on the air would be.
  void send(const IpAddress& to, std::span<const std::byte> packet);
  void send_to_all(std::span<const std::byte> packet);

 private:
  HelloSocket(boost::asio::ip::udp::socket socket, std::string interface, unsigned index, std::uint16_t port);
  void wait();
  bool take();

  boost::asio::ip::udp::socket socket_;
  std::string interface_;
  unsigned index_;
  std::uint16_t port_;
  OnPacket on_packet_;
};

}  // namespace karkara
