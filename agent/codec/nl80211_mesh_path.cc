#include "agent/codec/nl80211_mesh_path.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

static_assert(NL80211_MPATH_FLAG_ACTIVE == 1 && NL80211_MPATH_FLAG_RESOLVING == 2);

Status take_info(const Attribute& attribute, MeshPath& path) {
  switch (attribute.type) {
    case NL80211_MPATH_INFO_FRAME_QLEN: return take(attribute, path.queued_frames);
    case NL80211_MPATH_INFO_SN: return take(attribute, path.sequence);
    case NL80211_MPATH_INFO_METRIC: return take(attribute, path.metric);
    case NL80211_MPATH_INFO_EXPTIME: return take(attribute, path.expires_ms);
    case NL80211_MPATH_INFO_FLAGS: return take(attribute, path.flags);
    case NL80211_MPATH_INFO_DISCOVERY_TIMEOUT: return take(attribute, path.discovery_timeout_ms);
    case NL80211_MPATH_INFO_DISCOVERY_RETRIES: return take(attribute, path.discovery_retries);
    case NL80211_MPATH_INFO_HOP_COUNT: return take(attribute, path.hops);
    case NL80211_MPATH_INFO_PATH_CHANGE: return take(attribute, path.changes);
    default: return {};  // foreign: nl80211 has many more
  }
}

NetlinkBytes encode_dump(std::uint16_t family, int command, std::uint32_t link) {
  return request_of(family, command, NLM_F_DUMP).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

}  // namespace

NetlinkBytes encode_get_mesh_paths(std::uint16_t family, std::uint32_t link) {
  return encode_dump(family, NL80211_CMD_GET_MPATH, link);
}

NetlinkBytes encode_get_mesh_proxies(std::uint16_t family, std::uint32_t link) {
  return encode_dump(family, NL80211_CMD_GET_MPP, link);
}

// Kernels answer also with NL80211_CMD_NEW_STATION; the next hop tells that it is a path.
Result<std::optional<MeshPath>> decode_mesh_path(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = genetlink::take_body(message, family);
  if (!body) {
    return body.error();
  }
  if (!*body || ((*body)->command != NL80211_CMD_NEW_MPATH && (*body)->command != NL80211_CMD_NEW_STATION)) {
    return std::optional<MeshPath>{};
  }
  MeshPath path;
  bool addressed = false;
  bool is_path = false;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_ATTR_IFINDEX: return take(attribute, path.link);
      case NL80211_ATTR_MAC: addressed = true; return take(attribute, path.destination);
      case NL80211_ATTR_MPATH_NEXT_HOP: is_path = true; return take(attribute, path.next_hop);
      case NL80211_ATTR_MPATH_INFO:
        return each_attribute(attribute.content, [&](const Attribute& a) { return take_info(a, path); });
      default: return {};  // foreign: nl80211 has many more
    }
  });
  if (!status) {
    return status.error().in("nl80211");
  }
  if (!is_path) {
    return std::optional<MeshPath>{};
  }
  if (!addressed) {
    return Error{ErrorCode::NotFound, "nl80211: a mesh path without destination"};
  }
  return std::optional{path};
}

}  // namespace karkara::nl80211
