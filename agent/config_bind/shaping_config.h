// What the configuration says of shaping, as shaping's own values, and what is wrong or doubtful about it.
// Called by site_config.cc, contradictions.cc and the agent's site settings.
#pragma once

#include <optional>
#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/shaping/settings.h"

namespace karkara {

// Of a message that the reader accepted. An error names a value that the reader would have refused.
[[nodiscard]] Result<ShapingSettings> bind_shaping(const v1::SiteConfig& config);

void check_shaping(const v1::SiteConfig& config, std::vector<Contradiction>& found);
void doubt_shaping(const v1::SiteConfig& config, std::vector<Doubt>& doubts);
void doubt_classes(const v1::SiteConfig& config, std::vector<Doubt>& doubts);  // by doubt_shaping

// What the binder and the checks share.
struct LimitsOf {
  std::optional<RateLimits> down;
  std::optional<RateLimits> up;
};
[[nodiscard]] bool is_adaptive(const v1::UplinkConfig& uplink);
[[nodiscard]] LimitsOf limits_of(const v1::UplinkConfig& uplink);
[[nodiscard]] ClassShaping bind_class_shaping(const v1::ServiceClassConfig& config);
// "08:00", "24:00"; nothing for what is no time of the day.
[[nodiscard]] std::optional<std::chrono::minutes> parse_time_of_day(std::string_view text);

}  // namespace karkara
