// The only word that batman-adv gives when its choice of a gateway changes: a kernel uevent with BATTYPE=gw
// (batadv_throw_uevent() in net/batman-adv/main.c). Refuses other kinds of its events. Called by agent/io's mesh
// adapters, which check that the kernel was the sender.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>

#include "agent/facts/mac_address.h"
#include "common/result.h"

namespace karkara::batadv {

struct GatewayEvent {
  enum class Kind : std::uint8_t { Added, Changed, Removed };  // the first is chosen, another is, none is any more
  Kind kind = Kind::Added;
  std::string mesh{};                   // interface name
  std::optional<MacAddress> gateway{};  // of none when it was removed
  friend bool operator==(const GatewayEvent&, const GatewayEvent&) = default;
};

// Nothing for every other uevent. Errors: DataLoss, InvalidArgument for one of a gateway that cannot be.
[[nodiscard]] Result<std::optional<GatewayEvent>> decode_gateway_event(std::span<const std::byte> datagram);

}  // namespace karkara::batadv
