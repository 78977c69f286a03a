#include "agent/codec/nl80211_regulatory.h"

#include <linux/nl80211.h>

#include <algorithm>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

constexpr std::size_t kMostRules = 256;
constexpr std::size_t kCountrySize = 2;

Status take_rule(const Attribute& element, Regulatory& regulatory) {
  RegulatoryRule rule;
  const Status status = each_attribute(element.content, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_ATTR_REG_RULE_FLAGS: return take(attribute, rule.flags);
      case NL80211_ATTR_FREQ_RANGE_START: return take(attribute, rule.start_khz);
      case NL80211_ATTR_FREQ_RANGE_END: return take(attribute, rule.end_khz);
      case NL80211_ATTR_FREQ_RANGE_MAX_BW: return take(attribute, rule.max_bandwidth_khz);
      case NL80211_ATTR_POWER_RULE_MAX_ANT_GAIN: return take(attribute, rule.max_antenna_gain_mbi);
      case NL80211_ATTR_POWER_RULE_MAX_EIRP: return take(attribute, rule.max_eirp_mbm);
      case NL80211_ATTR_DFS_CAC_TIME: return take(attribute, rule.dfs_check_ms);
      default: return {};  // foreign: nl80211 has many more
    }
  });
  return status ? genetlink::add(regulatory.rules, rule, kMostRules) : status;
}

Status take_detail(const Attribute& attribute, Regulatory& regulatory) {
  switch (attribute.type) {
    case NL80211_ATTR_WIPHY: return take(attribute, regulatory.wiphy);
    case NL80211_ATTR_REG_ALPHA2: return take_country(attribute, regulatory.alpha2);
    case NL80211_ATTR_DFS_REGION: return take(attribute, regulatory.dfs_region);
    case NL80211_ATTR_WIPHY_SELF_MANAGED_REG: regulatory.self_managed = true; return {};
    case NL80211_ATTR_REG_RULES:
      return each_attribute(attribute.content, [&](const Attribute& a) { return take_rule(a, regulatory); });
    default: return {};  // foreign: nl80211 has many more
  }
}

}  // namespace

// With its NUL in newer kernels, as two bytes alone in others.
Status take_country(const Attribute& attribute, std::string& into) {
  std::string text;
  if (auto status = genetlink::take_bytes(attribute, kCountrySize + 1, text); !status) {
    return status;
  }
  if (text.size() == kCountrySize + 1 && text.back() == '\0') {
    text.pop_back();
  }
  const bool fits = text.size() == kCountrySize && std::all_of(text.begin(), text.end(), [](char c) {
                      return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
                    });
  if (!fits) {
    return Error{ErrorCode::InvalidArgument, "a country of other than two letters"};
  }
  into = std::move(text);
  return {};
}

NetlinkBytes encode_get_regulatory(std::uint16_t family) {
  return request_of(family, NL80211_CMD_GET_REG, NLM_F_DUMP).bytes();
}

Result<std::optional<Regulatory>> decode_regulatory(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_GET_REG);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<Regulatory>{};
  }
  Regulatory regulatory;
  const Status status =
      each_attribute((*body)->attributes, [&](const Attribute& a) { return take_detail(a, regulatory); });
  if (!status) {
    return status.error().in("nl80211");
  }
  return std::optional{std::move(regulatory)};
}

NetlinkBytes encode_request_country(std::uint16_t family, const std::string& alpha2) {
  return request_of(family, NL80211_CMD_REQ_SET_REG, NLM_F_ACK).text(NL80211_ATTR_REG_ALPHA2, alpha2).bytes();
}

}  // namespace karkara::nl80211
