// What threads that look at the kernel and change it by two sockets, rtnetlink and generic netlink, share. Refuses
// dumps: NetlinkConversation has them.
#pragma once

#include <optional>
#include <span>
#include <string>

#include "agent/io/netlink_conversation.h"

namespace karkara {

// Opens those that are not open yet, with a driver's patience.
[[nodiscard]] Status open_both(std::optional<NetlinkConversation>& routes, std::optional<NetlinkConversation>& generic);

// A change; the kernel's reason with 'what' in front.
[[nodiscard]] Status acknowledged(NetlinkConversation& kernel, std::span<std::byte> request, const std::string& what);

}  // namespace karkara
