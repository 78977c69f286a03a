// Notices that a queue of a link came, changed or went, or that a filter of ours did: another program replaced our
// root, say. Refuses what happens to classes and the coming of filters, in the kernel already: the rates change for
// ever, and nobody is to wake up for it. Called by NetlinkAdapter.
#pragma once

#include <span>

#include "agent/io/netlink_socket.h"

namespace karkara {

// Multicast events of traffic control, of queues and of filters that go.
[[nodiscard]] Result<NetlinkSocket> open_traffic_events();

// Whether one of a datagram's events is about a link's root, clsact or redirect, and not about a leaf.
[[nodiscard]] bool changes_roots(std::span<const std::byte> datagram);

}  // namespace karkara
