// Which families of generic netlink the kernel has now, by name. Listed, not asked for by name: the kernel would load
// the module of one that is missing, and a router without Wi-Fi would get it every few seconds. Refuses to remember: a
// module that is loaded again has another number. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <map>
#include <string>

#include "agent/io/netlink_conversation.h"

namespace karkara {

// conversation: of NETLINK_GENERIC.
[[nodiscard]] Result<std::map<std::string, std::uint16_t>> list_families(NetlinkConversation& conversation);

}  // namespace karkara
