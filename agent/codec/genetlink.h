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
// All families that are there, each as decode_family_change() reads it; loads no module.
[[nodiscard]] NetlinkBytes encode_get_families();
// Nothing for what is no family. NotFound: one without its number.
[[nodiscard]] Result<std::optional<Family>> decode_family(const NetlinkMessage& message);

struct Body {
  std::uint8_t command = 0;
  std::uint8_t version = 0;
  std::span<const std::byte> attributes;  // points into the message
};
// Nothing for messages of other families.
[[nodiscard]] Result<std::optional<Body>> take_body(const NetlinkMessage& message, std::uint16_t family);

// What the group kControlGroup of kControlFamily tells when a module comes or goes: its family has another number
// the next time.
struct FamilyChange {
  bool gone = false;
  std::string name;
  std::uint16_t id = 0;
  friend bool operator==(const FamilyChange&, const FamilyChange&) = default;
};
inline constexpr const char* kControlFamily = "nlctrl";
inline constexpr const char* kControlGroup = "notify";
// Nothing for other messages. NotFound: a family without name or number.
[[nodiscard]] Result<std::optional<FamilyChange>> decode_family_change(const NetlinkMessage& message);

// The attributes of one message or nest in order, of types without NLA_F_NESTED and the like. The first error of
// 'visit' ends it and is returned. DataLoss: a length that cannot be.
struct Attribute {
  unsigned type = 0;
  std::span<const std::byte> content;
};
using AttributeVisitor = std::function<Status(const Attribute&)>;
[[nodiscard]] Status each_attribute(std::span<const std::byte> list, const AttributeVisitor& visit);

// The elements of a list: attributes whose types say nothing. The first error of 'visit' ends it and is returned.
using Visitor = std::function<Status(std::span<const std::byte>)>;
[[nodiscard]] Status each_element(std::span<const std::byte> list, const Visitor& visit);

}  // namespace karkara::genetlink
