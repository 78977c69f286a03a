// One look at the mesh: mesh interfaces with their peers and channel through nl80211, and what batman-adv knows. Waits
// for the kernel, and so for drivers, which may wait for their firmware: not for the loop's thread. Refuses to show
// half of an interface: one whose peers cannot be read is left out and the error told beside the rest. Used by
// MeshView.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/mesh.h"
#include "agent/io/netlink_conversation.h"

namespace karkara {

class MeshLook {
 public:
  MeshSeen look();

 private:
  void take(MeshSeen& seen);

  std::optional<NetlinkConversation> routes_;
  std::optional<NetlinkConversation> generic_;
};

}  // namespace karkara
