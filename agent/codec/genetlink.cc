#include "agent/codec/genetlink.h"

#include <linux/genetlink.h>

#include <algorithm>
#include <cstring>

#include "agent/codec/netlink_attributes.h"
#include "agent/codec/rtnetlink_objects.h"

namespace karkara::genetlink {
namespace {

constexpr std::uint8_t kControlVersion = 1;
constexpr std::size_t kLongestName = GENL_NAMSIZ - 1;
constexpr std::size_t kMostGroups = 64;

Status take_group(std::span<const std::byte> element, Family& family) {
  NetlinkAttributes attributes{element};
  auto name = attributes.name(CTRL_ATTR_MCAST_GRP_NAME, kLongestName);
  const auto id = attributes.u32(CTRL_ATTR_MCAST_GRP_ID);
  if (auto status = attributes.status(); !status) {
    return status;
  }
  if (!name || !id || family.groups.size() == kMostGroups) {
    return Error{ErrorCode::InvalidArgument, "a group without name or number, or too many of them"};
  }
  family.groups.push_back({std::move(*name), *id});
  return {};
}

}  // namespace

NetlinkBytes encode_get_family(const std::string& name) {
  const genlmsghdr header{CTRL_CMD_GETFAMILY, kControlVersion, 0};
  NetlinkRequest request{GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_ACK, 0, header};
  return request.text(CTRL_ATTR_FAMILY_NAME, name).bytes();
}

NetlinkBytes encode_get_families() {
  const genlmsghdr header{CTRL_CMD_GETFAMILY, kControlVersion, 0};
  return NetlinkRequest{GENL_ID_CTRL, NLM_F_REQUEST | NLM_F_DUMP, 0, header}.bytes();
}

Result<std::optional<Family>> decode_family(const NetlinkMessage& message) {
  const auto body = take_body(message, GENL_ID_CTRL);
  if (!body) {
    return body.error();
  }
  if (!*body || (*body)->command != CTRL_CMD_NEWFAMILY) {
    return std::optional<Family>{};
  }
  NetlinkAttributes attributes{(*body)->attributes};
  const auto id = attributes.bytes(CTRL_ATTR_FAMILY_ID, sizeof(Family::id));
  const auto groups = attributes.bytes(CTRL_ATTR_MCAST_GROUPS, 0);
  Family family;
  family.version = attributes.u32(CTRL_ATTR_VERSION).value_or(0);
  if (auto status = attributes.status(); !status) {
    return status.error().in("genetlink");
  }
  if (!id) {
    return Error{ErrorCode::NotFound, "genetlink: a family without number"};
  }
  std::memcpy(&family.id, id->data(), sizeof family.id);
  if (id->size() != sizeof family.id || family.id < GENL_MIN_ID) {
    return Error{ErrorCode::InvalidArgument, "genetlink: an impossible number of a family"};
  }
  if (groups) {
    const Status status = each_element(*groups, [&](auto element) { return take_group(element, family); });
    if (!status) {
      return status.error().in("genetlink");
    }
  }
  return std::optional{std::move(family)};
}

Result<std::optional<Body>> take_body(const NetlinkMessage& message, std::uint16_t family) {
  if (message.kind != NetlinkMessage::Kind::Object || message.type != family) {
    return std::optional<Body>{};
  }
  auto rest = message.payload;
  const auto header = rtnetlink::take_header<genlmsghdr>(rest);
  if (!header) {
    return header.error().in("genetlink");
  }
  return std::optional{Body{header->cmd, header->version, rest}};
}

Result<std::optional<FamilyChange>> decode_family_change(const NetlinkMessage& message) {
  const auto body = take_body(message, GENL_ID_CTRL);
  if (!body) {
    return body.error();
  }
  const bool gone = *body && (*body)->command == CTRL_CMD_DELFAMILY;
  if (!*body || ((*body)->command != CTRL_CMD_NEWFAMILY && !gone)) {
    return std::optional<FamilyChange>{};
  }
  NetlinkAttributes attributes{(*body)->attributes};
  const auto id = attributes.bytes(CTRL_ATTR_FAMILY_ID, sizeof(FamilyChange::id));
  auto name = attributes.name(CTRL_ATTR_FAMILY_NAME, kLongestName);
  if (auto status = attributes.status(); !status) {
    return status.error().in("genetlink");
  }
  if (!id || !name) {
    return Error{ErrorCode::NotFound, "genetlink: a family without name or number"};
  }
  FamilyChange change{gone, std::move(*name)};
  std::memcpy(&change.id, id->data(), sizeof change.id);
  return std::optional{std::move(change)};
}

Status each_attribute(std::span<const std::byte> list, const AttributeVisitor& visit) {
  while (!list.empty()) {
    nlattr header{};
    if (list.size() < sizeof header) {
      return Error{ErrorCode::DataLoss, "a cut element of a list"};
    }
    std::memcpy(&header, list.data(), sizeof header);
    if (header.nla_len < sizeof header || header.nla_len > list.size()) {
      return Error{ErrorCode::DataLoss, "an element of a list with an impossible length"};
    }
    const unsigned type = header.nla_type & NLA_TYPE_MASK;
    if (auto status = visit({type, list.subspan(sizeof header, header.nla_len - sizeof header)}); !status) {
      return status;
    }
    const std::size_t step = NLA_ALIGN(static_cast<std::size_t>(header.nla_len));
    list = list.subspan(std::min(step, list.size()));
  }
  return {};
}

Status each_element(std::span<const std::byte> list, const Visitor& visit) {
  return each_attribute(list, [&](const Attribute& attribute) { return visit(attribute.content); });
}

}  // namespace karkara::genetlink
