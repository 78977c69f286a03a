// What the configuration says of the router's radios, as the mesh feature's own values, and what in it contradicts
// itself: who may be turned off, and when. Called by site_config.cc, shedding_config.cc and contradictions.cc.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/facts/shedding.h"
#include "agent/mesh/radio_settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Of a message that the reader accepted.
[[nodiscard]] Result<RadiosSettings> bind_radios(const v1::SiteConfig& config);
[[nodiscard]] Result<ShedRadio> bind_shed_radio(const v1::ShedRadioConfig& config);

void check_radios(const v1::SiteConfig& config, std::vector<Contradiction>& found);
// Whose radio a stage may turn off. Called by it.
void check_shed_radios(const v1::SiteConfig& config, std::vector<Contradiction>& found);

// "06:00-21:00"; nothing for everything else, and for hours without end or beginning.
[[nodiscard]] std::optional<DayHours> parse_day_hours(std::string_view text);

}  // namespace karkara
