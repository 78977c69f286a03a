// Interfaces of one kind through rtnetlink (man 7 rtnetlink, IFLA_INFO_KIND): as batman-adv's meshes are found. Refuses
// to trust that the kernel left out the others: one that does not know the kind tells all. Called by agent/io.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"

namespace karkara::rtnetlink {

struct LinkOfKind {
  std::uint32_t index = 0;
  std::string name;
  std::string kind;  // "batadv"; empty: none
  friend bool operator==(const LinkOfKind&, const LinkOfKind&) = default;
};

[[nodiscard]] NetlinkBytes encode_get_links_of_kind(const std::string& kind);
// Nothing for what is no interface. Errors: DataLoss, InvalidArgument for attributes that cannot be.
[[nodiscard]] Result<std::optional<LinkOfKind>> decode_link_of_kind(const NetlinkMessage& message);

}  // namespace karkara::rtnetlink
