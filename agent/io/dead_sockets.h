// Ends our own TCP connections that leave from the address of a dead uplink, so that they are made anew over another
// one at once instead of waiting for TCP to give up. Refuses sockets of other processes and other addresses.
// Called on the switch away from a dead uplink.
#pragma once

#include <cstddef>

#include "agent/facts/ip.h"
#include "common/result.h"

namespace karkara {

// Returns how many were ended; their next read gives ECONNABORTED. FailedPrecondition: the kernel cannot
// (CONFIG_INET_DIAG_DESTROY, 4.5 or newer); PermissionDenied: needs CAP_NET_ADMIN.
[[nodiscard]] Result<std::size_t> end_own_connections(const IpAddress& local);

}  // namespace karkara
