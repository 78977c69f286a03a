// Whether somebody made one network of the masts' and the village's: an interface of the mesh in a bridge that is the
// village's, or that holds one of its interfaces. The configuration's checks refuse that; here is what others do to the
// router meanwhile. Refuses to take anything apart: it may be what a person is connected by. Pure; called by
// agent/site.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/facts/kernel.h"
#include "agent/facts/status.h"

namespace karkara {

// Names of interfaces; of those that are not there nothing is concluded.
struct MeshSides {
  std::set<std::string> mesh{};     // with batman-adv's, and the one on which neighbours meet
  std::set<std::string> village{};  // bridges with them
};

struct BridgedMesh {
  std::string interface;  // that does not belong there
  std::string bridge;
  std::string why;
  friend auto operator<=>(const BridgedMesh&, const BridgedMesh&) = default;
};
[[nodiscard]] std::vector<BridgedMesh> bridged_meshes(const std::vector<Link>& links, const MeshSides& sides);

class BridgeWatch {
 public:
  Effects follow(const std::vector<Link>& links, const MeshSides& sides);
  [[nodiscard]] std::vector<std::string> report() const;
  [[nodiscard]] std::vector<CheckItem> check() const;

 private:
  std::vector<BridgedMesh> seen_;
};

}  // namespace karkara
