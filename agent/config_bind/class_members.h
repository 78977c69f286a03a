// What is wrong with the members of classes: two that claim the same, or one that leaves nothing to another.
// Called by contradictions.cc.
#pragma once

#include <vector>

#include "agent/config_bind/site_config.h"

namespace karkara {

void check_class_members(const v1::SiteConfig& config, std::vector<Contradiction>& found);

}  // namespace karkara
