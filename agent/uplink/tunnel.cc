#include "agent/uplink/tunnel.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

using std::chrono::minutes;
using std::chrono::seconds;

constexpr std::uint32_t kUnknownMtu = 1280;
constexpr std::uint32_t kSmallestMtu = 576;
constexpr std::uint32_t kSmallestV6Mtu = 1280;  // with less the kernel takes IPv6 off the interface
constexpr std::uint32_t kLargestMtu = 1420;     // what everybody uses over Ethernet
constexpr std::uint32_t kV4Overhead = 60;       // IP 20, UDP 8, WireGuard 32
constexpr std::uint32_t kV6Overhead = 80;

constexpr Duration kRead = seconds{5};  // costs no byte on any link
constexpr Duration kReadAfterNudge = seconds{2};
constexpr Duration kFirstRetry = seconds{5};
constexpr Duration kLastRetry = minutes{5};
constexpr Duration kFirstRise = seconds{10};
constexpr Duration kLastRise = minutes{10};
constexpr Duration kForgiven = minutes{60};  // of Up: the next rise is short again
// A nudge may be lost, or sent before the kernel has the new routes. It has 60 bytes.
constexpr unsigned kMoreNudges = 2;
constexpr Duration kNudgeStep = seconds{1};
// Without keepalives nothing else would ever ask a hub that was away: 148 bytes each.
constexpr Duration kKnock = minutes{5};

}  // namespace

std::uint32_t tunnel_mtu(const TunnelSettings& settings, std::uint32_t smallest_mtu) {
  if (settings.mtu) {
    return *settings.mtu;
  }
  const std::uint32_t overhead = settings.hub.address.family() == IpFamily::V4 ? kV4Overhead : kV6Overhead;
  const bool v6 = std::any_of(settings.addresses.begin(), settings.addresses.end(),
                              [](const IpPrefix& prefix) { return prefix.address.family() == IpFamily::V6; });
  if (smallest_mtu <= overhead) {
    return kUnknownMtu;
  }
  return std::clamp(smallest_mtu - overhead, v6 ? kSmallestV6Mtu : kSmallestMtu, kLargestMtu);
}

std::string_view to_string(TunnelState state) {
  switch (state) {
    case TunnelState::Down: return "down";
    case TunnelState::Handshaking: return "handshaking";
    case TunnelState::Up: return "up";
  }
  return "?";
}

Tunnel::Tunnel(TunnelSettings settings, Instant now)
    : settings_{std::move(settings)}, watch_{now}, rise_{kFirstRise}, judged_{now}, want_at_{now}, retry_{kFirstRetry} {
  watch_.pause(now);  // until an uplink is there
}

TunnelEffects Tunnel::on(const TunnelSeen& event, Instant now) {
  if (event.interface != settings_.interface) {
    return {};
  }
  TunnelEffects effects;
  if (event.own_key && event.own_key != own_key_) {
    own_key_ = event.own_key;
    effects.emplace_back(
        TunnelSays{TunnelMessage::Key, true, {{"interface", settings_.interface}, {"public_key", own_key_->text()}}});
  }
  present_ = event.status.ok() && event.hub.has_value();
  if (!present_) {
    trouble_ = event.status.ok() ? "somebody took the hub off the interface" : event.status.error().text;
    watch_.forget(now);
    ask_again(now);
    return settle(std::move(effects), now);
  }
  trouble_.clear();
  if (want_at_ != Instant::max() && path_.uplink) {
    nudge_soon(now);  // what was to be said of the path had nobody to say it to
  }
  want_at_ = Instant::max();
  retry_ = kFirstRetry;
  watch_.see(*event.hub, settings_.keepalive, now);
  read_at_ = now + kRead;
  return settle(std::move(effects), now);
}

void Tunnel::adopt(Instant now) {
  present_ = true;
  carries_ = true;
  up_since_ = now;
}

TunnelEffects Tunnel::follow(const OuterPath& path, Instant now) {
  const bool moved = path.uplink && (path.uplink != path_.uplink || path.source != path_.source);
  const std::uint32_t before = mtu();
  path_ = path;
  TunnelEffects effects;
  if (path.uplink) {
    watch_.resume(now);
  } else {
    watch_.pause(now);
    nudge_at_ = Instant::max();
  }
  if (present_ && mtu() != before) {
    effects.emplace_back(want());
  }
  if (present_ && moved) {
    effects.emplace_back(NudgeTunnel{ends()});
    nudge_soon(now);
  }
  return settle(std::move(effects), now);
}

TunnelEffects Tunnel::reconfigure(const TunnelSettings& settings, Instant now) {
  if (settings == settings_) {
    return {};
  }
  TunnelEffects effects;
  const bool other = settings.interface != settings_.interface || settings.hub_key != settings_.hub_key;
  if (settings.interface != settings_.interface) {
    effects = withdraw();
  }
  settings_ = settings;
  if (other) {
    watch_.forget(now);
    present_ = false;
    carries_ = false;
    up_since_.reset();
  }
  want_at_ = Instant::max();
  effects.emplace_back(want());
  const Instant nudge_at = nudge_at_;
  ask_again(now);
  nudge_at_ = other ? nudge_at_ : nudge_at;
  return settle(std::move(effects), now);
}

TunnelEffects Tunnel::tick(Instant now) {
  TunnelEffects effects;
  if (now >= want_at_) {
    effects.emplace_back(want());
    ask_again(now);  // unless TunnelSeen says that it is there
  }
  if (now >= nudge_at_) {
    effects.emplace_back(NudgeTunnel{ends()});
    nudges_left_ -= std::min(nudges_left_, 1U);
    nudge_at_ = nudges_left_ > 0 ? now + 2 * kNudgeStep : Instant::max();
  }
  const bool rarely = settings_.keepalive == seconds{0} || settings_.keepalive > kKnock;
  if (rarely && present_ && path_.uplink && state(now) == TunnelState::Down && nudge_at_ == Instant::max()) {
    nudge_at_ = now + kKnock;
  }
  if (now >= read_at_) {
    effects.emplace_back(ReadTunnel{settings_.interface, settings_.hub_key});
    read_at_ = now + kRead;
  }
  return settle(std::move(effects), now);
}

Instant Tunnel::next_deadline() const {
  Instant next = std::min({want_at_, read_at_, nudge_at_});
  if (present_) {
    next = std::min(next, watch_.changes_at(judged_));
  }
  if (up_since_ && !carries_) {
    next = std::min(next, *up_since_ + rise_);
  }
  return next;
}

TunnelEffects Tunnel::withdraw() const {
  return {WithdrawTunnel{settings_.interface}};
}

TunnelState Tunnel::state(Instant now) const {
  return present_ ? watch_.state(now) : TunnelState::Down;
}

std::vector<std::string> Tunnel::explain(Instant now) const {
  std::vector<std::string> lines;
  const std::string over = path_.uplink ? "over " + path_.uplink->text() : "without any uplink";
  lines.push_back(
      fmt::format("{} to {} is {} {}", settings_.interface, settings_.hub.text(), to_string(state(now)), over));
  if (!trouble_.empty()) {
    lines.push_back("cannot be set up: " + trouble_);
  }
  if (const auto ago = watch_.heard_ago(now)) {
    lines.push_back(fmt::format("the hub was heard {} s ago", std::chrono::floor<seconds>(*ago).count()));
  } else if (present_) {
    lines.push_back("the hub was never heard: does it know our public key, and is its port open?");
  }
  if (const auto& hub = watch_.last()) {
    lines.push_back(fmt::format("{} bytes received, {} sent, MTU {}", hub->received_bytes, hub->sent_bytes, mtu()));
  }
  std::string classes;
  for (const ClassId& id : settings_.classes) {
    classes += (classes.empty() ? "" : ", ") + id.text();
  }
  lines.push_back(fmt::format("{}: {}", carries_ ? "goes in" : "would go in, goes out directly now",
                              classes.empty() ? "all of the village" : classes));
  if (own_key_) {
    lines.push_back("our public key " + own_key_->text());
  }
  return lines;
}

void Tunnel::nudge_soon(Instant now) {
  nudges_left_ = kMoreNudges;
  nudge_at_ = now + kNudgeStep;
  read_at_ = std::min(read_at_, now + kReadAfterNudge);
}

TunnelEnds Tunnel::ends() const {
  return {settings_.interface, settings_.hub_key, settings_.hub, kTunnelOuterMark, settings_.keepalive};
}

WantTunnel Tunnel::want() const {
  return {ends(), settings_.key_file, settings_.preshared_key_file, settings_.listen_port, settings_.addresses, mtu()};
}

void Tunnel::ask_again(Instant now) {
  read_at_ = Instant::max();
  nudge_at_ = Instant::max();
  if (want_at_ > now && want_at_ != Instant::max()) {
    return;
  }
  want_at_ = now + retry_;
  retry_ = std::min(2 * retry_, kLastRetry);
}

TunnelEffects Tunnel::settle(TunnelEffects effects, Instant now) {
  judged_ = now;
  const TunnelState is = state(now);
  if (told_ != is) {
    const Fields fields{{"interface", settings_.interface},
                        {"from", std::string{told_ ? to_string(*told_) : "unknown"}},
                        {"to", std::string{to_string(is)}}};
    effects.emplace_back(TunnelSays{TunnelMessage::State, true, fields});
    told_ = is;
  }
  weigh(now);
  // Not before the kernel has been asked once, and not for want of an uplink, which has an alarm of its own.
  const bool alarm = is == TunnelState::Down && (present_ || !trouble_.empty());
  if (alarm != alarm_) {
    alarm_ = alarm;
    const std::string why = present_ ? "the hub is silent" : trouble_;
    effects.emplace_back(TunnelSays{TunnelMessage::Down,
                                    alarm,
                                    {{"interface", settings_.interface},
                                     {"hub", settings_.hub.text()},
                                     {"why", alarm ? why : std::string{"the hub is heard again"}}}});
  }
  return effects;
}

void Tunnel::weigh(Instant now) {
  switch (state(now)) {
    case TunnelState::Up:
      if (!up_since_) {
        up_since_ = now;
      }
      if (now - *up_since_ >= kForgiven) {
        rise_ = kFirstRise;
      }
      carries_ = carries_ || now - *up_since_ >= rise_;
      break;
    case TunnelState::Handshaking: up_since_ = carries_ ? up_since_ : std::nullopt; break;
    case TunnelState::Down:
      if (carries_) {
        rise_ = std::min(2 * rise_, kLastRise);
      }
      carries_ = false;
      up_since_.reset();
      break;
  }
}

}  // namespace karkara
