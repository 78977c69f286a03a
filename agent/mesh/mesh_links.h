// What the watch over the mesh has judged, for whoever acts on it: each mesh interface with its peers.
#pragma once

#include <string>
#include <vector>

#include "agent/facts/mac_address.h"

namespace karkara {

struct MeshLink {
  MacAddress peer;
  bool heard = false;   // its link is established, and it was heard
  bool bad = false;     // silent, failing, or stuck before there was a link
  bool proven = false;  // it was no stranger: a link with it has worked
  std::string why{};    // "silent", for people
  bool mute = false;    // it is heard, and yet no hello comes over it any more
  friend bool operator==(const MeshLink&, const MeshLink&) = default;
};
struct MeshLinks {
  std::string interface;
  bool joined = false;
  bool not_joined = false;  // for long enough to be told
  std::vector<MeshLink> links{};
  friend bool operator==(const MeshLinks&, const MeshLinks&) = default;
};

// A neighbour whose hellos do not come as they should.
struct LostHellos {
  std::vector<MacAddress> radios{};
  bool silent = false;  // none comes; else too few
  std::string why{};
  friend bool operator==(const LostHellos&, const LostHellos&) = default;
};
// A link that the radio hears, and over which hellos are lost, is bad.
void blame(std::vector<MeshLinks>& links, const std::vector<LostHellos>& lost);

}  // namespace karkara
