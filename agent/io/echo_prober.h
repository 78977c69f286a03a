// Sends authenticated echoes over the uplink that the core names, and over no other, and tells what came back.
// Only an answer with our MAC, to a nonce that is still open, from the anchor that was asked, counts as one. Refuses to
// measure or to judge: the core does both, by the time of the events.
#pragma once

#include <boost/asio/io_context.hpp>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>

#include "agent/facts/effects.h"
#include "agent/io/event_sink.h"
#include "agent/io/probe_socket.h"
#include "common/echo.h"

namespace karkara {

class EchoProber {
 public:
  // All three must outlive the prober. It is called from io's thread only.
  EchoProber(boost::asio::io_context& io, EventSink sink, const Clock& clock);
  ~EchoProber();
  EchoProber(const EchoProber&) = delete;
  EchoProber& operator=(const EchoProber&) = delete;

  // From enrolment; until then every send fails. Answers under an earlier key no longer count.
  void set_key(std::uint8_t generation, std::uint32_t key_id, const EchoKey& key);

  // -> EchoAnswered, or EchoFailed when it cannot be sent or an ICMP error comes back, or nothing. An echo with a size
  // counts as answered only by an answer of that size.
  void send(const SendEcho& echo);

 private:
  struct Key {
    std::uint8_t generation = 0;
    std::uint32_t id = 0;
    EchoKey secret;
  };
  struct OpenEcho {
    UplinkId uplink;
    AnchorEndpoint anchor;
    ProbePath path;
    std::uint16_t padded_to;
    Instant sent_at;
  };
  struct CachedSocket {
    std::shared_ptr<ProbeSocket> socket;
    Instant used_at;
  };

  Result<ProbeSocket*> socket_for(const ProbePath& path);
  void drop(const ProbePath& path);
  void make_room();
  void remember(const SendEcho& echo, const ProbePath& path, std::uint16_t padded_to);
  void forget_old();
  void on_datagram(const ProbePath& path, const IpEndpoint& from, std::span<const std::byte> content);
  void on_error(const ProbePath& path, const ProbeError& error);
  [[nodiscard]] std::optional<std::uint64_t> nonce_blamed(const ProbePath& path, const ProbeError& error) const;

  boost::asio::io_context& io_;
  EventSink sink_;
  const Clock& clock_;
  std::optional<Key> key_;
  std::map<ProbePath, CachedSocket> sockets_;
  std::unordered_map<std::uint64_t, OpenEcho> open_;      // by nonce
  std::deque<std::pair<Instant, std::uint64_t>> by_age_;  // nonces as sent, oldest first; may hold answered ones
};

}  // namespace karkara
