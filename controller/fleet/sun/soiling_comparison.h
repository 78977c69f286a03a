// Tells dust on one site's glass from haze in the sky by comparing neighbours: haze lowers all of them on the same
// days, dust lowers one and stays until rain or a cloth. The part of the loss that all share is the weighted median of
// the neighbours' losses; what a site lost beyond it is its own. Refuses a verdict without three neighbours, and to
// tell dust that settles everywhere at one pace from a haze that lasts for weeks: nobody could from these numbers
// alone. Called by controller/service a few times a day for all sites at once.
#pragma once

#include <span>
#include <vector>

#include "controller/fleet/sun/array_days.h"
#include "controller/fleet/sun/neighbours.h"
#include "controller/fleet/sun/soiling_finding.h"

namespace karkara {

struct ComparedSite {
  std::optional<Position> place{};
  ArrayDays days{};
  bool was_dirty = false;  // the last verdict was CleanPanels: it ends at a lower mark than it begins
};

// One finding for each site, in their order. today: days since 1970.
[[nodiscard]] std::vector<SoilingFinding> compare_sites(std::span<const ComparedSite> sites, std::int64_t today);

}  // namespace karkara
