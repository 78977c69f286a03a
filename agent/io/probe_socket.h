// One UDP socket that can only speak over one uplink: bound to the interface, to the source address, and marked, so
// that neither the main routing table nor a policy rule can send a probe out another way. Refuses to block, to
// fragment and to know what is in a datagram. Called by EchoProber and ResolverCheck.
#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/udp.hpp>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>

#include "agent/facts/ip.h"
#include "agent/io/probe_path.h"
#include "common/result.h"

namespace karkara {

// An ICMP error about a datagram of ours.
struct ProbeError {
  IpEndpoint destination;             // where the datagram was going
  std::span<const std::byte> quoted;  // its content, as far as the error quotes it
  std::string why;                    // "No route to host, says 10.0.0.1"
};

class ProbeSocket : public std::enable_shared_from_this<ProbeSocket> {
 public:
  using OnDatagram = std::function<void(const IpEndpoint& from, std::span<const std::byte>)>;
  using OnError = std::function<void(const ProbeError&)>;

  // NotFound: no such interface now. Unavailable: the address is not there, or a right is missing.
  static Result<std::shared_ptr<ProbeSocket>> open(boost::asio::io_context& io, const ProbePath& path);

  // The callbacks are not called after close(); they may call it.
  void start(OnDatagram on_datagram, OnError on_error);
  void close();
  // ResourceExhausted: larger than the interface takes in one piece.
  Status send(const IpEndpoint& to, std::span<const std::byte> content);

  // False when the interface was made anew since, even under the same name: this socket is bound to the old one.
  [[nodiscard]] bool is_current() const;

 private:
  ProbeSocket(boost::asio::ip::udp::socket socket, ProbePath path, unsigned index);
  void wait();
  bool take_datagram();
  bool take_error();

  boost::asio::ip::udp::socket socket_;
  ProbePath path_;
  unsigned index_;
  OnDatagram on_datagram_;
  OnError on_error_;
};

}  // namespace karkara
