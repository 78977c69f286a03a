// What the tunnel core asks for, carried out: keys from their files, the WireGuard interface in the kernel, and what is
// seen of it. Refuses to decide when. Made by agent/runtime, called by the effect runner, from the loop's thread only.
#pragma once

#include <functional>
#include <optional>

#include "agent/facts/tunnel.h"
#include "agent/io/wireguard.h"
#include "common/time.h"

namespace karkara {

class TunnelActions {
 public:
  using Sink = std::function<void(TunnelSeen)>;
  TunnelActions(const Clock& clock, Sink seen);

  void run(const WantTunnel& effect);  // -> TunnelSeen
  void run(const NudgeTunnel& effect);
  void run(const ReadTunnel& effect);  // -> TunnelSeen
  void run(const WithdrawTunnel& effect);

 private:
  [[nodiscard]] Status put(const WantTunnel& effect, std::optional<WireguardKey>& own_key);
  void tell(const std::string& interface, const WireguardKey& hub_key, std::optional<WireguardKey> own_key);
  [[nodiscard]] Result<Wireguard*> kernel();
  Status keep_or_drop(Status status);  // after trouble the next one asks the kernel anew for everything

  const Clock& clock_;
  Sink seen_;
  std::optional<Wireguard> kernel_;
};

}  // namespace karkara
