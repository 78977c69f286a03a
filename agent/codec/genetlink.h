// Generic netlink (linux/genetlink.h): the question for a family's number by its name, its answer, and what all
// families' messages share. Refuses to know what families say: each has a codec of its own, as wireguard.h.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "agent/codec/netlink_message.h"
#include "agent/codec/netlink_request.h"

namespace karkara::genetlink {

struct Group {
  std::string name;
  std::uint32_t id = 0;
  friend bool operator==(const Group&, const Group&) = default;
};
struct Family {
  std::uint16_t id = 0;
  std::uint32_t version = 0;
  std::vector<Group> groups;  // for multicast
  friend bool operator==(const Family&, const Family&) = default;
};

// The kernel loads the family's module if it has one; ENOENT: there is none.
[[nodiscard]] NetlinkBytes encode_get_family(const std::string& name);
// Nothing for what is no family. NotFound: one without its number.
[[nodiscard]] Result<std::optional<Family>> decode_family(const NetlinkMessage& message);

struct Body {
  std::uint8_t command = 0;
  std::uint8_t version = 0;
  std::span<const std::byte> attributes;  // points into the message
};
// Nothing for messages of other families.
[[nodiscard]] Result<std::optional<Body>> take_body(const NetlinkMessage& message, std::uint16_t family);

// The elements of a list: attributes whose types say nothing. The first error of 'visit' ends it and is returned.
using Visitor = std::function<Status(std::span<const std::byte>)>;
[[nodiscard]] Status each_element(std::span<const std::byte> list, const Visitor& visit);

}  // namespace karkara::genetlink
