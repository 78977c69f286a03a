// What the configuration says of uplinks, classes of traffic and truth, as the uplink feature's own values.
// Called by site_config.cc.
#pragma once

#include "agent/uplink/settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Of a message that the reader accepted. An error names a value that the reader would have refused.
[[nodiscard]] Status bind_uplinks(const v1::SiteConfig& config, UplinkFeatureSettings& settings);

[[nodiscard]] Result<UplinkKind> bind_kind(v1::UplinkKind kind);
[[nodiscard]] MeteredUse bind_use(v1::MeteredUse use);

// "2026-11-30", at local midnight; nothing for what is not a day of the calendar.
[[nodiscard]] std::optional<WallTime> parse_day(std::string_view text, std::chrono::minutes utc_offset);

}  // namespace karkara
