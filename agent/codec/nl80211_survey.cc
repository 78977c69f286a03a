#include "agent/codec/nl80211_survey.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::each_attribute;
using genetlink::take;

Status take_info(const Attribute& attribute, ChannelSurvey& survey) {
  switch (attribute.type) {
    case NL80211_SURVEY_INFO_FREQUENCY: return take(attribute, survey.frequency_mhz);
    case NL80211_SURVEY_INFO_NOISE: return take(attribute, survey.noise_dbm);
    case NL80211_SURVEY_INFO_IN_USE: survey.in_use = true; return {};
    case NL80211_SURVEY_INFO_TIME: return take(attribute, survey.time_ms);
    case NL80211_SURVEY_INFO_TIME_BUSY: return take(attribute, survey.busy_ms);
    case NL80211_SURVEY_INFO_TIME_EXT_BUSY: return take(attribute, survey.extension_busy_ms);
    case NL80211_SURVEY_INFO_TIME_RX: return take(attribute, survey.receive_ms);
    case NL80211_SURVEY_INFO_TIME_TX: return take(attribute, survey.send_ms);
    case NL80211_SURVEY_INFO_TIME_BSS_RX: return take(attribute, survey.own_receive_ms);
    case NL80211_SURVEY_INFO_TIME_SCAN: return take(attribute, survey.scan_ms);
    default: return {};  // foreign: nl80211 has many more
  }
}

}  // namespace

NetlinkBytes encode_get_survey(std::uint16_t family, std::uint32_t link) {
  return request_of(family, NL80211_CMD_GET_SURVEY, NLM_F_DUMP).u32(NL80211_ATTR_IFINDEX, link).bytes();
}

Result<std::optional<ChannelSurvey>> decode_survey(const NetlinkMessage& message, std::uint16_t family) {
  const auto body = body_of(message, family, NL80211_CMD_NEW_SURVEY_RESULTS);
  if (!body) {
    return body.error();
  }
  if (!*body) {
    return std::optional<ChannelSurvey>{};
  }
  ChannelSurvey survey;
  bool told = false;
  const Status status = each_attribute((*body)->attributes, [&](const Attribute& attribute) -> Status {
    switch (attribute.type) {
      case NL80211_ATTR_IFINDEX: return take(attribute, survey.link);
      case NL80211_ATTR_SURVEY_INFO:
        told = true;
        return each_attribute(attribute.content, [&](const Attribute& a) { return take_info(a, survey); });
      default: return {};  // foreign: nl80211 has many more
    }
  });
  if (!status) {
    return status.error().in("nl80211");
  }
  return told ? std::optional{survey} : std::nullopt;
}

}  // namespace karkara::nl80211
