// What the configuration says of neighbours on the mesh, as the neighbour feature's own values, and the class of
// traffic that guests are. Called by site_config.cc and contradictions.cc.
#pragma once

#include <vector>

#include "agent/config_bind/site_config.h"
#include "agent/site/settings.h"
#include "karkara/v1/site_config.pb.h"

namespace karkara {

// After uplinks, classes and shaping: where something is lent, guests are the first class of both.
[[nodiscard]] Status bind_neighbours(const v1::SiteConfig& config, SiteSettings& settings);

void check_neighbours(const v1::SiteConfig& config, std::vector<Contradiction>& found);

inline constexpr const char* kGuestsClass = "guests";
// How their class is shaped, where something is lent, beside the village's classes: a guarantee that nobody said takes
// none of theirs.
[[nodiscard]] ClassShaping guests_shaping(const v1::LendingConfig& lend, const std::vector<ClassShaping>& village);

}  // namespace karkara
