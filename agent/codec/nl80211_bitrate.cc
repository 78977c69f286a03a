#include "agent/codec/nl80211_bitrate.h"

#include <linux/nl80211.h>

#include "agent/codec/attribute_value.h"

namespace karkara::nl80211 {
namespace {

using genetlink::Attribute;
using genetlink::take;

constexpr std::uint64_t kStep = 100;  // kbit/s

// Which of the two numbers came; the wider one counts, in whichever order.
struct Rates {
  std::optional<std::uint16_t> narrow{};
  std::optional<std::uint32_t> wide{};
};

Status take_mcs(const Attribute& attribute, Modulation modulation, Bitrate& rate) {
  rate.modulation = modulation;
  return take(attribute, rate.mcs);
}

Status take_width(std::uint32_t mhz, Bitrate& rate) {
  rate.width_mhz = mhz;
  return {};
}

Status take_detail(const Attribute& attribute, Rates& rates, Bitrate& rate) {
  switch (attribute.type) {
    case NL80211_RATE_INFO_BITRATE: return take(attribute, rates.narrow);
    case NL80211_RATE_INFO_BITRATE32: return take(attribute, rates.wide);
    case NL80211_RATE_INFO_MCS: return take_mcs(attribute, Modulation::Ht, rate);
    case NL80211_RATE_INFO_VHT_MCS: return take_mcs(attribute, Modulation::Vht, rate);
    case NL80211_RATE_INFO_HE_MCS: return take_mcs(attribute, Modulation::He, rate);
    case NL80211_RATE_INFO_EHT_MCS: return take_mcs(attribute, Modulation::Eht, rate);
    case NL80211_RATE_INFO_VHT_NSS:
    case NL80211_RATE_INFO_HE_NSS:
    case NL80211_RATE_INFO_EHT_NSS: return take(attribute, rate.streams);
    case NL80211_RATE_INFO_SHORT_GI: rate.short_guard = true; return {};
    case NL80211_RATE_INFO_HE_GI:
    case NL80211_RATE_INFO_EHT_GI: return take(attribute, rate.guard);
    case NL80211_RATE_INFO_HE_DCM: return genetlink::take_switch(attribute, rate.dual_carrier);
    case NL80211_RATE_INFO_HE_RU_ALLOC:
    case NL80211_RATE_INFO_EHT_RU_ALLOC: return take(attribute, rate.resource_unit);
    case NL80211_RATE_INFO_5_MHZ_WIDTH: return take_width(5, rate);
    case NL80211_RATE_INFO_10_MHZ_WIDTH: return take_width(10, rate);
    case NL80211_RATE_INFO_40_MHZ_WIDTH: return take_width(40, rate);
    case NL80211_RATE_INFO_80_MHZ_WIDTH: return take_width(80, rate);
    case NL80211_RATE_INFO_80P80_MHZ_WIDTH:
    case NL80211_RATE_INFO_160_MHZ_WIDTH: return take_width(160, rate);
    case NL80211_RATE_INFO_320_MHZ_WIDTH: return take_width(320, rate);
    default: return {};  // foreign: nl80211 has many more
  }
}

}  // namespace

Status take_bitrate(const Attribute& nest, std::optional<Bitrate>& into) {
  Rates rates;
  Bitrate rate;
  const Status status =
      genetlink::each_attribute(nest.content, [&](const Attribute& a) { return take_detail(a, rates, rate); });
  if (!status) {
    return status;
  }
  if (rates.wide) {
    rate.kbit_per_second = *rates.wide * kStep;
  } else if (rates.narrow) {
    rate.kbit_per_second = *rates.narrow * kStep;
  }
  into = rate;
  return {};
}

}  // namespace karkara::nl80211
