// What a satellite terminal (or any device with SNMP) is asked and what it says, as plain values: SNMP gets and sets
// with typed answers, and the state of a Starlink dish in which every field may be missing. Refuses meaning:
// agent/devices turns objects into readings, agent/vsat draws conclusions. Used by the cores, agent/io/snmp_session and
// agent/io/starlink_dish.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/ip.h"
#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"

namespace karkara {

// --- SNMP -------------------------------------------------------------------------------------------------------
// An object's number, {1, 3, 6, 1, 2, 1, ...}; RFC 2578 allows 128 parts.
using ObjectId = std::vector<std::uint32_t>;

enum class SnmpVersion : std::uint8_t { V1, V2c, V3 };
enum class SnmpAuth : std::uint8_t { None, Md5, Sha1, Sha256 };
enum class SnmpPrivacy : std::uint8_t { None, Des, Aes128 };

struct SnmpTarget {
  IpEndpoint endpoint;  // UDP, usually port 161
  SnmpVersion version = SnmpVersion::V2c;
  std::string community = {};  // V1, V2c
  std::string user = {};       // V3, like all that follows
  SnmpAuth auth = SnmpAuth::None;
  std::string auth_password = {};  // at least 8 characters
  SnmpPrivacy privacy = SnmpPrivacy::None;
  std::string privacy_password = {};
  std::string context = {};
  std::string interface = {};  // when not empty: the only one that the packets may use
  std::uint32_t mark = 0;      // of the packets
  friend bool operator==(const SnmpTarget&, const SnmpTarget&) = default;
};

// Values of the wire's own types (RFC 2578 section 7); nothing is scaled or given a sign here.
struct SnmpGauge32 {
  std::uint32_t value = 0;
  friend bool operator==(const SnmpGauge32&, const SnmpGauge32&) = default;
};
struct SnmpCounter32 {
  std::uint32_t value = 0;
  friend bool operator==(const SnmpCounter32&, const SnmpCounter32&) = default;
};
struct SnmpCounter64 {
  std::uint64_t value = 0;
  friend bool operator==(const SnmpCounter64&, const SnmpCounter64&) = default;
};
struct SnmpTimeTicks {
  std::uint32_t hundredths = 0;
  friend bool operator==(const SnmpTimeTicks&, const SnmpTimeTicks&) = default;
};
struct SnmpOctets {
  std::string bytes;
  friend bool operator==(const SnmpOctets&, const SnmpOctets&) = default;
};
struct SnmpNull {
  friend bool operator==(const SnmpNull&, const SnmpNull&) = default;
};
// A type that no table reads: Opaque, an address.
struct SnmpOther {
  std::uint8_t type = 0;
  friend bool operator==(const SnmpOther&, const SnmpOther&) = default;
};
enum class SnmpException : std::uint8_t { NoSuchObject, NoSuchInstance, EndOfMib };

using SnmpValue = std::variant<std::int32_t, SnmpGauge32, SnmpCounter32, SnmpCounter64, SnmpTimeTicks, SnmpOctets,
                               ObjectId, double, SnmpNull, SnmpOther, SnmpException>;

struct VarBind {
  ObjectId oid;
  SnmpValue value = SnmpNull{};
  friend bool operator==(const VarBind&, const VarBind&) = default;
};
using VarBinds = std::vector<VarBind>;

// Effect: ask for these objects. -> SnmpAnswered with the same id, once; none when the device is forgotten or gets
// another target meanwhile.
struct SnmpGet {
  DeviceId device;
  std::uint64_t request = 0;
  SnmpTarget target;
  std::vector<ObjectId> oids;
  bool next = false;  // the first object behind each one (GETNEXT): how a column's only row is found
  Duration deadline = std::chrono::seconds{3};  // of the whole: repeats and SNMPv3's discovery are within
};
// Event. DeadlineExceeded: silence, which is also how a wrong community looks.
struct SnmpAnswered {
  DeviceId device;
  std::uint64_t request = 0;
  Result<VarBinds> answer = VarBinds{};
};
// Effect: give one object a value, a relay's above all. -> SnmpSetDone with the same id, once; none when the device is
// forgotten or is set through another target meanwhile. It is sent again when an answer is lost: the value must be a
// state, never a pulse. The target may have another community than the one that reads.
struct SnmpSet {
  DeviceId device;
  std::uint64_t request = 0;
  SnmpTarget target;
  ObjectId oid;
  SnmpValue value = SnmpNull{};
  Duration deadline = std::chrono::seconds{3};  // of the whole
};
// Event. Ok: the device's answer names the object with this value. DeadlineExceeded: nobody knows whether it was set.
struct SnmpSetDone {
  DeviceId device;
  std::uint64_t request = 0;
  Status status = {};
};
// Effect: the device is configured no longer, its session may go.
struct SnmpForget {
  DeviceId device;
};

// --- Starlink dish ----------------------------------------------------------------------------------------------
// Everything that the dish did not say is absent. Its own messages leave out zeros and false, so an absent ratio may be
// a zero or a field that the firmware dropped: nobody can tell, and nobody may take it for a measurement.
struct DishOutage {
  std::string cause;               // "OBSTRUCTED", "NO_DOWNLINK", or "cause 17" when it is newer than we are
  std::optional<Duration> lasted;  // as far as the dish tells
  friend bool operator==(const DishOutage&, const DishOutage&) = default;
};

struct DishStatus {
  std::optional<std::string> hardware = {};
  std::optional<std::string> software = {};
  std::optional<std::uint64_t> uptime_seconds = {};
  std::optional<std::int64_t> boot_count = {};
  std::optional<double> ping_drop_ratio = {};  // 0..1
  std::optional<double> ping_latency_ms = {};
  std::optional<double> downlink_bits_per_second = {};
  std::optional<double> uplink_bits_per_second = {};
  std::optional<double> fraction_obstructed = {};  // 0..1
  std::optional<bool> currently_obstructed = {};
  std::optional<bool> snr_above_noise_floor = {};
  std::optional<bool> snr_persistently_low = {};
  std::optional<DishOutage> outage = {};   // absent: connected
  std::vector<std::string> alerts = {};    // "thermal_throttle", "alert 31" when it is newer than we are
  std::optional<double> power_watts = {};  // newest sample of the dish's own history
  std::optional<std::uint32_t> gps_satellites = {};
  std::optional<std::int32_t> disablement_code = {};  // 1 is "okay"
  friend bool operator==(const DishStatus&, const DishStatus&) = default;
};

// Effect: ask the dish once. -> DishSeen, always and once.
struct ReadDish {
  UplinkId uplink;
  IpEndpoint endpoint;    // 192.168.100.1:9200
  std::string interface;  // the uplink's, the only one that may be used; empty: as the routes say
  std::uint32_t mark = 0;
  bool with_history = false;  // the history costs about 20 kB on the terminal's own Ethernet; it has the power
  Duration deadline = std::chrono::seconds{3};
};
// Event.
struct DishSeen {
  UplinkId uplink;
  Result<DishStatus> answer = DishStatus{};
};

}  // namespace karkara
