// What the neighbour feature is told by configuration: where the masts meet, of whom to borrow, what to lend.
// agent/config_bind fills it.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

struct LendingSettings {
  std::vector<SiteId> to{};                        // none: every site of the fleet's
  std::optional<std::uint64_t> bytes_per_day{};    // to each neighbour
  std::optional<std::uint64_t> bytes_per_month{};  // to all together
  unsigned until_stage = 1;                        // of the shedding ladder, from which nothing is lent; 0: at any
  friend bool operator==(const LendingSettings&, const LendingSettings&) = default;
};

struct NeighbourSettings {
  SiteId site;
  std::string interface {};
  std::uint16_t port = 7449;
  IpPrefix transit{};
  unsigned max_hops = 1;              // masts that what is borrowed may pass
  std::vector<SiteId> borrow_from{};  // the preferred one first; none: every site of the fleet's
  std::optional<UplinkId> uplink{};   // of the kind mesh; none: nothing is borrowed
  std::optional<LendingSettings> lending{};
  bool batman_gateway = false;
  Duration utc_offset = std::chrono::hours{1};  // of the local day and month
  friend bool operator==(const NeighbourSettings&, const NeighbourSettings&) = default;
};

}  // namespace karkara
