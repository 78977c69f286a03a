#include "agent/codec/nl80211_mesh.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;

constexpr std::size_t kLongestMeshId = 32;  // IEEE 802.11, 9.4.2.97
constexpr std::uint32_t kRateStep = 100;    // kbit/s

// Both ways go through this list: the members' types are the attributes'.
template <class Settings, class Visit>
void each_setting(Settings& all, const Visit& visit) {
  visit(NL80211_MESHCONF_RETRY_TIMEOUT, all.retry_timeout_ms);
  visit(NL80211_MESHCONF_CONFIRM_TIMEOUT, all.confirm_timeout_ms);
  visit(NL80211_MESHCONF_HOLDING_TIMEOUT, all.holding_timeout_ms);
  visit(NL80211_MESHCONF_MAX_PEER_LINKS, all.max_peer_links);
  visit(NL80211_MESHCONF_MAX_RETRIES, all.max_retries);
  visit(NL80211_MESHCONF_TTL, all.ttl);
  visit(NL80211_MESHCONF_ELEMENT_TTL, all.element_ttl);
  visit(NL80211_MESHCONF_AUTO_OPEN_PLINKS, all.auto_open_peer_links);
  visit(NL80211_MESHCONF_FORWARDING, all.forwarding);
  visit(NL80211_MESHCONF_RSSI_THRESHOLD, all.rssi_threshold_dbm);
  visit(NL80211_MESHCONF_PLINK_TIMEOUT, all.peer_link_timeout_s);
  visit(NL80211_MESHCONF_POWER_MODE, all.power_mode);
  visit(NL80211_MESHCONF_AWAKE_WINDOW, all.awake_window_tu);
  visit(NL80211_MESHCONF_HT_OPMODE, all.ht_opmode);
  visit(NL80211_MESHCONF_GATE_ANNOUNCEMENTS, all.gate_announcements);
  visit(NL80211_MESHCONF_CONNECTED_TO_GATE, all.connected_to_gate);
  visit(NL80211_MESHCONF_NOLEARN, all.no_learn);
  visit(NL80211_MESHCONF_HWMP_ROOTMODE, all.root_mode);
  visit(NL80211_MESHCONF_HWMP_MAX_PREQ_RETRIES, all.path_request_retries);
  visit(NL80211_MESHCONF_PATH_REFRESH_TIME, all.path_refresh_ms);
  visit(NL80211_MESHCONF_MIN_DISCOVERY_TIMEOUT, all.min_discovery_timeout_ms);
  visit(NL80211_MESHCONF_HWMP_ACTIVE_PATH_TIMEOUT, all.active_path_timeout_tu);
  visit(NL80211_MESHCONF_HWMP_PREQ_MIN_INTERVAL, all.path_request_interval_tu);
  visit(NL80211_MESHCONF_HWMP_NET_DIAM_TRVS_TIME, all.diameter_traversal_tu);
}

template <class T>
Status take_setting(const Attribute& attribute, std::optional<T>& into) {
  return genetlink::take(attribute, into);
}
Status take_setting(const Attribute& attribute, std::optional<bool>& into) {
  bool value = false;
  const Status status = genetlink::take_switch(attribute, value);
  into = status ? std::optional{value} : std::nullopt;
  return status;
}

template <class T>
void put_setting(int type, const T& value, NetlinkRequest& request) {
  request.raw(type, std::as_bytes(std::span{&value, 1}));  // a bool is one byte of 0 or 1
}
static_assert(sizeof(bool) == 1);

bool is_empty(const MeshSettings& settings) {
  return settings == MeshSettings{};
}

void put_settings(const MeshSettings& settings, NetlinkRequest& request) {
  request.nest(NL80211_ATTR_MESH_CONFIG, [&](NetlinkRequest& inside) {
    each_setting(settings, [&](int type, const auto& setting) {
      if (setting) {
        put_setting(type, *setting, inside);
      }
    });
  });
}

// Kernels put NL80211_ATTR_IFINDEX into the nest, whose number is that of a setting of two bytes.
bool is_interface_index(const Attribute& attribute) {
  static_assert(unsigned{NL80211_ATTR_IFINDEX} == unsigned{NL80211_MESHCONF_HOLDING_TIMEOUT});
  return attribute.type == NL80211_ATTR_IFINDEX && attribute.content.size() == sizeof(std::uint32_t);
}

// Set with two bytes, told with four.
Status take_ht_opmode(const Attribute& attribute, MeshSettings& settings) {
  if (attribute.content.size() != sizeof(std::uint32_t)) {
    return genetlink::take(attribute, settings.ht_opmode);
  }
  std::uint32_t wide = 0;
  const Status status = genetlink::take(attribute, wide);
  settings.ht_opmode = static_cast<std::uint16_t>(wide & 0xffffU);
  return status;
}

Status take_settings(const Attribute& nest, MeshSettings& settings) {
  return each_attribute(nest.content, [&](const Attribute& attribute) {
    Status status;
    if (is_interface_index(attribute)) {
      return status;
    }
    if (attribute.type == NL80211_MESHCONF_HT_OPMODE) {
      return take_ht_opmode(attribute, settings);
    }
    each_setting(settings, [&](unsigned type, auto& setting) {
      if (type == attribute.type) {
        status = take_setting(attribute, setting);
      }
    });
    return status;
  });
}

}  // namespace

Result<NetlinkBytes> encode_join_mesh(std::uint16_t family, const JoinMesh& wanted) {
  if (wanted.mesh_id.empty() || wanted.mesh_id.size() > kLongestMeshId) {
    return Error{ErrorCode::InvalidArgument, "nl80211: a mesh id has 1 to 32 bytes"};
  }
  NetlinkRequest request = request_of(family, NL80211_CMD_JOIN_MESH, NLM_F_ACK);
  request.u32(NL80211_ATTR_IFINDEX, wanted.link);
  request.raw(NL80211_ATTR_MESH_ID, std::as_bytes(std::span{wanted.mesh_id}));
  if (wanted.channel.frequency_mhz != 0) {
    put_channel(wanted.channel, request);
  }
  if (wanted.multicast_rate_kbit) {
    request.u32(NL80211_ATTR_MCAST_RATE, *wanted.multicast_rate_kbit / kRateStep);
  }
  if (wanted.beacon_interval_tu) {
    request.u32(NL80211_ATTR_BEACON_INTERVAL, *wanted.beacon_interval_tu);
  }
  if (wanted.radar_by_us) {
    request.flag(NL80211_ATTR_HANDLE_DFS);
  }
  if (!is_empty(wanted.settings)) {
    put_settings(wanted.settings, request);
  }
  return request.bytes();
}

NetlinkBytes encode_leave_mesh(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_LEAVE_MESH, NLM_F_ACK).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

NetlinkBytes encode_get_mesh_settings(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_GET_MESH_CONFIG, NLM_F_ACK).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

NetlinkBytes encode_set_mesh_settings(std::uint16_t family, std::uint32_t link, const MeshSettings& wanted) {
  NetlinkRequest request = request_of(family, NL80211_CMD_SET_MESH_CONFIG, NLM_F_ACK);
  request.u32(NL80211_ATTR_IFINDEX, link);
  put_settings(wanted, request);
  return request.bytes();
}

Result<std::optional<MeshSettings>> decode_mesh_settings(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_GET_MESH_CONFIG);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<MeshSettings>{};
  }
  MeshSettings settings;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& attribute) {
    return attribute.type == NL80211_ATTR_MESH_CONFIG ? take_settings(attribute, settings) : Status{};
  });
  if (!status) {
    return status.error().in("nl80211");
  }
  return std::optional{settings};
}

}  // namespace karkara::nl80211
