// What the neighbour feature must know of the rest of the site, told before each of its turns. Plain; filled by
// agent/site.
#pragma once

#include <cstdint>
#include <optional>

#include "agent/facts/hello.h"
#include "agent/facts/usage.h"
#include "agent/mesh/mesh_air.h"

namespace karkara {

// How the uplink of the kind mesh stands.
struct BorrowedLink {
  bool down = false;      // nothing comes back over it
  bool active = false;    // it carries the router's traffic
  bool answered = false;  // flows over it were answered within the last second
  friend bool operator==(const BorrowedLink&, const BorrowedLink&) = default;
};

struct Surroundings {
  OwnWay own{};  // of guests
  BorrowedLink borrowed{};
  unsigned stage = 0;
  std::optional<std::uint8_t> charge{};  // percent
  std::optional<Duration> quiet_in{};    // until the mesh's radio is turned off
  std::optional<WeakerSoon> weaker{};    // it will be turned down
  MeshAir air{};
  std::uint32_t link = 0;          // index of the mesh's interface; 0: there is none
  std::optional<WallTime> wall{};  // when the clock can be trusted
  friend bool operator==(const Surroundings&, const Surroundings&) = default;
};

}  // namespace karkara
