#include "agent/io/tunnel_actions.h"

#include "agent/io/wireguard_keys.h"

namespace karkara {
namespace {

constexpr std::chrono::seconds kSessionLife{180};  // WireGuard's Reject-After-Time

std::optional<Duration> believable_age(std::optional<WallTime> handshake, WallTime now) {
  if (!handshake) {
    return std::nullopt;
  }
  const Duration age = now - *handshake;
  return age >= Duration{0} && age <= kSessionLife ? std::optional{age} : std::nullopt;
}

}  // namespace

TunnelActions::TunnelActions(const Clock& clock, Sink seen) : clock_{clock}, seen_{std::move(seen)} {}

void TunnelActions::run(const WantTunnel& effect) {
  std::optional<WireguardKey> own_key;
  const Status status = keep_or_drop(put(effect, own_key));
  if (!status) {
    seen_({effect.ends.interface, status, own_key, std::nullopt});
    return;
  }
  tell(effect.ends.interface, effect.ends.hub_key, own_key);
}

void TunnelActions::run(const NudgeTunnel& effect) {
  if (const auto wireguard = kernel()) {
    (void)keep_or_drop((*wireguard)->nudge(effect.ends));  // the next look shows an interface that is gone
  }
}

void TunnelActions::run(const ReadTunnel& effect) {
  tell(effect.interface, effect.hub_key, std::nullopt);
}

void TunnelActions::run(const WithdrawTunnel& effect) {
  if (const auto wireguard = kernel()) {
    (void)keep_or_drop((*wireguard)->remove(effect.interface));
  }
}

Status TunnelActions::put(const WantTunnel& effect, std::optional<WireguardKey>& own_key) {
  const auto secret = karkara::own_key(effect.key_file);
  if (!secret) {
    return secret.error();
  }
  const auto known = public_key_of(secret.value());
  if (!known) {
    return known.error();
  }
  own_key = *known;
  std::optional<SecretKey> preshared;
  if (!effect.preshared_key_file.empty()) {
    auto read = read_key_file(effect.preshared_key_file);
    if (!read) {
      return read.error();
    }
    preshared.emplace(std::move(read).value());
  }
  const auto wireguard = kernel();
  if (!wireguard) {
    return wireguard.error();
  }
  return (*wireguard)->put(effect, secret.value(), preshared ? &*preshared : nullptr);
}

void TunnelActions::tell(const std::string& interface, const WireguardKey& hub_key,
                         std::optional<WireguardKey> own_key) {
  TunnelSeen seen{interface, {}, own_key, std::nullopt};
  const auto wireguard = kernel();
  const auto device = wireguard ? (*wireguard)->read(interface) : Result<wireguard::Device>{wireguard.error()};
  if (!device) {
    seen.status = keep_or_drop(device.error());
    seen_(std::move(seen));
    return;
  }
  if (!seen.own_key) {
    seen.own_key = device.value().public_key;
  }
  if (const wireguard::Peer* hub = device.value().find(hub_key)) {
    seen.hub = HubTraffic{hub->last_handshake, believable_age(hub->last_handshake, clock_.wall()), hub->received_bytes,
                          hub->sent_bytes, hub->endpoint};
  }
  seen_(std::move(seen));
}

Result<Wireguard*> TunnelActions::kernel() {
  if (!kernel_) {
    auto opened = Wireguard::open();
    if (!opened) {
      return opened.error();
    }
    kernel_.emplace(std::move(opened).value());
  }
  return &*kernel_;
}

Status TunnelActions::keep_or_drop(Status status) {
  if (!status) {
    kernel_.reset();
  }
  return status;
}

}  // namespace karkara
