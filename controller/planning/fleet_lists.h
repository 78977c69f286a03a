// The fleet as lists that karkara-plan reads: its sites as masts, and what their radios hear of each other as
// measurements. Refuses sites without a place, and levels that are old or of a radio that no site has. Pure, over a
// visit of the fleet; called for jobs and for the NOC.
#pragma once

#include <map>
#include <string>

#include "common/units.h"
#include "controller/fleet/fleet.h"

namespace karkara {

// Heights of masts by site, where a plan knows them; what is registered of a site counts before.
using MastHeights = std::map<SiteId, Metres>;

// Sites that were heard at least once. `technology` is "gateway" where the site has a way out that is no neighbour's.
[[nodiscard]] std::string masts_csv(const Fleet& fleet, const MastHeights& heights);

// The place is the hearing site's, `site` the one that it hears; of the last day.
[[nodiscard]] std::string links_csv(const Fleet& fleet, Moment now);

}  // namespace karkara
