#include "agent/io/echo_prober.h"

#include <algorithm>
#include <utility>

namespace karkara {
namespace {

// An answer later than this tells nothing about the uplink as it is now, and a clock reading even less.
constexpr auto kOpenFor = std::chrono::seconds{60};
constexpr std::size_t kMostOpen = 1024;
constexpr std::size_t kMostSockets = 32;

// Bytes of IP and UDP headers, both without options.
std::uint16_t headers_of(IpFamily family) {
  return family == IpFamily::V4 ? 20 + 8 : 40 + 8;
}

// The datagram that makes an IP packet of the wanted size; 0: the small form.
Result<std::uint16_t> padding_for(const SendEcho& echo) {
  const std::uint16_t headers = headers_of(echo.source.family());
  if (echo.size == 0) {
    return std::uint16_t{0};
  }
  if (echo.size < headers + kLeastPaddedEcho || echo.size > headers + kMostPaddedEcho) {
    return Error{ErrorCode::InvalidArgument, "no echo of " + std::to_string(echo.size) +
                                                 " bytes: " + std::to_string(headers + kLeastPaddedEcho) + " to " +
                                                 std::to_string(headers + kMostPaddedEcho)};
  }
  return static_cast<std::uint16_t>(echo.size - headers);
}

}  // namespace

EchoProber::EchoProber(boost::asio::io_context& io, EventSink sink, const Clock& clock)
    : io_{io}, sink_{std::move(sink)}, clock_{clock} {}

EchoProber::~EchoProber() {
  for (auto& [path, cached] : sockets_) {
    cached.socket->close();
  }
}

void EchoProber::set_key(std::uint8_t generation, std::uint32_t key_id, const EchoKey& key) {
  key_ = Key{generation, key_id, key};
}

void EchoProber::send(const SendEcho& echo) {
  forget_old();
  if (!key_) {
    sink_(EchoFailed{echo.uplink, echo.nonce, "no anchor key: not enrolled"});
    return;
  }
  if (echo.source.family() != echo.anchor.endpoint.address.family()) {
    sink_(EchoFailed{echo.uplink, echo.nonce, "no source address of the anchor's family"});
    return;
  }
  const auto padded_to = padding_for(echo);
  if (!padded_to) {
    sink_(EchoFailed{echo.uplink, echo.nonce, padded_to.error().text});
    return;
  }
  const ProbePath path{echo.interface, echo.mark, echo.source};
  const auto socket = socket_for(path);
  if (!socket) {
    sink_(EchoFailed{echo.uplink, echo.nonce, socket.error().text});
    return;
  }
  remember(echo, path, *padded_to);
  const auto packet = encode_echo_request({key_->generation, key_->id, echo.nonce, *padded_to}, key_->secret);
  if (const Status sent = (*socket)->send(echo.anchor.endpoint, packet); !sent) {
    open_.erase(echo.nonce);
    if (sent.error().code != ErrorCode::ResourceExhausted) {
      drop(path);  // whatever is wrong with it, the next try starts afresh
    }
    sink_(EchoFailed{echo.uplink, echo.nonce, sent.error().text});
  }
}

Result<ProbeSocket*> EchoProber::socket_for(const ProbePath& path) {
  const auto cached = sockets_.find(path);
  if (cached != sockets_.end() && cached->second.socket->is_current()) {
    cached->second.used_at = clock_.now();
    return cached->second.socket.get();
  }
  drop(path);
  auto opened = ProbeSocket::open(io_, path);
  if (!opened) {
    return opened.error();
  }
  make_room();
  const auto& socket = sockets_.emplace(path, CachedSocket{std::move(*opened), clock_.now()}).first->second.socket;
  socket->start(
      [this, path](const IpEndpoint& from, std::span<const std::byte> content) { on_datagram(path, from, content); },
      [this, path](const ProbeError& error) { on_error(path, error); });
  return socket.get();
}

void EchoProber::drop(const ProbePath& path) {
  if (const auto found = sockets_.find(path); found != sockets_.end()) {
    found->second.socket->close();
    sockets_.erase(found);
  }
}

// An uplink whose address changes leaves a socket behind: the one unused for longest goes first.
void EchoProber::make_room() {
  if (sockets_.size() < kMostSockets) {
    return;
  }
  const auto oldest = std::min_element(sockets_.begin(), sockets_.end(), [](const auto& a, const auto& b) {
    return a.second.used_at < b.second.used_at;
  });
  oldest->second.socket->close();
  sockets_.erase(oldest);
}

void EchoProber::remember(const SendEcho& echo, const ProbePath& path, std::uint16_t padded_to) {
  while (by_age_.size() >= kMostOpen) {
    open_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
  open_.insert_or_assign(echo.nonce, OpenEcho{echo.uplink, echo.anchor, path, padded_to, clock_.now()});
  by_age_.emplace_back(clock_.now(), echo.nonce);
}

void EchoProber::forget_old() {
  const Instant now = clock_.now();
  while (!by_age_.empty() && (now - by_age_.front().first > kOpenFor || !open_.contains(by_age_.front().second))) {
    open_.erase(by_age_.front().second);
    by_age_.pop_front();
  }
}

void EchoProber::on_datagram(const ProbePath& path, const IpEndpoint& from, std::span<const std::byte> content) {
  const auto reply = decode_echo_reply(content, key_->secret);
  if (!reply) {
    return;
  }
  const auto found = open_.find(reply->nonce);
  if (found == open_.end() || found->second.path != path || found->second.anchor.endpoint != from ||
      found->second.padded_to != reply->padded_to || clock_.now() - found->second.sent_at > kOpenFor) {
    return;
  }
  const OpenEcho echo = std::move(found->second);
  open_.erase(found);
  sink_(EchoAnswered{echo.uplink, echo.anchor.id, reply->nonce, reply->anchor_time});
}

void EchoProber::on_error(const ProbePath& path, const ProbeError& error) {
  const auto nonce = nonce_blamed(path, error);
  if (!nonce) {
    return;
  }
  const auto found = open_.find(*nonce);
  const UplinkId uplink = found->second.uplink;
  // It stays open: an ICMP error can be forged, and then the answer still comes.
  sink_(EchoFailed{uplink, *nonce, error.why});
}

// The echo that an ICMP error is about. A quote that ends before the nonce is taken to mean the latest to that anchor.
std::optional<std::uint64_t> EchoProber::nonce_blamed(const ProbePath& path, const ProbeError& error) const {
  const auto matches = [&](std::uint64_t nonce) {
    const auto found = open_.find(nonce);
    return found != open_.end() && found->second.path == path && found->second.anchor.endpoint == error.destination;
  };
  if (const auto quoted = nonce_of_quoted_request(error.quoted)) {
    return matches(*quoted) ? quoted : std::nullopt;
  }
  const auto latest =
      std::find_if(by_age_.rbegin(), by_age_.rend(), [&](const auto& sent) { return matches(sent.second); });
  return latest == by_age_.rend() ? std::nullopt : std::optional{latest->second};
}

}  // namespace karkara
