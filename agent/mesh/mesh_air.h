// What the site's own radios in the mesh are, and how they hear those of others; for whoever speaks with neighbours.
#pragma once

#include <cstdint>
#include <map>
#include <vector>

#include "agent/facts/mac_address.h"
#include "common/units.h"

namespace karkara {

struct MeshAir {
  std::vector<MacAddress> radios{};     // ours that have joined
  std::vector<std::uint32_t> wiphys{};  // on which they are
  std::map<MacAddress, Dbm> signals{};  // of peers that are there
  friend bool operator==(const MeshAir&, const MeshAir&) = default;
};

}  // namespace karkara
