// What the agent makes of the router's Wi-Fi radios, as plain values: what the kernel and the daemons show, and one
// step at a time to change it. Refuses to know why: agent/wifi decides. Made and carried out by agent/io/wifi_worker.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/mac_address.h"
#include "common/result.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

enum class WifiKind : std::uint8_t { Other, Station, AccessPoint, MeshPoint };

// As the rules of the air left it.
struct WifiChannelSeen {
  std::uint32_t frequency = 0;  // MHz
  bool disabled = false;
  bool no_initiating = false;  // neither mesh nor access point may begin here
  bool radar = false;
  bool no_ht40_minus = false;
  bool no_ht40_plus = false;
  bool no_80mhz = false;
  friend bool operator==(const WifiChannelSeen&, const WifiChannelSeen&) = default;
};

// What was heard on a channel; counters run as long as the driver likes.
struct WifiAirSeen {
  std::uint32_t frequency = 0;
  std::optional<Dbm> noise{};
  std::optional<Duration> active{};
  std::optional<Duration> busy{};
  std::uint32_t networks = 0;  // that the last scan heard there
  friend bool operator==(const WifiAirSeen&, const WifiAirSeen&) = default;
};

struct WifiInterfaceSeen {
  std::uint32_t index = 0;
  std::string name;
  MacAddress mac{};
  WifiKind kind = WifiKind::Other;
  bool on = false;
  std::optional<std::uint32_t> frequency{};  // of a mesh point: it has joined
  std::optional<std::uint32_t> width{};
  std::uint32_t master = 0;  // index of the batman-adv interface or bridge
  friend bool operator==(const WifiInterfaceSeen&, const WifiInterfaceSeen&) = default;
};

struct WifiRadioSeen {
  std::uint32_t wiphy = 0;
  std::string phy;   // "phy0"
  std::string mac;   // the hardware's own
  std::string path;  // below /sys/devices
  bool access_point = false;
  bool mesh_point = false;
  bool mesh_sae = false;  // it leaves authentication to user space
  std::string country{};  // its firmware's own rules; empty: the kernel's hold
  std::vector<WifiChannelSeen> channels{};
  std::vector<WifiAirSeen> air{};
  std::vector<WifiInterfaceSeen> interfaces{};
  friend bool operator==(const WifiRadioSeen&, const WifiRadioSeen&) = default;
};

enum class WifiDaemon : std::uint8_t { Hostapd, Supplicant };
struct WifiDaemonSeen {
  WifiDaemon daemon = WifiDaemon::Hostapd;
  std::string interface;
  std::string state{};  // "ENABLED", "DISABLED", "COMPLETED"; empty: it answered nothing that is one
  friend bool operator==(const WifiDaemonSeen&, const WifiDaemonSeen&) = default;
};

// What an earlier step left behind for an interface, of this boot: it outlives the agent just as radios do.
struct WifiMark {
  std::string text{};  // what it was set up as; empty: nothing was set up yet
  bool made = false;   // the interface itself was made by the agent
  friend bool operator==(const WifiMark&, const WifiMark&) = default;
};

struct WifiBatmanSeen {
  std::uint32_t index = 0;
  std::string name;
  std::string algorithm;
  bool on = false;
  friend bool operator==(const WifiBatmanSeen&, const WifiBatmanSeen&) = default;
};

// Effect -> WifiSeen, once.
struct LookAtWifi {
  std::string folder;                   // where marks and configurations of daemons lie
  std::vector<std::string> interfaces;  // whose daemons are asked, beside those with a mark
};
// Event. Not ok: nothing could be seen; NotFound: the kernel has no Wi-Fi.
struct WifiSeen {
  std::string country{};  // whose rules hold: "NE"; "00" the world's
  std::vector<WifiRadioSeen> radios{};
  std::vector<WifiBatmanSeen> batman{};
  std::vector<WifiDaemonSeen> daemons{};    // those that answer
  std::map<std::string, WifiMark> marks{};  // by interface
  Status status = {};
};

// Event: nl80211 told unasked that something is no longer as it was; what it is now, a look tells.
struct AirChanged {
  bool rules = false;                     // whose rules hold
  bool radios = false;                    // a radio or an interface came or went
  std::vector<std::uint32_t> peers_of{};  // interfaces at which somebody came or went, also a village's
  friend bool operator==(const AirChanged&, const AirChanged&) = default;
};

// --- steps: each is whole in itself, and done again without harm ------------------------------------------------
struct RequestCountry {
  std::string country;
};
struct MakeWifiInterface {
  std::uint32_t wiphy = 0;
  std::string name;
  WifiKind kind = WifiKind::Station;
};
struct RemoveWifiInterface {  // only one that the agent made; of another the mark alone
  std::string name;
};
struct ChangeWifiKind {
  std::string name;
  WifiKind kind = WifiKind::Station;
};
struct JoinOpenMesh {
  std::string name;
  std::string mesh_id;
  std::uint32_t frequency = 0;
  std::uint32_t width = 20;
  std::uint32_t center = 0;
  bool forwarding = true;  // off below batman-adv
  std::string mark;
};
struct LeaveMesh {
  std::string name;
};
struct StartWifiDaemon {
  WifiDaemon daemon = WifiDaemon::Hostapd;
  std::string name;
  std::string program;  // path
  std::string configuration;
  std::string mark;
};
struct StopWifiDaemon {
  WifiDaemon daemon = WifiDaemon::Hostapd;
  std::string name;
};
struct MakeBatman {
  std::string name;
  std::string algorithm;
};
struct JoinBatman {  // the interface into it, and both up
  std::string name;
  std::string batman;
  bool forwarding = false;  // of the mesh point below
};
struct SurveyAir {  // one scan, waited for
  std::string name;
  std::vector<std::uint32_t> frequencies{};  // empty: all
};
struct KickMeshPeer {
  std::string name;
  MacAddress peer;
};
struct ResetRadio {  // its driver is taken off and put on again
  std::uint32_t wiphy = 0;
  std::string phy;
};

using WifiDeed =
    std::variant<RequestCountry, MakeWifiInterface, RemoveWifiInterface, ChangeWifiKind, JoinOpenMesh, LeaveMesh,
                 StartWifiDaemon, StopWifiDaemon, MakeBatman, JoinBatman, SurveyAir, KickMeshPeer, ResetRadio>;

// Effect -> WifiStepDone.
struct WifiStep {
  std::uint64_t request = 0;
  std::string folder;
  WifiDeed deed;
};
// Event: the kernel's or the daemon's reason when it was refused.
struct WifiStepDone {
  std::uint64_t request = 0;
  Status status = {};
};

// --- what people are told ---------------------------------------------------------------------------------------
struct WifiRadioReport {
  std::string id;
  std::string device;   // "phy0"; empty: not there
  std::string channel;  // "6 (2437 MHz), 20 MHz wide"
  std::string state;    // "as configured", "setting up", "rests"
  std::string trouble;  // empty: none
  std::vector<std::string> interfaces{};
  friend bool operator==(const WifiRadioReport&, const WifiRadioReport&) = default;
};
struct MeshRecoveryReport {
  std::string interface;
  std::string state;        // "nothing to recover", "kicked 02:...: waits"
  std::uint32_t kicks = 0;  // of this day
  std::uint32_t scans = 0;
  std::uint32_t rejoins = 0;
  std::uint32_t resets = 0;
  friend bool operator==(const MeshRecoveryReport&, const MeshRecoveryReport&) = default;
};
struct WifiReport {
  std::string country;  // "NE", "BF in place of NE", "the world's (00)"; empty: not configured
  std::vector<WifiRadioReport> radios{};
  std::vector<MeshRecoveryReport> recoveries{};
  friend bool operator==(const WifiReport&, const WifiReport&) = default;
};

// A radio by which neighbours know this site.
struct MeshRadio {
  std::string interface;
  std::string mac;
  std::optional<std::uint32_t> frequency{};  // MHz; absent: not joined
  friend bool operator==(const MeshRadio&, const MeshRadio&) = default;
};

}  // namespace karkara
