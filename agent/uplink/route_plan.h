// What the kernel should hold so that traffic follows the choice: tables, rules and settings; nft_plan adds the marks.
// A pure function. docs/architecture.md has the map of tables, marks and priorities.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/network_plan.h"
#include "agent/uplink/path.h"
#include "agent/uplink/settings.h"

namespace karkara {

struct PlannedUplink {
  std::string interface;
  std::uint32_t slot = 0;  // below kMostSlots: gives tables and marks
  UplinkPath path;
  std::optional<std::uint32_t> mtu{};
  friend bool operator==(const PlannedUplink&, const PlannedUplink&) = default;
};

// Where one class of the village's traffic goes; all numbers are indices of uplinks.
struct PlannedClass {
  ClassSettings members;
  std::optional<std::size_t> uplink{};  // none: shed
  std::vector<std::size_t> keeps{};     // a flow that uses one of these stays there
  friend bool operator==(const PlannedClass&, const PlannedClass&) = default;
};

struct TrafficPlan {
  std::vector<PlannedUplink> uplinks;  // every configured one
  std::vector<std::size_t> ladder;     // the control class's, active first, usable paths only
  std::vector<PlannedClass> classes;   // in order; the last takes what is left
  bool masquerade = true;
  std::vector<StaticAddress> addresses{};  // of bearers that nobody else gives one
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
