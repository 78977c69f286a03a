// What a site tells of itself, as plain values: its uplinks, its alarms, its samples. Refuses to know the wire format:
// controller/service translates. Everything here came from a device and is only as true as the device.
#pragma once

#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "common/messages.h"
#include "common/reading.h"
#include "common/time.h"

namespace karkara {

struct ReportedUplink {
  std::string id;
  std::string kind;
  std::string interface;
  std::string state;
  WallTime since;  // by the site's clock
  std::optional<double> rtt_seconds;
  std::optional<double> loss_ratio;
  std::string evidence;
  bool metered = false;
  std::uint32_t preference = 0;
  friend bool operator==(const ReportedUplink&, const ReportedUplink&) = default;
};

// Where a class of the village's traffic goes.
struct ReportedClass {
  std::string id;
  std::string uplink;  // empty: nowhere, it is shed
  std::string reason;
  friend bool operator==(const ReportedClass&, const ReportedClass&) = default;
};

// The tunnel that keeps sessions whole over a switch.
struct ReportedTunnel {
  std::string interface;
  std::string hub;
  std::string state;
  bool carries = false;
  friend bool operator==(const ReportedTunnel&, const ReportedTunnel&) = default;
};

// A radio by which neighbour masts know this site.
struct ReportedMeshRadio {
  std::string interface;
  std::string mac;
  std::optional<std::uint32_t> frequency_mhz{};  // absent: it has joined no mesh
  friend bool operator==(const ReportedMeshRadio&, const ReportedMeshRadio&) = default;
};

struct SiteReport {
  WallTime device_time;
  std::string active_uplink;  // empty: none
  std::vector<ReportedUplink> uplinks;
  std::string reason;
  std::vector<ReportedClass> classes{};
  std::optional<ReportedTunnel> tunnel{};
  std::vector<ReportedMeshRadio> mesh_radios{};
  friend bool operator==(const SiteReport&, const SiteReport&) = default;
};

// What an alarm is about: there is at most one active alarm of a key at a site.
struct AlarmSubject {
  std::string message;   // name in the message catalogue; may be newer than this program
  std::string instance;  // which uplink or device; empty: the site
  friend auto operator<=>(const AlarmSubject&, const AlarmSubject&) = default;
};

struct AlarmSignal {
  AlarmSubject key;
  bool raised = true;  // false: cleared
  WallTime device_time;
  Fields fields;
};

struct SeriesKey {
  std::uint16_t series = 0;  // id in the series catalogue; unknown ids are kept
  std::string instance;
  friend auto operator<=>(const SeriesKey&, const SeriesKey&) = default;
};

struct SiteSample {
  SeriesKey key;
  WallTime measured;  // by the site's clock
  Value value;
};

}  // namespace karkara
