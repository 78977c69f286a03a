// Prefixes of which none holds another: the kernel takes no set in which one element does. Pure; called where sets of
// our nftables table are made.
#pragma once

#include <algorithm>
#include <vector>

#include "agent/facts/prefix_match.h"

namespace karkara {

[[nodiscard]] inline std::vector<IpPrefix> prefixes_apart(const std::vector<IpPrefix>& all) {
  std::vector<IpPrefix> kept;
  for (const IpPrefix& prefix : all) {
    if (std::none_of(kept.begin(), kept.end(), [&](const IpPrefix& known) { return holds(known, prefix); })) {
      std::erase_if(kept, [&](const IpPrefix& known) { return holds(prefix, known); });
      kept.push_back(prefix);
    }
  }
  return kept;
}

}  // namespace karkara
