// The kernel's network objects as plain values: what a dump shows and what we want to see there.
// Refuses sockets and byte layouts: agent/codec/rtnetlink reads and writes those.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/facts/traffic_control.h"

namespace karkara {

// Everything of ours carries this rtm_protocol / FRA_PROTOCOL, so that a restart adopts it and nothing foreign is
// touched.
inline constexpr std::uint8_t kOurProtocol = 107;
// IFA_PROTO of an address of others that we deprecated, so that a restart knows which ones to make preferred again: an
// operator deprecates too, for good. Any renewal of the lease takes the number off again.
inline constexpr std::uint8_t kDeprecatedProtocol = 108;
// Routing tables: kChoiceTable holds the ladder that the router's own traffic follows; kFirstUplinkTable + slot is one
// uplink's own and leads nowhere else; kFirstFlowTable + slot is the same with the others behind it.
inline constexpr std::uint32_t kMostSlots = 16;
inline constexpr std::uint32_t kChoiceTable = 10'000;
inline constexpr std::uint32_t kFirstUplinkTable = 10'001;
inline constexpr std::uint32_t kFirstFlowTable = kFirstUplinkTable + kMostSlots;
inline constexpr std::uint32_t kLastTable = 10'063;
inline constexpr std::uint32_t kTunnelTable = kFirstFlowTable + kMostSlots;
// Firewall marks: only these bits are ours, six of them. 1 + slot: must leave by this uplink or not at all (probes);
// 17 + slot: a flow that uses this uplink; 63: traffic that is shed.
inline constexpr std::uint32_t kMarkMask = 0x003f'0000;
inline constexpr std::uint32_t kMarkStep = 1U << 16U;
inline constexpr std::uint32_t kShedMark = 63U << 16U;
inline constexpr std::uint32_t kTunnelMark = 62U << 16U;
// Four more bits, of a flow's mark only: its class of traffic. 0: the router's own, or nothing from the village yet; 1:
// the first configured one; the last one takes what is left.
inline constexpr std::uint32_t kClassMask = 0x03c0'0000;
inline constexpr std::uint32_t kClassStep = 1U << 22U;
inline constexpr std::uint32_t kMainTable = 254;
// Rule priorities of ours.
inline constexpr std::uint32_t kFirstRulePriority = 10'000;
inline constexpr std::uint32_t kLastRulePriority = 10'199;
// The one nftables table of ours, family first.
inline constexpr std::string_view kNftTable = "inet karkara";

struct Link {
  std::uint32_t index = 0;
  std::string name;
  bool admin_up = false;
  bool carrier = false;
  std::uint32_t mtu = 0;
  std::uint64_t received_bytes = 0;
  std::uint64_t sent_bytes = 0;
  std::uint64_t received_packets = 0;
  std::uint64_t sent_packets = 0;
  std::uint32_t master = 0;  // index of the bridge, or of what else it is a port of; 0: of none
  std::uint32_t lower = 0;   // of a VLAN: index of the link below; else 0
  bool is_bridge = false;
  friend bool operator==(const Link&, const Link&) = default;
};

// What a change of an address has to repeat. It counts down, so that no two dumps have the same; and it is no part of
// what tells addresses apart.
struct AddressTerms {
  std::uint32_t flags = 0;          // IFA_F_...
  std::uint32_t valid_seconds = 0;  // kForever: without end
  static constexpr std::uint32_t kForever = 0xffff'ffff;
  friend bool operator==(const AddressTerms& /*a*/, const AddressTerms& /*b*/) { return true; }
  friend std::strong_ordering operator<=>(const AddressTerms& /*a*/, const AddressTerms& /*b*/) {
    return std::strong_ordering::equal;
  }
};

struct LinkAddress {
  std::uint32_t link = 0;  // interface index
  IpPrefix prefix;         // the address and its on-link prefix length
  bool global = true;      // scope universe or site; not link-local, not host
  bool deprecated = false;
  bool tentative = false;
  bool ours = false;              // carries kOurProtocol; kernels before 5.18 cannot tell
  bool permanent = false;         // valid without end
  bool deprecated_by_us = false;  // carries kDeprecatedProtocol
  AddressTerms terms{};
  friend auto operator<=>(const LinkAddress&, const LinkAddress&) = default;
};

enum class RouteType : std::uint8_t { Unicast, Unreachable, Blackhole, Other };

struct Route {
  IpPrefix destination;
  std::uint32_t table = 0;
  std::uint32_t metric = 0;
  RouteType type = RouteType::Unicast;
  std::uint8_t protocol = 0;
  std::uint8_t scope = 0;  // RT_SCOPE_UNIVERSE 0, RT_SCOPE_LINK 253
  std::uint32_t link = 0;  // outgoing interface index, 0: none
  std::optional<IpAddress> gateway;
  std::optional<IpAddress> source;  // RTA_PREFSRC
  std::optional<std::uint32_t> mtu;
  bool other_attributes = false;  // has attributes that we do not know: never ours
  friend auto operator<=>(const Route&, const Route&) = default;
};

struct Rule {
  IpFamily family = IpFamily::V4;
  std::uint32_t priority = 0;
  std::uint32_t mark = 0;
  std::uint32_t mark_mask = 0;  // 0: any mark
  std::uint32_t table = 0;
  std::uint8_t protocol = 0;
  std::optional<std::uint32_t> suppress_prefix_length;
  bool other_selectors = false;  // has selectors that we do not know: never ours
  friend auto operator<=>(const Rule&, const Rule&) = default;
};

// A file below /proc/sys, and the one-line text that it holds or should hold.
struct Sysctl {
  std::string path;   // "net/ipv4/ip_forward"
  std::string value;  // "1"; in a snapshot empty when there is no such file
  friend auto operator<=>(const Sysctl&, const Sysctl&) = default;
};

struct KernelSnapshot {
  std::vector<Link> links;
  std::vector<LinkAddress> addresses;
  std::vector<Route> routes;
  std::vector<Rule> rules;
  std::vector<Sysctl> sysctls;                 // those that were asked for, see RequestDump
  std::optional<std::string> nft_fingerprint;  // of our own table; empty text: a table without one; nothing: no table
  std::vector<std::string> offloaded{};        // interfaces in flowtables of others, by name
  SeenTraffic traffic{};

  [[nodiscard]] const Link* link_named(std::string_view name) const {
    for (const Link& link : links) {
      if (link.name == name) {
        return &link;
      }
    }
    return nullptr;
  }
  friend bool operator==(const KernelSnapshot&, const KernelSnapshot&) = default;
};

}  // namespace karkara
