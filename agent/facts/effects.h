// Everything that the cores may ask the outside for, as plain values. agent/runtime/effect_runner turns each into an
// adapter call; every answer comes back as an event. Refuses callbacks.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/events.h"
#include "agent/facts/hello.h"
#include "agent/facts/leases.h"
#include "agent/facts/network_plan.h"
#include "agent/facts/round_trips.h"
#include "agent/facts/shaping_report.h"
#include "agent/facts/status.h"
#include "agent/facts/truth.h"
#include "common/messages.h"

namespace karkara {

struct RunBatch {
  NetworkBatch batch;
};
struct RequestDump {
  std::vector<std::string> sysctls;
  bool traffic = false;  // shaping is wanted: look at that too, and at what the kernel can do
};                       // -> KernelSeen, with these files below /proc/sys read
struct SendEcho {
  UplinkId uplink;
  std::string interface;
  std::uint32_t mark = 0;
  IpAddress source;
  AnchorEndpoint anchor;
  std::uint64_t nonce = 0;  // the core's own, unpredictable: from the seed it was given
  std::uint16_t size = 0;   // of the whole IP packet, sent unfragmented; 0: as small as it gets
};
struct ReadFlowCounters {};  // of our nft table -> FlowCountersRead
// Of our trees on these links -> TrafficCounted.
struct ReadTraffic {
  std::vector<std::uint32_t> links;
};
// What the router asks for names from now on, best first.
struct WriteResolvers {
  std::vector<IpAddress> servers;
};
struct OpenSerial {
  DeviceId device;
  std::string path;
  unsigned baud = 19'200;
};
struct CloseSerial {
  DeviceId device;
};
struct WriteSerial {
  DeviceId device;
  std::vector<std::byte> bytes;
};
struct StoreBlock {
  std::uint64_t sequence = 0;
  std::vector<std::byte> content;
};  // -> BlockStored | SpoolFailed
struct LoadBlock {
  std::uint64_t sequence = 0;
};  // -> BlockLoaded | SpoolFailed
struct TrimSpool {
  std::uint64_t first = 0;
};  // forget every block below; -> SpoolTrimmed
struct SendBlock {
  std::uint64_t sequence = 0;
  std::vector<std::byte> content;
};
struct SendAlarm {
  std::uint64_t sequence = 0;
  AlarmChange change;
};
// What a feature says about one alarm, as often as it likes; agent/site keeps the book and sends only changes.
struct SetAlarm {
  AlarmKey key;
  bool raised = false;
  Fields fields;
  std::optional<WallTime> at{};  // of what happened before this start; else it happens now
};
struct SendState {
  StateReport report;
  WallTime at;
};
// Told again whenever something in it changes: what Hello says.
struct DescribeSelf {
  StateReport report;
  std::vector<AlarmKey> active_alarms;
  std::uint64_t first_unacknowledged_block = 0;
  std::uint64_t config_hash = 0;
  std::uint64_t revoked_hash = 0;  // of the revoked certificates that are known here
};
struct AllowSession {
  bool allowed = false;
};  // false while the clock cannot be trusted
struct HurrySession {
  std::string why;
};  // the way out changed: dial at once
struct AnswerRequest {
  std::uint64_t id = 0;
  std::uint64_t channel = 0;
  std::variant<SiteStatus, std::vector<Sample>, StateReport, std::vector<UsageReport>, std::vector<CheckItem>,
               ShapingReport, PowerReport, PowerHistoryReport, MeshReport, std::string, Error>
      answer;
};
struct StepClock {
  WallTime to;
};  // -> ClockStepped
struct SlewClock {
  std::chrono::microseconds by{};
};
struct Persist {
  std::string key;
  std::string bytes;
  bool at_once = false;  // what a person ordered and was told is done
};                       // survives a reboot
struct MeasureSelf {};   // -> SelfMeasured
struct Reload {
  std::string by;
};  // read the configuration file again
struct Stop {};

using EffectKinds =
    std::variant<RunBatch, RequestDump, SendEcho, ReadFlowCounters, ReadTraffic, CountHosts, WatchRoundTrips,
                 FlushMarkedFlows, EndOwnConnections, WriteResolvers, ReadLease, CheckContent, CheckResolver,
                 ModemCommand, PowerCycleModem, RebootRouter, SnmpGet, SnmpSet, SnmpForget, ReadDish, WantTunnel,
                 NudgeTunnel, ReadTunnel, WithdrawTunnel, OpenSerial, CloseSerial, WriteSerial, ModbusAsk, ModbusForget,
                 SwitchRelay, RunPowerCommand, LookAtRadios, SetRadioPower, SwitchRadio, LookAtMesh, LookAtWifi,
                 WifiStep, WantHellos, SayHello, SetBatmanGateway, StoreBlock, LoadBlock, TrimSpool, SendBlock,
                 SendAlarm, SetAlarm, SendState, DescribeSelf, AllowSession, HurrySession, AnswerRequest, StepClock,
                 SlewClock, Persist, MeasureSelf, Reload, Stop, Note>;

// One effect. Copies and ends of so many kinds are long code: it stands once, in effects.cc, not in each user.
struct Effect : EffectKinds {
  using EffectKinds::variant;
  Effect(const Effect&);
  Effect(Effect&&) noexcept;
  Effect& operator=(const Effect&);
  Effect& operator=(Effect&&) noexcept;
  ~Effect();
};
using Effects = std::vector<Effect>;

}  // namespace karkara
