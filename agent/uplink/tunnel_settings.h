// What the configuration says of the tunnel. agent/config_bind fills it.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/facts/wireguard_key.h"
#include "common/ids.h"

namespace karkara {

struct TunnelSettings {
  std::string interface = "wg-karkara";
  IpEndpoint hub{};
  WireguardKey hub_key{};
  std::string key_file{};
  std::string preshared_key_file{};  // empty: none
  std::uint16_t listen_port = 0;     // 0: one that the kernel picks
  std::vector<IpPrefix> addresses{};
  std::optional<std::uint32_t> mtu{};  // none: what the smallest uplink leaves room for
  std::chrono::seconds keepalive{25};  // operators' translators forget UDP after 30 s
  std::vector<ClassId> classes{};      // go in while the tunnel carries; none: all of them
  friend bool operator==(const TunnelSettings&, const TunnelSettings&) = default;
};

}  // namespace karkara
