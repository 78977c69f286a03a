// What the kernel should hold so that traffic follows the choice: tables, rules and settings; nft_plan adds the marks.
// A pure function. docs/architecture.md has the map of tables, marks and priorities.
#pragma once

#include <algorithm>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/hello.h"
#include "agent/facts/network_plan.h"
#include "agent/uplink/path.h"
#include "agent/uplink/settings.h"

namespace karkara {

struct PlannedUplink {
  std::string interface;
  std::uint32_t slot = 0;  // below kMostSlots: gives tables and marks
  UplinkPath path;
  std::optional<std::uint32_t> mtu{};
  // Whose answers prove nothing of the way out: the link's own networks and the operator's resolvers. None holds
  // another.
  std::vector<IpPrefix> near{};
  std::vector<IpPrefix> networks{};  // that the link itself is in, IPv4; none holds another
  friend bool operator==(const PlannedUplink&, const PlannedUplink&) = default;
};

// Where one class of the village's traffic goes; all numbers are indices of uplinks.
struct PlannedClass {
  ClassSettings members;
  std::optional<std::size_t> uplink{};  // none: shed
  std::vector<std::size_t> keeps{};     // a flow that uses one of these stays there
  bool tunnelled = false;               // new flows go into the tunnel; those that are in it stay there
  friend bool operator==(const PlannedClass&, const PlannedClass&) = default;
};

// The tunnel's interface while its hub is there.
struct PlannedTunnel {
  std::string interface;
  std::uint32_t link = 0;
  std::uint32_t mtu = 0;
  bool v4 = false;  // has an address of this family
  bool v6 = false;
  IpEndpoint hub{};
  std::vector<ClassId> classes{};  // that go in; none: all
  [[nodiscard]] bool takes(const ClassId& id) const {
    return classes.empty() || std::find(classes.begin(), classes.end(), id) != classes.end();
  }
  friend bool operator==(const PlannedTunnel&, const PlannedTunnel&) = default;
};

struct TrafficPlan {
  std::vector<PlannedUplink> uplinks;  // every configured one
  std::vector<std::size_t> ladder;     // the control class's, active first, usable paths only
  std::vector<PlannedClass> classes;   // in order; the last takes what is left
  bool masquerade = true;
  std::vector<StaticAddress> addresses{};  // of bearers that nobody else gives one
  std::optional<PlannedTunnel> tunnel{};
  bool shaped = false;  // packets are told their class, for the trees of agent/shaping
  std::optional<Guests> guests{};
  std::vector<IpPrefix> guests_reach{};  // of what lies before the uplinks; none holds another
  friend bool operator==(const TrafficPlan&, const TrafficPlan&) = default;
};

// Must leave by this uplink or not at all: probes.
[[nodiscard]] constexpr std::uint32_t mark_of_slot(std::uint32_t slot) {
  return (1 + slot) * kMarkStep;
}
// A flow that uses this uplink; others stand behind it.
[[nodiscard]] constexpr std::uint32_t flow_mark_of_slot(std::uint32_t slot) {
  return (1 + kMostSlots + slot) * kMarkStep;
}
[[nodiscard]] constexpr std::uint32_t table_of_slot(std::uint32_t slot) {
  return kFirstUplinkTable + slot;
}
[[nodiscard]] constexpr std::uint32_t flow_table_of_slot(std::uint32_t slot) {
  return kFirstFlowTable + slot;
}

[[nodiscard]] WantedNetwork plan_network(const TrafficPlan& plan);

}  // namespace karkara
