// What the configuration says of modems and satellite terminals, as the features' own values. Called by site_config.cc.
#pragma once

#include "agent/cellular/settings.h"
#include "agent/vsat/settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Of a message that the reader accepted. An error names the uplink and what cannot be used.
[[nodiscard]] Status bind_cellular(const v1::SiteConfig& config, CellularSettings& settings);
// The device tables are not here: they are files of their own.
[[nodiscard]] Status bind_terminals(const v1::SiteConfig& config, VsatSettings& settings);

}  // namespace karkara
