// The interfaces of a batman-adv mesh through rtnetlink (man 7 rtnetlink, IFLA_BATADV_... of linux/batman_adv.h): to
// make one, and to put others into it. Refuses to replace what is there. Called by agent/io's mesh adapters.
#pragma once

#include <cstdint>
#include <string>

#include "agent/codec/netlink_request.h"

namespace karkara::batadv {

// Down at first. 'algorithm': "BATMAN_IV" or "BATMAN_V". EEXIST: there is one of this name; EOPNOTSUPP: the kernel has
// no batman-adv; EINVAL: not this algorithm.
[[nodiscard]] NetlinkBytes encode_add_mesh(const std::string& name, const std::string& algorithm);
// IFLA_MASTER, of a mesh or a bridge; 0 takes it out. EBUSY: it has another master.
[[nodiscard]] NetlinkBytes encode_set_master(std::uint32_t link, std::uint32_t master);

}  // namespace karkara::batadv
