// Everything that can happen to the agent from outside, as plain values. Adapters in agent/io make them and push them
// into the mailbox; agent/site hands each to the features in one fixed order. Refuses to know who is interested.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/flows.h"
#include "agent/facts/hello.h"
#include "agent/facts/ip.h"
#include "agent/facts/kernel.h"
#include "agent/facts/leases.h"
#include "agent/facts/mesh.h"
#include "agent/facts/modbus.h"
#include "agent/facts/modem.h"
#include "agent/facts/radio.h"
#include "agent/facts/relay.h"
#include "agent/facts/round_trips.h"
#include "agent/facts/terminal.h"
#include "agent/facts/truth.h"
#include "agent/facts/tunnel.h"
#include "agent/facts/wifi.h"
#include "common/ids.h"
#include "common/reading.h"
#include "common/result.h"
#include "common/series.h"
#include "common/time.h"

namespace karkara {

// --- kernel -----------------------------------------------------------------------------------------------------
struct LinkChanged {
  Link link;
};  // at once, before the dump that follows
struct LinkGone {
  std::uint32_t index = 0;
};
struct KernelSeen {
  KernelSnapshot snapshot;
};  // a whole, consistent dump
struct BatchDone {
  std::uint64_t id = 0;
  Status status;
  std::size_t ops_done = 0;
};  // on failure: op [ops_done] failed

struct TrafficCounted {
  std::vector<ShaperCount> counts;
};  // of all trees that were asked about; those that are gone are left out

// --- echoes -----------------------------------------------------------------------------------------------------
// An authentic answer from an anchor; forged, late-keyed or foreign packets never become one.
struct EchoAnswered {
  UplinkId uplink;
  AnchorId anchor;
  std::uint64_t nonce = 0;
  std::optional<WallTime> anchor_time;  // when the anchor's clock may be trusted
};
// The socket could not send, or an ICMP error came back: evidence against, never for.
struct EchoFailed {
  UplinkId uplink;
  std::uint64_t nonce = 0;
  std::string why;
};

// --- power devices ----------------------------------------------------------------------------------------------
struct SerialOpened {
  DeviceId device;
};
struct SerialClosed {
  DeviceId device;
  std::string why;
};  // it is tried again by the adapter
struct SerialBytes {
  DeviceId device;
  std::vector<std::byte> bytes;
};

// --- controller -------------------------------------------------------------------------------------------------
// What enrolment gave, or what an earlier boot kept.
struct AnchorEndpoint {
  AnchorId id;
  IpEndpoint endpoint;
  friend bool operator==(const AnchorEndpoint&, const AnchorEndpoint&) = default;
};
struct IdentityKnown {
  std::vector<AnchorEndpoint> anchors;
  WallTime floor;
  bool enrolled = false;
};
struct SessionOpened {
  std::uint64_t epoch = 0;
  Duration heartbeat_interval{};
  Duration flush_interval{};  // zero: the site's own
  std::uint64_t acknowledged_block = 0;
};
struct SessionClosed {
  std::string why;
};
struct SessionTrying {
  std::string what;
};  // "dialling (attempt 3)", "not enrolled: no bundle"; for people
enum class FrameClass : std::uint8_t { Control = 0, Alarm = 1, Config = 2, Telemetry = 3, Bulk = 4 };
struct FrameAcknowledged {
  FrameClass frame_class = FrameClass::Control;
  std::uint64_t sequence = 0;
};

// What the operator of a network says is left of a bundle.
struct BalanceTold {
  UplinkId uplink;
  std::uint64_t remaining = 0;  // bytes
  friend bool operator==(const BalanceTold&, const BalanceTold&) = default;
};

// A question or command, over the session or over the unix socket.
enum class RequestKind : std::uint8_t {
  TellStatus,
  LiveValues,
  ExplainUplink,
  Reload,
  Flush,
  OrderUplink,
  SetBalance,
  TellUsage,
  CheckSite,
  TellDecisions,
  TellShaping,
  TellPower,
  TellPowerHistory,
  TellMesh
};
enum class UplinkAct : std::uint8_t { Switch, Hold, Release };
struct UplinkOrder {
  UplinkAct act = UplinkAct::Release;
  UplinkId uplink;
  std::optional<Duration> time{};  // none: until it is taken back
  std::string why{};
  friend bool operator==(const UplinkOrder&, const UplinkOrder&) = default;
};
struct SiteRequest {
  std::uint64_t id = 0;
  std::uint64_t channel = 0;  // where the answer goes: 0 the session, else a local connection
  std::string asked_by;
  std::uint64_t epoch = 0;  // 0 on the local socket
  std::optional<Instant> expires;
  RequestKind kind = RequestKind::TellStatus;
  std::string name_prefix;  // LiveValues
  UplinkOrder order{};      // OrderUplink
  BalanceTold balance{};    // SetBalance
  bool with_hosts = false;  // TellShaping
};

// --- disk -------------------------------------------------------------------------------------------------------
struct SpoolOpened {        // once, at start
  std::uint64_t first = 0;  // sequence of the oldest block held; first == next: none
  std::uint64_t next = 1;   // sequence that the next block gets
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
  std::uint64_t torn_bytes = 0;        // cut off behind the last whole block
  std::vector<std::string> damaged{};  // files of which not everything could be read: "NAME: why"
};
struct BlockStored {
  std::uint64_t sequence = 0;
  std::uint64_t bytes = 0;
};  // bytes: of the whole spool now
struct BlockLoaded {
  std::uint64_t sequence = 0;
  std::vector<std::byte> content;
};  // the first held from the one asked on
enum class SpoolDeed : std::uint8_t { Open, Store, Load, Trim };
struct SpoolFailed {  // the block is handed back by the policy's own memory
  std::string why;
  SpoolDeed deed = SpoolDeed::Store;
  bool gone = false;  // Load: nothing from there on is held any more, trying again is no use
};
struct SpoolTrimmed {
  std::uint64_t first = 0;
  std::uint64_t blocks = 0;
  std::uint64_t bytes = 0;
};  // what is held now

// --- the agent itself -------------------------------------------------------------------------------------------
struct ClockStepped {
  WallTime before;
  WallTime after;
  Status status;
};
struct SelfMeasured {
  std::uint64_t resident_bytes = 0;
};
struct ReloadAsked {
  std::string by;
};  // SIGHUP, or a command
struct StopAsked {};

using EventKinds =
    std::variant<LinkChanged, LinkGone, KernelSeen, BatchDone, EchoAnswered, EchoFailed, FlowCountersRead,
                 TrafficCounted, HostsCounted, RoundTripsSeen, RoundTripsUnavailable, MarkedFlowsFlushed,
                 OwnConnectionsEnded, LeaseRead, ContentChecked, ResolverChecked, ModemSeen, ModemGone, ModemBusState,
                 ModemCommandDone, SnmpAnswered, SnmpSetDone, RelaySwitched, RadiosSeen, RadioSet, MeshSeen, WifiSeen,
                 AirChanged, WifiStepDone, NeighbourMet, NeighbourLost, HelloHeard, HelloRefused, HelloState,
                 BatmanGatewaySet, CertificatesRevoked, DishSeen, TunnelSeen, SerialOpened, SerialClosed, SerialBytes,
                 ModbusAnswered, IdentityKnown, SessionOpened, SessionClosed, SessionTrying, FrameAcknowledged,
                 SiteRequest, SpoolOpened, BlockStored, BlockLoaded, SpoolFailed, SpoolTrimmed, ClockStepped,
                 SelfMeasured, ReloadAsked, StopAsked>;

// One event; see Effect for why it is no mere variant.
struct Event : EventKinds {
  using EventKinds::variant;
  Event(const Event&);
  Event(Event&&) noexcept;
  Event& operator=(const Event&);
  Event& operator=(Event&&) noexcept;
  ~Event();
};

}  // namespace karkara
