// What the configuration says of power devices, the battery, the sun and the shedding ladder, as the feature's own
// values, and what in it contradicts itself. Called by site_config.cc and contradictions.cc.
#pragma once

#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/power/settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Whether a device table is used at all.
[[nodiscard]] bool has_tables(const v1::SiteConfig& config);

// Of a message that the reader accepted; settings.tables are those that were read. An error names what cannot be used.
[[nodiscard]] Status bind_power(const v1::SiteConfig& config, PowerSettings& settings);
[[nodiscard]] Result<SheddingSettings> bind_shedding(const v1::SheddingConfig& config);

// Beside what check_power finds: whose turn it is. Called by it.
void check_shed_order(const v1::SiteConfig& config, std::vector<Contradiction>& found);
void check_power(const v1::SiteConfig& config, std::vector<Contradiction>& found);

[[nodiscard]] SerialParity bind_parity(v1::SerialParity parity);

}  // namespace karkara
