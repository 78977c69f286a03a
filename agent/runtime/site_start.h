// What the site is given at start that only this process and this boot know. Called by main.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "agent/site/site.h"
#include "common/result.h"

namespace karkara {

// Draws the seed. persisted: what could not be loaded counts as nothing.
[[nodiscard]] SiteStart site_start(std::string_view boot_id, Result<std::map<std::string, std::string>> persisted,
                                   std::optional<std::uint64_t> router_memory = std::nullopt);

}  // namespace karkara
