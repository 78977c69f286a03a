// The router's Wi-Fi radios as plain values: what the kernel shows of each, what may be asked of it, and what others
// are told before it happens. Refuses to know why: agent/mesh decides. Made and carried out by agent/io/radios.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

enum class RadioRole : std::uint8_t { AccessPoint, Mesh, Backhaul };

// Who turns an interface on and off. hostapd sets everything up again by itself, clients and all; below it the link
// would come back without its keys.
enum class RadioSwitchedBy : std::uint8_t { Link, Hostapd };

struct RadioInterface {
  std::uint32_t index = 0;
  std::string name;
  bool on = false;               // the link is up, and hostapd says enabled where it is in charge
  std::optional<Dbm> power{};    // as the driver tells it; absent while it is off
  std::optional<Dbm> allowed{};  // most on its channel, by law and hardware; absent without a channel
  RadioSwitchedBy by = RadioSwitchedBy::Link;
  friend bool operator==(const RadioInterface&, const RadioInterface&) = default;
};

struct RadioSeen {
  std::uint32_t wiphy = 0;
  std::string phy;   // "phy0"
  std::string mac;   // "02:00:00:00:00:00", the hardware's own
  std::string path;  // below /sys/devices: "platform/soc/18000000.wifi"; empty: not known
  std::vector<RadioInterface> interfaces;
  std::string blocked{};  // "by a switch (rfkill)"; empty: it may transmit
  friend bool operator==(const RadioSeen&, const RadioSeen&) = default;
};

// Effect -> RadiosSeen, once.
struct LookAtRadios {};
// Event. Not ok: nothing could be seen, with the kernel's reason; NotFound: the kernel has no Wi-Fi at all.
struct RadiosSeen {
  std::vector<RadioSeen> radios;
  Status status = {};
};

// Effect: the most power of a whole radio -> RadioSet.
struct SetRadioPower {
  RadioId radio;
  std::uint64_t request = 0;
  std::uint32_t wiphy = 0;
  std::optional<Dbm> most{};  // whole numbers; absent: what the driver likes
};
// Effect: interfaces of one radio on or off, the first that fails ends it -> RadioSet.
struct SwitchRadio {
  RadioId radio;
  std::uint64_t request = 0;
  std::vector<RadioInterface> interfaces;
  bool on = true;
};
// Event: what became of the effect with this number, with the kernel's or hostapd's reason.
struct RadioSet {
  RadioId radio;
  std::uint64_t request = 0;
  Status status = {};
};

// What a radio is about to do, for those who hear it: a neighbour looks for another way before it falls silent.
struct RadioNotice {
  RadioId radio;
  RadioRole role = RadioRole::AccessPoint;
  bool off = false;
  std::optional<Dbm> most{};  // when it is not off
  std::optional<Dbm> from{};  // what it has until then
  std::uint32_t wiphy = 0;    // the power is the whole radio's
  Instant at;
  std::string why;
  friend bool operator==(const RadioNotice&, const RadioNotice&) = default;
};

// What people are told of a radio.
struct RadioReport {
  std::string id;
  std::string role;        // "access point"
  std::string device;      // "phy0: wlan0"; empty: the router has no such radio now
  std::optional<bool> on;  // absent: not seen
  std::optional<Dbm> power;
  bool wanted_on = true;
  std::optional<Dbm> most;  // absent: nothing is asked
  std::string reason;       // of what is wanted; empty: as configured
  std::string trouble;      // why it is not so; empty: none
  std::optional<Duration> announced;
  friend bool operator==(const RadioReport&, const RadioReport&) = default;
};

}  // namespace karkara
