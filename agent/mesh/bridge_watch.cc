#include "agent/mesh/bridge_watch.h"

#include <fmt/format.h>

#include <algorithm>

namespace karkara {
namespace {

const Link* link_at(const std::vector<Link>& links, std::uint32_t index) {
  const auto found = std::ranges::find(links, index, &Link::index);
  return index == 0 || found == links.end() ? nullptr : &*found;
}

// A VLAN carries what its link does.
bool is_among(const Link& link, const std::vector<Link>& links, const std::set<std::string>& names) {
  const Link* lower = link_at(links, link.lower);
  return names.contains(link.name) || (lower != nullptr && names.contains(lower->name));
}

// What makes a bridge the village's; empty: nothing.
std::string village_in(const Link& bridge, const std::vector<Link>& links, const std::set<std::string>& village) {
  if (village.contains(bridge.name)) {
    return "which is the village's";
  }
  for (const Link& link : links) {
    const bool above = link.lower == bridge.index && village.contains(link.name);
    if (above || (link.master == bridge.index && is_among(link, links, village))) {
      return fmt::format("which the village's {} is {}", link.name, above ? "above" : "in");
    }
  }
  return "";
}

}  // namespace

std::vector<BridgedMesh> bridged_meshes(const std::vector<Link>& links, const MeshSides& sides) {
  std::vector<BridgedMesh> found;
  for (const Link& link : links) {
    const Link* bridge = link_at(links, link.master);
    if (bridge == nullptr || !bridge->is_bridge) {
      continue;
    }
    if (is_among(link, links, sides.mesh)) {
      if (std::string why = village_in(*bridge, links, sides.village); !why.empty()) {
        found.push_back({link.name, bridge->name, std::move(why)});
      }
    } else if (sides.mesh.contains(bridge->name) && is_among(link, links, sides.village)) {
      found.push_back({link.name, bridge->name, "which is the masts'"});
    }
  }
  std::ranges::sort(found);
  return found;
}

Effects BridgeWatch::follow(const std::vector<Link>& links, const MeshSides& sides) {
  std::vector<BridgedMesh> now = sides.mesh.empty() ? std::vector<BridgedMesh>{} : bridged_meshes(links, sides);
  Effects effects;
  for (const BridgedMesh& before : seen_) {
    if (std::ranges::find(now, before.interface, &BridgedMesh::interface) == now.end()) {
      effects.emplace_back(SetAlarm{{MessageId::MeshBridged, before.interface}, false, {}});
    }
  }
  for (const BridgedMesh& each : now) {
    if (std::ranges::find(seen_, each) == seen_.end()) {
      effects.emplace_back(SetAlarm{{MessageId::MeshBridged, each.interface},
                                    true,
                                    {{"interface", each.interface}, {"bridge", each.bridge}, {"why", each.why}}});
    }
  }
  seen_ = std::move(now);
  return effects;
}

std::vector<std::string> BridgeWatch::report() const {
  std::vector<std::string> lines;
  for (const BridgedMesh& each : seen_) {
    lines.push_back(fmt::format("{} is in the bridge {}, {}", each.interface, each.bridge, each.why));
  }
  return lines;
}

std::vector<CheckItem> BridgeWatch::check() const {
  std::vector<CheckItem> items;
  for (const BridgedMesh& each : seen_) {
    items.push_back({"mesh apart", CheckVerdict::Fail,
                     fmt::format("{} is in the bridge {}, {}", each.interface, each.bridge, each.why),
                     fmt::format("take it out: 'ip link set {} nomaster'", each.interface)});
  }
  return items;
}

}  // namespace karkara
