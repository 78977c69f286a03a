#include "agent/mesh/mesh_links.h"

#include <algorithm>

namespace karkara {

void blame(std::vector<MeshLinks>& links, const std::vector<LostHellos>& lost) {
  for (MeshLinks& interface : links) {
    for (MeshLink& link : interface.links) {
      const auto found = std::ranges::find_if(
          lost, [&](const LostHellos& each) { return std::ranges::find(each.radios, link.peer) != each.radios.end(); });
      if (!link.heard || found == lost.end()) {
        continue;
      }
      link.bad = link.proven = true;
      link.mute = found->silent;
      link.why = found->why;
    }
  }
}

}  // namespace karkara
