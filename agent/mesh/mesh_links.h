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
  friend bool operator==(const MeshLink&, const MeshLink&) = default;
};
struct MeshLinks {
  std::string interface;
  bool joined = false;
  bool not_joined = false;  // for long enough to be told
  std::vector<MeshLink> links{};
  friend bool operator==(const MeshLinks&, const MeshLinks&) = default;
};

}  // namespace karkara
