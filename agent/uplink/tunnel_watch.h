// Whether the hub is there, from what the kernel counts of it. Only what the hub proved counts: authentic bytes that
// came in, and handshakes; silence counts only when something was sent that WireGuard answers within seconds, which its
// keepalives are not. Refuses the wall clock. Called by Tunnel.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include "agent/facts/tunnel.h"
#include "common/time.h"

namespace karkara {

enum class TunnelState : std::uint8_t { Down, Handshaking, Up };

class TunnelWatch {
 public:
  explicit TunnelWatch(Instant now) : since_{now} {}

  void see(const HubTraffic& hub, std::chrono::seconds keepalive, Instant now);
  void forget(Instant now);  // the interface is gone or new
  // Without any uplink nothing can be heard: the state stays until there is one again.
  void pause(Instant now);
  void resume(Instant now);

  [[nodiscard]] TunnelState state(Instant now) const;
  [[nodiscard]] Instant changes_at(Instant now) const;  // by time alone; max(): never
  [[nodiscard]] std::optional<Duration> heard_ago(Instant now) const;
  [[nodiscard]] const std::optional<HubTraffic>& last() const { return last_; }

 private:
  [[nodiscard]] Instant judged(Instant now) const { return paused_ ? *paused_ : now; }
  [[nodiscard]] Instant up_until() const;

  Instant since_;  // nothing is known from before
  std::chrono::seconds keepalive_{25};
  std::optional<HubTraffic> last_{};
  Instant looked_{};  // when 'last_' was seen
  std::optional<Instant> heard_{};
  std::optional<Instant> unanswered_{};  // sent since, and nothing heard
  std::optional<Instant> paused_{};
};

}  // namespace karkara
