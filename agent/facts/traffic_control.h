// The kernel's shaping objects (tc) as plain values: what a dump shows, what we want to see there, and what it counted.
// Refuses sockets and byte layouts: agent/codec/traffic_control reads and writes those.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "agent/facts/ip.h"

namespace karkara {

// Ours is a root with this major number; the leaf below class 6b00:N has the major kLeafMajor + N. Whatever else is the
// root of a link is somebody else's and stays.
inline constexpr std::uint16_t kShaperMajor = 0x6b00;
inline constexpr std::uint16_t kLeafMajor = 0x6c00;
inline constexpr std::uint16_t kMostShaperClasses = 0x3ff;
// The device behind which the village's downloads queue, for all uplinks: the only place where they can be shaped.
inline constexpr std::string_view kDownloadDevice = "ifb-karkara";
// Our filter on the way out to the village: preference and handle of what sends packets through kDownloadDevice.
inline constexpr std::uint16_t kRedirectPreference = 0x6b00;
inline constexpr std::uint32_t kRedirectHandle = 0x6b;

// A class of our own tree: the skb's priority, which nftables sets, names it.
[[nodiscard]] constexpr std::uint32_t shaper_class_id(std::uint16_t minor) {
  return (std::uint32_t{kShaperMajor} << 16U) | minor;
}

// What a packet costs on the wire beyond its own bytes.
struct Framing {
  std::int16_t overhead = 0;   // bytes a packet; negative where the link strips its Ethernet header
  std::uint16_t smallest = 0;  // bytes that a packet costs at least (mpu)
  friend auto operator<=>(const Framing&, const Framing&) = default;
};

// Whose parts of a fq_codel are equal. A host's TCP and the rest of its packets are two, so that its call does not wait
// in the queue of its own download.
enum class FairBy : std::uint8_t {
  Flows,
  Senders,
  HiddenSenders,  // as they were before NAT put the router's address in their place
  Receivers,
};

struct FqCodelLeaf {
  std::uint32_t limit = 0;         // packets
  std::uint32_t memory_limit = 0;  // bytes; the kernel's default of 32 MB kills a small router
  std::uint32_t target = 0;        // microseconds
  std::uint32_t interval = 0;      // microseconds
  std::uint32_t flows = 0;
  std::uint32_t quantum = 0;  // bytes
  bool ecn = true;
  FairBy fair = FairBy::Flows;  // by hosts: a filter of ours in the leaf
  friend auto operator<=>(const FqCodelLeaf&, const FqCodelLeaf&) = default;
};
// CAKE without its own shaper: HTB gives the rate, CAKE fairness by host and a short queue.
struct CakeLeaf {
  enum class Hosts : std::uint8_t { Sources, Destinations };  // whose shares are equal: upload, download
  Hosts hosts = Hosts::Sources;
  bool nat = false;                // look through masquerading for the host
  std::uint32_t rtt = 0;           // microseconds that a path's control loop takes
  std::uint32_t memory_limit = 0;  // bytes
  friend auto operator<=>(const CakeLeaf&, const CakeLeaf&) = default;
};
struct PfifoLeaf {
  std::uint32_t limit = 0;  // packets
  friend auto operator<=>(const PfifoLeaf&, const PfifoLeaf&) = default;
};
// Of another kind, or with options that we do not read.
struct OtherLeaf {
  std::string kind;
  friend auto operator<=>(const OtherLeaf&, const OtherLeaf&) = default;
};
using Leaf = std::variant<PfifoLeaf, FqCodelLeaf, CakeLeaf, OtherLeaf>;

struct ShaperClass {
  std::uint16_t minor = 0;
  std::uint16_t parent = 0;         // minor of the class above; 0: the root
  std::uint64_t rate = 0;           // guarantee, bytes a second, of what Framing makes of a packet
  std::uint64_t ceiling = 0;        // bytes a second
  std::uint32_t burst = 0;          // bytes, at 'rate'
  std::uint32_t ceiling_burst = 0;  // bytes, at 'ceiling'
  std::uint32_t quantum = 0;        // bytes in one round among siblings
  std::uint8_t priority = 0;        // 0 to 7, who gets what is left over; lower goes first
  std::optional<Leaf> leaf;         // none: an inner class
  friend bool operator==(const ShaperClass&, const ShaperClass&) = default;
};

// Each uplink's slot has an inner class and below it one leaf for each class of traffic: 0 is the router's own, then
// the configured ones in their order, then what fits none. The same numbers in every tree of ours.
inline constexpr std::uint16_t kMinorsOfSlot = 32;
[[nodiscard]] constexpr std::uint16_t slot_minor(std::uint32_t slot) {
  return static_cast<std::uint16_t>((slot + 1) * kMinorsOfSlot);
}
[[nodiscard]] constexpr std::uint16_t leaf_minor(std::uint32_t slot, std::uint32_t traffic_class) {
  return static_cast<std::uint16_t>(slot_minor(slot) + 1 + traffic_class);
}
// Of kDownloadDevice: what no uplink brought, such as the router's own words to the village. Not slowed down.
inline constexpr std::uint16_t kLocalMinor = 1;
// The tunnel's own tree has the numbers of a slot that no uplink has.
inline constexpr std::uint32_t kTunnelSlot = 16;
// In a wanted shaper or redirect: kDownloadDevice, whose index is known only when it is there.
inline constexpr std::uint32_t kDownloadLink = 0;

// The classes of one link do not all lead to the same kind of wire.
struct FramedClass {
  Framing framing;
  ShaperClass content;
  friend bool operator==(const FramedClass&, const FramedClass&) = default;
};

// The whole of our tree on one link, parents before their children. The default never changes while the slot stays:
// HTB could not change it in place.
struct Shaper {
  std::uint32_t link = 0;           // interface index, or kDownloadLink
  std::uint16_t default_minor = 0;  // class of what has no priority of ours
  std::vector<FramedClass> classes;
  std::uint16_t header = 0;  // bytes of each packet on this device that do not count: HTB itself can only add
  friend bool operator==(const Shaper&, const Shaper&) = default;
};

// All that leaves by 'link', or what of it goes to one network, first goes through 'through', and then on.
struct Redirect {
  std::uint32_t link = 0;
  std::uint32_t through = 0;
  std::optional<IpPrefix> to{};  // IPv4, without host bits; none: all
  friend auto operator<=>(const Redirect&, const Redirect&) = default;
};

struct WantedTraffic {
  // Nothing is known yet, as right after a start: what is there stays as it is.
  bool undecided = false;
  bool download_device = false;  // whether kDownloadDevice is to be there
  std::vector<Shaper> shapers;   // at most one a link; those of links that are not there wait
  std::vector<Redirect> redirects;
  friend bool operator==(const WantedTraffic&, const WantedTraffic&) = default;
};

// What this kernel can do, found by trying it on a device of our own.
struct TrafficAbilities {
  bool htb = false;
  bool fq_codel = false;
  bool cake = false;
  bool redirect = false;    // an ifb, a clsact, a filter that takes all and mirred
  bool by_host = false;     // cls_flow, for fq_codel by hosts
  bool by_network = false;  // a redirect of what goes to one network alone (cls_u32)
  friend bool operator==(const TrafficAbilities&, const TrafficAbilities&) = default;
};

// The root of a link that is not ours, or what stands there that is.
struct SeenRoot {
  std::uint32_t link = 0;
  std::string kind;                 // "htb", "noqueue", "mq"
  std::uint16_t major = 0;          // 0: the kernel's own default
  std::uint16_t default_minor = 0;  // of an htb
  std::uint16_t header = 0;         // as a Shaper's
  friend auto operator<=>(const SeenRoot&, const SeenRoot&) = default;
};
// Flat, as the kernel lists them; of roots that are not ours no classes are told.
struct SeenTraffic {
  bool unread = false;  // it could not be looked at yet: what is there is not known, so that nothing may be done
  std::vector<SeenRoot> roots;
  struct Class {
    std::uint32_t link = 0;
    Framing framing;
    ShaperClass content;
    friend bool operator==(const Class&, const Class&) = default;
  };
  std::vector<Class> classes;
  std::vector<Redirect> redirects;     // with our preference and handle
  std::vector<std::uint32_t> clsacts;  // links that have one
  // Links with filters that are not ours: among the clsacts, or with an ingress where a clsact would have to be.
  std::vector<std::uint32_t> busy_clsacts;
  std::optional<TrafficAbilities> abilities;
  friend bool operator==(const SeenTraffic&, const SeenTraffic&) = default;
};

// Steps. A Put creates, or changes in place what is there: queues keep their packets.
struct AddDownloadDevice {
  friend bool operator==(const AddDownloadDevice&, const AddDownloadDevice&) = default;
};
struct RemoveDownloadDevice {
  std::uint32_t link = 0;
  friend bool operator==(const RemoveDownloadDevice&, const RemoveDownloadDevice&) = default;
};
struct PutShaperRoot {
  std::uint32_t link = 0;
  std::uint16_t default_minor = 0;
  std::uint16_t header = 0;
  friend bool operator==(const PutShaperRoot&, const PutShaperRoot&) = default;
};
struct RemoveShaperRoot {
  std::uint32_t link = 0;
  friend bool operator==(const RemoveShaperRoot&, const RemoveShaperRoot&) = default;
};
// The class without its leaf.
struct PutShaperClass {
  std::uint32_t link = 0;
  Framing framing;
  ShaperClass content;
  friend bool operator==(const PutShaperClass&, const PutShaperClass&) = default;
};
struct RemoveShaperClass {
  std::uint32_t link = 0;
  std::uint16_t minor = 0;
  friend bool operator==(const RemoveShaperClass&, const RemoveShaperClass&) = default;
};
struct PutLeaf {
  std::uint32_t link = 0;
  std::uint16_t minor = 0;  // of the class above
  Leaf leaf;
  bool replace = false;  // another kind is there: it goes, and its packets with it
  friend bool operator==(const PutLeaf&, const PutLeaf&) = default;
};
struct PutRedirect {
  Redirect redirect;
  friend bool operator==(const PutRedirect&, const PutRedirect&) = default;
};
struct RemoveRedirect {
  std::uint32_t link = 0;
  bool clsact_too = false;  // nobody else has a filter there
  friend bool operator==(const RemoveRedirect&, const RemoveRedirect&) = default;
};
using TrafficOp = std::variant<AddDownloadDevice, PutShaperRoot, PutShaperClass, PutLeaf, PutRedirect, RemoveRedirect,
                               RemoveShaperClass, RemoveShaperRoot, RemoveDownloadDevice>;

// What a class of ours has let through and queued since it was made.
struct ShaperCount {
  std::uint32_t link = 0;
  std::uint16_t minor = 0;
  std::uint64_t bytes = 0;
  std::uint64_t packets = 0;
  std::uint64_t drops = 0;               // of the leaf
  std::uint32_t backlog = 0;             // bytes waiting now
  std::uint32_t queued = 0;              // packets waiting now
  std::optional<std::uint32_t> delay{};  // microseconds that packets waited lately, where the leaf tells
  friend bool operator==(const ShaperCount&, const ShaperCount&) = default;
};

}  // namespace karkara
