// What the agents of neighbour masts tell each other over the mesh, as plain values: the hello and what goes with it.
// Refuses bytes and keys: agent/codec/mesh_hello writes it, agent/mesh/hello_sessions proves who sent it. Decided upon
// by agent/mesh/neighbours.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/facts/mac_address.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

// What the sender's way out is good for.
enum class WayOut : std::uint8_t {
  None = 0,      // nothing, or nothing that it lends
  Unproven = 1,  // a path that no anchor answers over yet
  Leaving = 2,   // up, and about to be lost
  Up = 3,
};

// Of the sender's radio: it will be heard less.
struct WeakerSoon {
  std::uint16_t in = 0;  // seconds
  std::uint8_t by = 0;   // dB; 0: not known
  friend bool operator==(const WeakerSoon&, const WeakerSoon&) = default;
};
inline constexpr std::size_t kMostHelloRadios = 2;

// Everything is what holds for the receiver of this hello: a sender offers nothing to whom it borrows from itself.
struct Hello {
  IpAddress transit;  // the sender's on the transit network, IPv4
  WayOut way = WayOut::None;
  std::uint8_t hops = 0;                    // masts behind the sender until the way out; 0: its own
  SiteId origin{};                          // whose way out it is; empty: none
  SiteId via{};                             // of whom the sender borrows; empty: of nobody
  std::uint32_t spare_kbit = 0;             // what it lends, a second
  std::optional<std::uint64_t> credit{};    // bytes that it still lends to the receiver; none: no limit
  std::optional<std::uint8_t> charge{};     // percent of its battery
  std::uint8_t stage = 0;                   // of its shedding ladder
  std::optional<std::uint16_t> quiet_in{};  // seconds until its radio is turned off; none: not foreseen
  bool borrows = false;                     // the sender's traffic goes through the receiver
  bool quick = false;                       // its next hellos come five a second
  std::optional<IpAddress> taken{};    // the receiver's address on the transit network, when another one has it too
  std::optional<WeakerSoon> weaker{};  // none: not foreseen
  std::vector<MacAddress> radios{};    // the sender's in a mesh; at most kMostHelloRadios
  bool ends = false;                   // its agent ends: that no more hellos come is nobody's fault
  friend bool operator==(const Hello&, const Hello&) = default;
};

enum class HelloFault : std::uint8_t {
  Forged,    // a wrong MAC
  Replayed,  // an old number
  Foreign,   // a certificate that is not the fleet's, expired, revoked, or for another key
  Flood,     // more handshakes than this router can pay for
  Unknown,   // of another version, or nothing of ours: no attack
  Repeated,  // the same once more, right behind: the air does that
};
inline constexpr std::size_t kHelloFaults = 6;
[[nodiscard]] constexpr const char* to_string(HelloFault fault) {
  switch (fault) {
    case HelloFault::Forged: return "forged";
    case HelloFault::Replayed: return "replayed";
    case HelloFault::Foreign: return "foreign certificate";
    case HelloFault::Flood: return "flood";
    case HelloFault::Unknown: return "another version";
    case HelloFault::Repeated: return "repeated";
  }
  return "?";
}

// Effects.
// Where hellos are spoken from now on; an empty interface ends it.
struct WantHellos {
  std::string interface {};
  std::uint16_t port = 0;
  std::optional<WallTime> wall{};      // to judge certificates by; none while the clock cannot be trusted
  std::vector<std::string> revoked{};  // serials of certificates that count no more
  friend bool operator==(const WantHellos&, const WantHellos&) = default;
};
struct SayHello {
  SiteId to;
  Hello hello;
  friend bool operator==(const SayHello&, const SayHello&) = default;
};
// batman-adv's own word about gateways: "off", "client", "server" -> BatmanGatewaySet.
struct SetBatmanGateway {
  std::uint32_t index = 0;  // of the interface, such as bat0
  std::string mode;
  std::uint32_t down_kbit = 0;
  std::uint32_t up_kbit = 0;
  friend bool operator==(const SetBatmanGateway&, const SetBatmanGateway&) = default;
};

// Events.
// A neighbour proved who it is; until NeighbourLost hellos may be sent to it.
struct NeighbourMet {
  SiteId site;
  std::string address;  // link-local, for people
  friend bool operator==(const NeighbourMet&, const NeighbourMet&) = default;
};
struct NeighbourLost {
  SiteId site;
  std::string why;
  friend bool operator==(const NeighbourLost&, const NeighbourLost&) = default;
};
struct HelloHeard {
  SiteId site;
  Hello hello;
  friend bool operator==(const HelloHeard&, const HelloHeard&) = default;
};
struct HelloRefused {
  HelloFault fault = HelloFault::Forged;
  std::string from;  // address
  std::string why;
  std::uint32_t count = 1;  // of such since the last event
  friend bool operator==(const HelloRefused&, const HelloRefused&) = default;
};
// Whether hellos can be spoken, and why not.
struct HelloState {
  std::string trouble;  // "no certificate yet"; empty: they are
  friend bool operator==(const HelloState&, const HelloState&) = default;
};
// The controller told which certificates of the fleet's count no more: all of them, as lower-case hex.
struct CertificatesRevoked {
  std::vector<std::string> serials;
  friend bool operator==(const CertificatesRevoked&, const CertificatesRevoked&) = default;
};
struct BatmanGatewaySet {
  Status status = {};
};

// --- between the features, carried by agent/site ---------------------------------------------------------------
// What the uplinks have for guests: the way out that their class of traffic would take now.
struct OwnWay {
  WayOut way = WayOut::None;
  std::string why{};                           // when there is none
  bool borrowed = false;                       // it is a neighbour's
  std::uint32_t kbit = 0;                      // that guests may have a second; 0: not known
  std::optional<std::uint64_t> bundle_left{};  // bytes; none: no limit
  friend bool operator==(const OwnWay&, const OwnWay&) = default;
};
// Who may use it, as the routes and rules need it. Without an address of ours nothing is planned.
struct Guests {
  std::string interface {};
  std::optional<IpPrefix> transit{};  // our address, and how large the masts' network is
  std::vector<IpAddress> admitted{};  // transit addresses of those that borrow
  bool relay = false;                 // what is borrowed may be lent on
  std::vector<IpAddress> counted{};   // of those that did lately: what still comes for them is dropped, and counted
  std::uint16_t port = 0;             // of the hellos
  friend bool operator==(const Guests&, const Guests&) = default;
};

// What people are told of a neighbour's agent.
struct NeighbourReport {
  std::string site;
  std::string address;
  std::string transit;
  std::string way;     // "up", "leaving", "unproven", "none"
  std::string origin;  // whose way out it offers
  unsigned hops = 0;
  std::string role;                 // "lends to us", "borrows from us", "stands by", "silent"
  std::string verdict;              // why it is used, or why not
  std::optional<Duration> heard{};  // since its last hello
  std::uint32_t spare_kbit = 0;
  std::optional<std::uint64_t> credit{};
  std::optional<std::uint8_t> charge{};
  unsigned stage = 0;
  std::optional<Duration> quiet_in{};
  std::optional<WeakerSoon> weaker{};
  std::vector<MacAddress> radios{};
  std::optional<double> loss_ratio{};  // of its hellos
  std::uint64_t lent_today = 0;        // bytes, to it
  std::uint64_t lent_cycle = 0;
  friend bool operator==(const NeighbourReport&, const NeighbourReport&) = default;
};
struct LendingReport {
  std::string state;      // "lends", "does not lend: the battery rests"; empty: not configured
  std::string borrowing;  // "from kollo", "nobody offers"; empty: not configured
  std::string transit;
  std::vector<NeighbourReport> neighbours{};
  std::vector<std::pair<std::string, std::uint64_t>> refused{};  // hellos, by fault
  friend bool operator==(const LendingReport&, const LendingReport&) = default;
};

}  // namespace karkara
