// What is wrong with the bundles and the money of uplinks and their SIMs. Called by contradictions.cc.
#pragma once

#include <vector>

#include "agent/config_bind/site_config.h"

namespace karkara {

void check_allowances(const v1::SiteConfig& config, std::vector<Contradiction>& found);

}  // namespace karkara
