// What the agent tells about itself, as plain values: for the NOC, for 'karkara local', for the log.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/energy_report.h"
#include "agent/facts/power_history.h"
#include "agent/facts/radio.h"
#include "agent/facts/usage.h"
#include "agent/facts/wifi.h"
#include "common/messages.h"
#include "common/reading.h"
#include "common/series.h"
#include "common/time.h"

namespace karkara {

struct UplinkReport {
  std::string id;
  std::string kind;
  std::string interface;
  std::string state;
  WallTime since;
  std::optional<double> rtt_seconds;
  std::optional<double> loss_ratio;
  std::string evidence;
  bool metered = false;
  std::uint32_t preference = 0;
  bool chosen = false;
  std::string verdict;               // for explain
  std::vector<std::string> details;  // for explain
  friend bool operator==(const UplinkReport&, const UplinkReport&) = default;
};

// The wall time that an anchor gave, carried to the moment at which it was heard.
struct AnchorTime {
  Instant heard;
  WallTime wall;           // at `heard`
  Duration uncertainty{};  // half the round trip: the answer may have waited on either way
  friend bool operator==(const AnchorTime&, const AnchorTime&) = default;
};

// Where a class of traffic goes; uplink empty: nowhere.
struct ClassReport {
  std::string id;
  std::string uplink;
  std::string reason;
  friend bool operator==(const ClassReport&, const ClassReport&) = default;
};

// The tunnel that keeps sessions whole over a switch.
struct TunnelReport {
  std::string interface;
  std::string hub;
  std::string state;                 // "down", "handshaking", "up"
  bool carries = false;              // whether the village's traffic goes in
  std::vector<std::string> details;  // for explain
  friend bool operator==(const TunnelReport&, const TunnelReport&) = default;
};

struct StateReport {
  std::string active_uplink;
  std::string reason;
  std::vector<UplinkReport> uplinks;
  std::vector<ClassReport> classes{};
  std::optional<TunnelReport> tunnel{};
  std::vector<MeshRadio> mesh_radios{};
  friend bool operator==(const StateReport&, const StateReport&) = default;
};

// What one uplink or SIM used and may use.
struct UsageReport {
  std::string uplink;
  std::string key;  // the SIM's ICCID, else the uplink's id
  Traffic today;
  Traffic cycle;
  Traffic undated;
  std::optional<std::uint64_t> remaining;  // of the bundle; none: no limit
  std::string sentence;                    // pace and forecast, for people
  std::uint64_t probe_bytes_today = 0;
  std::uint64_t probe_bytes_a_day = 0;  // the budget
  std::uint64_t anomalies = 0;          // readings of counters that were not believed
  std::string balance{};                // what the operator last said by USSD, for people
  std::optional<Fcfa> spent{};          // in this cycle; none: no price is known
  std::optional<Fcfa> spend_limit{};
  friend bool operator==(const UsageReport&, const UsageReport&) = default;
};

// One item of the check on site.
enum class CheckVerdict : std::uint8_t { Pass, Warn, Fail };
struct CheckItem {
  std::string name;
  CheckVerdict verdict = CheckVerdict::Pass;
  std::string detail;
  std::string advice{};  // what to do about it; empty when it passed
  friend bool operator==(const CheckItem&, const CheckItem&) = default;
};

// One number at one time; the telemetry block is made of these.
struct Sample {
  SeriesId series{};
  std::string instance;
  Value value;
  friend bool operator==(const Sample&, const Sample&) = default;
};

// What a device says beside its series: "relay-1", "cell-spread". Its word, where it has one, is shown beside the
// value.
struct QuantityReport {
  std::string name;
  std::string unit;
  Value value = Absent::NotYet;
  std::string word{};
  friend bool operator==(const QuantityReport&, const QuantityReport&) = default;
};

struct PowerSourceReport {
  std::string id;
  std::string kind;
  std::string device;
  std::string state;
  std::string product;
  std::vector<Sample> values;
  std::vector<QuantityReport> quantities{};
};

// Of the site's energy, with what it rests on.
struct PowerReport {
  EnergyReport energy;
  std::vector<PowerSourceReport> sources;
  std::vector<RadioReport> radios{};
};

struct AlarmKey {
  MessageId message{};
  std::string instance;
  friend auto operator<=>(const AlarmKey&, const AlarmKey&) = default;
};

struct AlarmChange {
  AlarmKey key;
  bool raised = false;
  WallTime at;
  Fields fields;
};

struct SiteStatus {
  std::string site_id;
  std::string site_name;
  std::string agent_version;
  std::int64_t agent_uptime_seconds = 0;
  std::string session;
  bool clock_trusted = false;
  StateReport state;
  std::vector<PowerSourceReport> power;
  std::vector<AlarmChange> alarms;
  std::uint64_t spool_blocks = 0;
  std::uint64_t spool_bytes = 0;
  std::vector<std::string> waiting;
};

}  // namespace karkara
