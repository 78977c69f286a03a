// Everything that the controller knows of one site, and the part of it that survives a restart. A site is up while
// fresh frames of it arrive; an open socket proves nothing. Refuses to change by itself: Fleet changes it.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/units.h"
#include "controller/fleet/alarm_book.h"
#include "controller/fleet/latest_values.h"
#include "controller/fleet/moment.h"
#include "controller/fleet/site_report.h"
#include "controller/fleet/sun/array_days.h"
#include "controller/fleet/sun/soiling_finding.h"
#include "controller/fleet/told_days.h"

namespace karkara {

enum class SiteState : std::uint8_t {
  Unknown = 0,  // never heard
  Up = 1,
  Degraded = 2,     // heard, with an active alarm of level error or worse
  Unreachable = 3,  // silent for longer than its heartbeat allows
};
[[nodiscard]] constexpr std::string_view to_string(SiteState state) {
  switch (state) {
    case SiteState::Unknown: return "unknown";
    case SiteState::Up: return "up";
    case SiteState::Degraded: return "degraded";
    case SiteState::Unreachable: return "unreachable";
  }
  return "unknown";
}

// What the operators registered.
struct SiteRecord {
  SiteId id;
  std::string name;
  std::string commune;
  std::string region;
  std::optional<Degrees> latitude;
  std::optional<Degrees> longitude;
  std::uint64_t revision = 0;
  std::optional<Metres> mast{};  // height
  friend bool operator==(const SiteRecord&, const SiteRecord&) = default;
};

struct SiteView {
  SiteRecord record;
  std::optional<WallTime> certificate_expires;  // absent: not enrolled

  SiteState state = SiteState::Unknown;
  Instant state_since;
  WallTime state_since_wall;
  std::optional<Instant> heard;
  WallTime heard_wall;
  bool session_open = false;
  std::uint64_t session = 0;  // the one that is open

  std::string agent_version;
  std::optional<SiteReport> report;
  Instant report_received;
  WallTime report_received_wall;
  LatestValues values;
  AlarmBook alarms;

  ArrayDays array_days;
  ToldDays told_days;
  std::optional<SoilingFinding> soiling;  // absent: not compared yet
  Instant compared;
};

// The last known of a site as the store keeps it; alarms are stored on their own.
struct SiteMemory {
  SiteId site;
  SiteState state = SiteState::Unknown;
  WallTime state_since;
  std::optional<WallTime> heard;
  std::string agent_version;
  std::optional<SiteReport> report;
  WallTime report_received;
  std::vector<SiteSample> values;
  ArrayDays array_days{};
  ToldDays told_days{};
};
[[nodiscard]] SiteMemory memory_of(const SiteView& view);

// The uplink that the last report calls active; nullptr when it names none.
[[nodiscard]] const ReportedUplink* active_uplink(const SiteView& view);

}  // namespace karkara
