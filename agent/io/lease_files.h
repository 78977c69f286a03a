// Where the usual DHCP clients leave an interface's resolvers, looked through in one fixed order. Reads small files,
// and of a large one its end; refuses what is no regular file. Called by LeaseLook, on the disk's thread: a lease may
// lie on the router's flash.
#pragma once

#include <string>

#include "agent/facts/leases.h"

namespace karkara {

// root: "" on a router, a folder in tests. Without resolvers: none of the clients that write files left any.
[[nodiscard]] LeaseRead find_lease(const std::string& root, const ReadLease& asked);
[[nodiscard]] bool network_manager_was_here(const std::string& root);  // since this boot

}  // namespace karkara
