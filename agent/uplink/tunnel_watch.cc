#include "agent/uplink/tunnel_watch.h"

#include <algorithm>

namespace karkara {
namespace {

// Sections 5.1 and 6.1 of the WireGuard paper (Donenfeld, NDSS 2017): a session lives 180 s and is renewed after 120 s
// by whoever sends; what carries data is answered within 10 s, by an empty packet if there is nothing else.
constexpr std::chrono::seconds kSessionLife{180};
constexpr std::chrono::seconds kRenewal{120};
constexpr std::chrono::seconds kAnswerPatience{12};
constexpr std::chrono::seconds kHandshakePatience{15};  // three tries
constexpr std::uint64_t kKeepaliveBytes = 32;           // as the kernel counts an empty packet
constexpr std::uint64_t kOtherKeepalives = 4;           // nudges, and those that answer the hub's data

std::uint64_t most_of_keepalives(std::chrono::seconds keepalive, Duration elapsed) {
  const std::uint64_t regular =
      keepalive > std::chrono::seconds{0} ? static_cast<std::uint64_t>(elapsed / Duration{keepalive}) : 0;
  return kKeepaliveBytes * (regular + kOtherKeepalives);
}

}  // namespace

void TunnelWatch::see(const HubTraffic& hub, std::chrono::seconds keepalive, Instant now) {
  const bool again = last_ && hub.received_bytes >= last_->received_bytes && hub.sent_bytes >= last_->sent_bytes;
  if (!again) {
    unanswered_.reset();
    heard_.reset();
    if (hub.handshake_age) {  // adopted from before a restart
      heard_ = judged(now) + -*hub.handshake_age;
    }
  } else if (hub.received_bytes > last_->received_bytes || hub.last_handshake != last_->last_handshake) {
    heard_ = judged(now);
    unanswered_.reset();
  } else if (!unanswered_ && !paused_ &&
             hub.sent_bytes - last_->sent_bytes > most_of_keepalives(keepalive, now - looked_)) {
    unanswered_ = now;
  }
  last_ = hub;
  looked_ = now;
  keepalive_ = keepalive;
}

void TunnelWatch::forget(Instant now) {
  const auto paused = paused_;
  *this = TunnelWatch{now};
  paused_ = paused ? std::optional{now} : std::nullopt;
}

void TunnelWatch::pause(Instant now) {
  if (!paused_) {
    paused_ = now;
  }
}

void TunnelWatch::resume(Instant now) {
  if (!paused_) {
    return;
  }
  const Duration away = now - *paused_;
  since_ = since_ + away;
  if (heard_) {
    heard_ = *heard_ + away;
  }
  if (unanswered_) {
    unanswered_ = *unanswered_ + away;
  }
  paused_.reset();
}

TunnelState TunnelWatch::state(Instant now) const {
  const Instant at = judged(now);
  if (at < up_until()) {
    return TunnelState::Up;
  }
  return at < up_until() + kHandshakePatience ? TunnelState::Handshaking : TunnelState::Down;
}

Instant TunnelWatch::changes_at(Instant now) const {
  if (paused_) {
    return Instant::max();
  }
  const Instant until = up_until();
  if (until > now) {
    return until;
  }
  return until + kHandshakePatience > now ? until + kHandshakePatience : Instant::max();
}

std::optional<Duration> TunnelWatch::heard_ago(Instant now) const {
  return heard_ ? std::optional{judged(now) - *heard_} : std::nullopt;
}

Instant TunnelWatch::up_until() const {
  if (!heard_) {
    return since_;
  }
  // The first keepalive after 120 s renews the session, and that is heard. Without keepalives nothing has to be.
  const Duration silence = std::max<Duration>(kSessionLife, kRenewal + keepalive_ + kHandshakePatience);
  const Instant expires = keepalive_ > std::chrono::seconds{0} ? *heard_ + silence : Instant::max();
  return unanswered_ ? std::min(expires, *unanswered_ + kAnswerPatience) : expires;
}

}  // namespace karkara
