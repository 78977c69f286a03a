// The tunnel that keeps sessions whole over a switch: which one is wanted, whether its hub is there, and a word to the
// hub whenever the way out changed. Refuses to route: whether the village's classes go in is carries(), which the plan
// of routes asks. Pure; called by agent/site.
//
// The outer packets carry no mark of ours (kTunnelOuterMark), as all of the router's own traffic: rule 10150 sends them
// by the choice table, whose ladder begins with the control class's uplink. So a new choice, and the kernel's own step
// down the ladder on carrier loss, move the tunnel with the routes, and the kernel takes the new uplink's address by
// itself. What is left after a switch is the hub: it sends to the old address until an authentic packet comes from the
// new one, and a download's client says nothing while nothing reaches it. That packet is the nudge. Inner packets lose
// their mark on the way in, so that the tunnel never carries itself.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/tunnel.h"
#include "agent/uplink/tunnel_settings.h"
#include "agent/uplink/tunnel_watch.h"
#include "common/ids.h"
#include "common/messages.h"

namespace karkara {

inline constexpr std::uint32_t kTunnelOuterMark = 0;

// How the outer packets leave now.
struct OuterPath {
  std::optional<UplinkId> uplink{};  // the control class's; none: no uplink is up
  std::optional<IpAddress> source{};
  std::uint32_t smallest_mtu = 0;  // among all uplinks with a path, so that a switch needs no smaller one; 0: unknown
  friend bool operator==(const OuterPath&, const OuterPath&) = default;
};
[[nodiscard]] std::uint32_t tunnel_mtu(const TunnelSettings& settings, std::uint32_t smallest_mtu);

enum class TunnelMessage : std::uint8_t {
  Down,   // alarm
  State,  // a note: from, to
  Key,    // a note: the public key that the hub must know
};
struct TunnelSays {
  TunnelMessage message{};
  bool raised = true;
  Fields fields{};
  friend bool operator==(const TunnelSays&, const TunnelSays&) = default;
};
using TunnelEffect = std::variant<WantTunnel, NudgeTunnel, ReadTunnel, WithdrawTunnel, TunnelSays>;
using TunnelEffects = std::vector<TunnelEffect>;

class Tunnel {
 public:
  Tunnel(TunnelSettings settings, Instant now);  // the first tick asks for the interface

  TunnelEffects on(const TunnelSeen& event, Instant now);
  // A restart changes nothing: what the kernel's rules send into the tunnel still goes in, until it is known to be
  // down.
  void adopt(Instant now);
  // To be told after the routes were changed, and as often as one likes: only changes count.
  TunnelEffects follow(const OuterPath& path, Instant now);
  TunnelEffects reconfigure(const TunnelSettings& settings, Instant now);
  TunnelEffects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;
  // Before it is thrown away for good; a restart of the agent leaves the interface and its session alone.
  [[nodiscard]] TunnelEffects withdraw() const;

  [[nodiscard]] TunnelState state(Instant now) const;
  // Whether the classes' traffic goes in: from some seconds of Up on, until it is Down; then the village goes out
  // directly, with new sessions, rather than not at all.
  [[nodiscard]] bool carries() const { return carries_; }
  [[nodiscard]] bool is_present() const { return present_; }
  [[nodiscard]] std::uint32_t mtu() const { return tunnel_mtu(settings_, path_.smallest_mtu); }
  [[nodiscard]] const TunnelSettings& settings() const { return settings_; }
  [[nodiscard]] const std::optional<HubTraffic>& hub() const { return watch_.last(); }
  [[nodiscard]] std::vector<std::string> explain(Instant now) const;

 private:
  [[nodiscard]] TunnelEnds ends() const;
  [[nodiscard]] WantTunnel want() const;
  void ask_again(Instant now);
  void nudge_soon(Instant now);
  TunnelEffects settle(TunnelEffects effects, Instant now);  // after any change: what to say, and whether it carries
  void weigh(Instant now);

  TunnelSettings settings_;
  OuterPath path_{};
  TunnelWatch watch_;
  bool present_ = false;
  std::string trouble_{};
  std::optional<WireguardKey> own_key_{};
  std::optional<TunnelState> told_{};
  bool alarm_ = false;
  bool carries_ = false;
  Duration rise_;  // of Up before it carries; longer after each loss
  std::optional<Instant> up_since_{};
  Instant judged_{};
  Instant want_at_;
  Duration retry_;
  Instant read_at_ = Instant::max();
  Instant nudge_at_ = Instant::max();
  unsigned nudges_left_ = 0;
};

[[nodiscard]] std::string_view to_string(TunnelState state);

}  // namespace karkara
