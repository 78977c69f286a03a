// One message of a netlink datagram before anybody looks into it: its header, copied out, and what is behind. Refuses
// to tell kinds apart: netlink_message.h and rtnetlink.h do, its only users.
#pragma once

#include <linux/netlink.h>

#include <cstddef>
#include <span>

#include "common/result.h"

namespace karkara {

struct NetlinkFrame {
  nlmsghdr header{};
  std::span<const std::byte> payload;
};

// Shortens 'datagram' by it. DataLoss: it is cut, or its length impossible.
[[nodiscard]] Result<NetlinkFrame> take_netlink_frame(std::span<const std::byte>& datagram);

}  // namespace karkara
