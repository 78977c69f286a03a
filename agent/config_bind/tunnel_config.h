// What the configuration says of the tunnel, as the tunnel's own values, and what in it contradicts the rest.
// Called by site_config.cc and contradictions.cc.
#pragma once

#include <optional>
#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/uplink/tunnel_settings.h"
#include "common/result.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// Nothing when there is no tunnel. An error names a value that find_contradictions would have refused.
[[nodiscard]] Result<std::optional<TunnelSettings>> bind_tunnel(const v1::SiteConfig& config);
void check_tunnel(const v1::SiteConfig& config, std::vector<Contradiction>& found);

}  // namespace karkara
