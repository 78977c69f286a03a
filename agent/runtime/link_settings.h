// What the link to the controller needs of the site's settings and of the router. Called by main.cc.
#pragma once

#include <string>

#include "agent/io/controller_link.h"
#include "agent/site/settings.h"

namespace karkara {

[[nodiscard]] LinkSettings link_settings(const SiteSettings& site, std::string boot_id);

}  // namespace karkara
