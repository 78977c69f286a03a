#include "agent/codec/nl80211_scan.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

// Both kinds of elements may come, in any order; those of a probe response tell a hidden name, too.
struct Heard {
  std::optional<std::span<const std::byte>> elements{};
  std::optional<std::span<const std::byte>> beacon_elements{};
  bool addressed = false;
};

Status take_network(const Attribute& attribute, Heard& heard, HeardNetwork& network) {
  switch (attribute.type) {
    case NL80211_BSS_BSSID: heard.addressed = true; return take(attribute, network.bssid);
    case NL80211_BSS_FREQUENCY: return take(attribute, network.frequency_mhz);
    case NL80211_BSS_SIGNAL_MBM: return take(attribute, network.signal_mbm);
    case NL80211_BSS_SIGNAL_UNSPEC: return take(attribute, network.signal_percent);
    case NL80211_BSS_SEEN_MS_AGO: return take(attribute, network.seen_ms_ago);
    case NL80211_BSS_CAPABILITY: return take(attribute, network.capability);
    case NL80211_BSS_BEACON_INTERVAL: return take(attribute, network.beacon_interval_tu);
    case NL80211_BSS_STATUS: network.ours = true; return {};
    case NL80211_BSS_INFORMATION_ELEMENTS: heard.elements = attribute.content; return {};
    case NL80211_BSS_BEACON_IES: heard.beacon_elements = attribute.content; return {};
    default: return {};  // foreign: nl80211 has many more
  }
}

}  // namespace

Result<NetlinkBytes> encode_scan(std::uint16_t family, const Scan& scan) {
  NetlinkRequest request = request_of(family, NL80211_CMD_TRIGGER_SCAN, NLM_F_ACK);
  request.u32(NL80211_ATTR_IFINDEX, scan.link);
  if (!scan.frequencies_mhz.empty()) {
    request.nest(NL80211_ATTR_SCAN_FREQUENCIES, [&](NetlinkRequest& inside) {
      int number = 0;
      for (const std::uint32_t frequency : scan.frequencies_mhz) {
        inside.u32(++number, frequency);
      }
    });
  }
  if (scan.ask) {  // an empty name: whoever is there
    request.nest(NL80211_ATTR_SCAN_SSIDS, [](NetlinkRequest& inside) { inside.flag(1); });
  }
  std::uint32_t flags = scan.forget ? std::uint32_t{NL80211_SCAN_FLAG_FLUSH} : 0;
  flags |= scan.gently ? std::uint32_t{NL80211_SCAN_FLAG_LOW_PRIORITY} : 0;
  if (flags != 0) {
    request.u32(NL80211_ATTR_SCAN_FLAGS, flags);
  }
  auto bytes = request.bytes();
  if (bytes.empty()) {
    return Error{ErrorCode::ResourceExhausted, "nl80211: more frequencies than fit one request"};
  }
  return bytes;
}

NetlinkBytes encode_abort_scan(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_ABORT_SCAN, NLM_F_ACK).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

NetlinkBytes encode_get_scan(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_GET_SCAN, NLM_F_DUMP).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

Result<std::optional<HeardNetwork>> decode_heard_network(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_NEW_SCAN_RESULTS);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<HeardNetwork>{};
  }
  HeardNetwork network;
  Heard heard;
  bool told = false;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_ATTR_IFINDEX: return take(attribute, network.link);
      case NL80211_ATTR_BSS:
        told = true;
        return each_attribute(attribute.content, [&](const Attribute& a) { return take_network(a, heard, network); });
      default: return {};  // foreign: nl80211 has many more
    }
  });
  if (!status) {
    return status.error().in("nl80211");
  }
  if (!told) {
    return std::optional<HeardNetwork>{};
  }
  if (!heard.addressed) {
    return Error{ErrorCode::NotFound, "nl80211: a network without address"};
  }
  if (const auto elements = heard.elements ? heard.elements : heard.beacon_elements) {
    network.elements = decode_information_elements(*elements);
  }
  return std::optional{std::move(network)};
}

}  // namespace karkara::nl80211
