// The rules of the air over nl80211 (linux/nl80211.h): which country's are in force, for all or for one radio.
// Refuses to decide by them; the channels of a Wiphy already follow them. Called by agent/io's wireless adapters.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/codec/nl80211_types.h"

namespace karkara::nl80211 {

// enum nl80211_dfs_regions, with its numbers.
enum class DfsRegion : std::uint8_t { Unset, Fcc, Etsi, Japan };

struct RegulatoryRule {
  std::uint32_t start_khz = 0;
  std::uint32_t end_khz = 0;
  std::uint32_t max_bandwidth_khz = 0;
  std::uint32_t max_eirp_mbm = 0;          // 0.01 dBm
  std::uint32_t max_antenna_gain_mbi = 0;  // 0.01 dBi; 0: not limited
  std::uint32_t flags = 0;                 // enum nl80211_reg_rule_flags
  std::uint32_t dfs_check_ms = 0;
  friend bool operator==(const RegulatoryRule&, const RegulatoryRule&) = default;
};
struct Regulatory {
  std::optional<std::uint32_t> wiphy{};  // none: the rules for all radios that have none of their own
  std::string alpha2;                    // "NE"; "00" the world's, "98" several, "99" a driver's own
  DfsRegion dfs_region = DfsRegion::Unset;
  bool self_managed = false;  // this radio's firmware has them
  std::vector<RegulatoryRule> rules{};
  friend bool operator==(const Regulatory&, const Regulatory&) = default;
};

// Of all and of every radio with its own, one message each.
[[nodiscard]] NetlinkBytes encode_get_regulatory(std::uint16_t family);
// Nothing for what is none. Errors as add_to(wiphys); InvalidArgument also for a country of other than two letters or
// digits.
[[nodiscard]] Result<std::optional<Regulatory>> decode_regulatory(const NetlinkMessage& message, std::uint16_t family);
// NL80211_ATTR_REG_ALPHA2, also of events.
[[nodiscard]] Status take_country(const genetlink::Attribute& attribute, std::string& into);
// NL80211_CMD_REQ_SET_REG: takes effect later, told by RegulatoryChanged; may end in an intersection.
[[nodiscard]] NetlinkBytes encode_request_country(std::uint16_t family, const std::string& alpha2);

}  // namespace karkara::nl80211
