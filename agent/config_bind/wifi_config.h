// What the configuration says of the radios that the agent sets up, as the Wi-Fi feature's own values, and what in it
// contradicts itself or no radio could do. Called by site_config.cc and contradictions.cc.
#pragma once

#include <string>
#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/wifi/wifi_settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Of a message that the reader accepted; without the section: of no radios.
[[nodiscard]] Result<WifiSettings> bind_wifi(const v1::SiteConfig& config);

void check_wifi(const v1::SiteConfig& config, std::vector<Contradiction>& found);
void check_mesh_apart(const v1::SiteConfig& config, std::vector<Contradiction>& found);

[[nodiscard]] std::string batman_interface(const v1::MeshPointConfig& mesh);

}  // namespace karkara
