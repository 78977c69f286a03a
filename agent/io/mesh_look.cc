#include "agent/io/mesh_look.h"

#include "agent/codec/batadv.h"
#include "agent/codec/nl80211_types.h"
#include "agent/io/batman_look.h"
#include "agent/io/genetlink_families.h"
#include "agent/io/kernel_sockets.h"
#include "agent/io/mesh_interface_look.h"

namespace karkara {

MeshSeen MeshLook::look() {
  MeshSeen seen;
  seen.status = open_both(routes_, generic_);
  if (seen.status) {
    take(seen);
  }
  return seen;
}

void MeshLook::take(MeshSeen& seen) {
  const auto families = list_families(*generic_);
  if (!families) {
    seen.status = families.error();
    return;
  }
  const auto wifi = families->find(nl80211::kFamilyName);
  const auto batman = families->find(batadv::kFamilyName);
  if (wifi == families->end() && batman == families->end()) {
    seen.status = Error{ErrorCode::NotFound, "the kernel has neither Wi-Fi nor batman-adv"};
    return;
  }
  if (wifi != families->end()) {
    seen.status = look_at_mesh_interfaces(*generic_, wifi->second, seen.interfaces);
  }
  if (batman != families->end()) {
    const Status status = look_at_batman(*routes_, *generic_, batman->second, seen.batman);
    seen.status = seen.status ? status : seen.status;
  }
  // A part that could not be found is no kernel without Wi-Fi.
  if (!seen.status && seen.status.error().code == ErrorCode::NotFound) {
    seen.status = Error{ErrorCode::Unavailable, seen.status.error().text};
  }
}

}  // namespace karkara
