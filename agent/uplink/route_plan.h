// What the kernel should hold so that traffic follows the choice: tables, rules, settings and the NAT table.
// A pure function. docs/architecture.md has the map of tables, marks and priorities.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "agent/facts/network_plan.h"
#include "agent/uplink/health.h"
#include "agent/uplink/settings.h"

namespace karkara {

struct PlannedUplink {
  std::string interface;
  std::uint32_t slot = 0;  // 0..62: gives table and mark
  UplinkPath path;
  std::optional<std::uint32_t> mtu;
};

[[nodiscard]] constexpr std::uint32_t mark_of_slot(std::uint32_t slot) {
  return (slot + 1) << 16U;
}
[[nodiscard]] constexpr std::uint32_t table_of_slot(std::uint32_t slot) {
  return kFirstUplinkTable + slot;
}
inline constexpr std::uint32_t kMostUplinks = 62;

// uplinks: every configured one; ladder: indices into it, active first, usable paths only.
[[nodiscard]] WantedNetwork plan_network(const std::vector<PlannedUplink>& uplinks,
                                         const std::vector<std::size_t>& ladder, bool masquerade);

}  // namespace karkara
