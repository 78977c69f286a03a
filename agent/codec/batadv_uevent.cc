#include "agent/codec/batadv_uevent.h"

#include <linux/if.h>

#include <algorithm>

#include "agent/codec/kernel_uevent.h"

namespace karkara::batadv {
namespace {

constexpr std::size_t kLongestName = IFNAMSIZ - 1;

std::optional<GatewayEvent::Kind> kind_of(std::string_view action) {
  if (action == "add") {
    return GatewayEvent::Kind::Added;
  }
  if (action == "change") {
    return GatewayEvent::Kind::Changed;
  }
  if (action == "del") {
    return GatewayEvent::Kind::Removed;
  }
  return std::nullopt;
}

bool is_name(std::string_view name) {
  return !name.empty() && name.size() <= kLongestName &&
         std::all_of(name.begin(), name.end(), [](char c) { return c > ' ' && c <= '~' && c != '/'; });
}

}  // namespace

Result<std::optional<GatewayEvent>> decode_gateway_event(std::span<const std::byte> datagram) {
  const auto event = decode_kernel_uevent(datagram);
  if (!event) {
    return event.error();
  }
  if (event->find("BATTYPE") != std::string_view{"gw"}) {
    return std::optional<GatewayEvent>{};
  }
  const auto kind = kind_of(event->find("BATACTION").value_or(""));
  // The last part of the path is the name, too.
  const std::string_view name = event->find("INTERFACE").value_or(event->path.substr(event->path.rfind('/') + 1));
  const auto gateway = MacAddress::parse(event->find("BATDATA").value_or(""));
  if (!kind || !is_name(name) || (!gateway && *kind != GatewayEvent::Kind::Removed)) {
    return Error{ErrorCode::InvalidArgument, "batadv: an impossible event of a gateway"};
  }
  return std::optional{GatewayEvent{*kind, std::string{name}, gateway}};
}

}  // namespace karkara::batadv
