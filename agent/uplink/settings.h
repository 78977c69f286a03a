// What the uplink feature is told by configuration. agent/config_bind fills it.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/uplink/allowance.h"
#include "agent/uplink/link_meter.h"
#include "common/ids.h"
#include "common/time.h"

namespace karkara {

enum class UplinkKind : std::uint8_t { Ethernet, Vsat, Cellular, Mesh };

struct UplinkSettings {
  UplinkId id;
  UplinkKind kind = UplinkKind::Ethernet;
  std::string interface;
  std::optional<IpAddress> gateway;  // none: learned from the main table
  std::uint32_t preference = 100;    // lower is better
  bool metered = false;
  double watts = 0;  // what the link draws while it is used
  Duration active_echo_interval = std::chrono::seconds{2};
  Duration standby_echo_interval = std::chrono::seconds{10};
  std::optional<std::uint32_t> mtu;
  bool find_mtu = true;
  std::vector<IpAddress> resolvers;           // none: what the modem was given
  std::optional<std::uint64_t> probe_budget;  // bytes a day; none: what its role gets
  LinkRate rate{};                            // the most that it carries
  AllowanceSettings allowance{};
  std::map<std::uint32_t, AllowanceSettings> sim_allowances{};  // by slot, where it is not the uplink's
  std::vector<IpPrefix> delegated_prefixes{};  // IPv6, of which other programs give the village addresses
  friend bool operator==(const UplinkSettings&, const UplinkSettings&) = default;
};

// Whether a class of traffic may cost money.
enum class MeteredUse : std::uint8_t {
  Always,
  WithinPace,  // as long as the bundle lasts to the end of its cycle at this pace
  Never,       // it is shed rather than moved there
};

// A class of the village's traffic, in the order of the configuration: the first whose members fit has the packet.
struct ClassSettings {
  ClassId id;
  std::vector<std::string> interfaces;
  std::vector<IpPrefix> subnets;
  std::vector<std::uint8_t> dscps;
  MeteredUse metered = MeteredUse::Always;
  std::vector<std::string> macs{};  // "02:00:5e:10:00:01"
  std::vector<IpPrefix> destinations{};
  bool may_overspend = false;  // may use an uplink whose money is spent
  bool guests = false;         // neighbours that borrow, and nobody else: known by their transit addresses
  [[nodiscard]] bool takes_everything() const {
    return !guests && interfaces.empty() && subnets.empty() && dscps.empty() && macs.empty() && destinations.empty();
  }
  friend bool operator==(const ClassSettings&, const ClassSettings&) = default;
};

// How an uplink proves that it gives the real internet.
struct TruthSettings {
  std::uint16_t content_port = 0;  // of the anchors; 0: content is not checked
  std::string name{};              // that resolvers are asked for; empty: they are not
  std::vector<IpAddress> addresses{};
  Duration interval = std::chrono::hours{6};
  friend bool operator==(const TruthSettings&, const TruthSettings&) = default;
};

struct UplinkFeatureSettings {
  std::vector<UplinkSettings> uplinks;  // the order gives each its slot: table and mark
  std::vector<ClassSettings> classes;   // none: all of the village is one class
  Duration hold_down = std::chrono::seconds{5};
  Duration hold_down_max = std::chrono::minutes{5};
  Duration switch_back_after = std::chrono::seconds{60};
  Duration leave_metered_after = std::chrono::seconds{10};
  Duration min_dwell = std::chrono::seconds{30};
  std::vector<std::string> lan_interfaces;
  bool masquerade = true;
  bool shaped = false;  // packets are told their class, for the trees of agent/shaping
  TruthSettings truth{};
  double guests_part = 0;                // most of each uplink's rate that neighbours get together
  std::vector<IpPrefix> guests_reach{};  // private networks before an uplink that they reach as well
  std::chrono::minutes utc_offset = kNigerOffset;
  friend bool operator==(const UplinkFeatureSettings&, const UplinkFeatureSettings&) = default;
};

}  // namespace karkara
