// Everything that can happen to the picture of the fleet, and everything that follows from it, as plain values.
// controller/service makes the events from frames and operator calls and runs the effects.
#pragma once

#include <string>
#include <variant>
#include <vector>

#include "controller/fleet/site_view.h"

namespace karkara {

// --- events: those of a site that is not registered change nothing -----------------------------------------------
struct SiteRegistered {
  SiteRecord record;
};                       // new, or edited
struct SiteRemembered {  // at start, after SiteRegistered
  SiteMemory memory;
  std::vector<AlarmRecord> alarms;  // active ones, and the latest closed ones
};
struct SiteCertified {
  SiteId site;
  std::optional<WallTime> expires;  // none: it was revoked
};
struct SiteGreeted {  // a session opened
  SiteId site;
  std::string agent_version;
  SiteReport report;
  std::vector<AlarmSubject> active_alarms;  // whole
  WallTime device_time;
  std::uint64_t session = 0;  // which one: the hello's nonce
};
struct SiteHeard {
  SiteId site;
};  // any frame
struct SiteReported {
  SiteId site;
  SiteReport report;
};
struct SiteSignalled {
  SiteId site;
  AlarmSignal signal;
};
struct SiteSampled {
  SiteId site;
  std::vector<SiteSample> samples;
};  // fresh or replayed, in any order
struct SiteHungUp {
  SiteId site;
  std::uint64_t session = 0;  // an older session's end may be told after a newer one's greeting
};                            // its session ended: no verdict about the site

struct SoilingFound {
  SiteId site;
  SoilingFinding finding;
};  // the sites of a region were compared; it raises and clears PANELS_DIRTY

using FleetEvent = std::variant<SiteRegistered, SiteRemembered, SiteCertified, SiteGreeted, SiteHeard, SiteReported,
                                SiteSignalled, SiteSampled, SiteHungUp, SoilingFound>;

// --- effects -----------------------------------------------------------------------------------------------------
struct SiteChanged {
  SiteId site;
};  // tell the watchers
struct SiteStateChanged {
  SiteId site;
  SiteState from;
  SiteState to;
};
struct AlarmChanged {
  AlarmRecord record;
  bool opened;
};  // store it; amended ones are "opened" too
struct SessionSilent {
  SiteId site;
};  // open but mute: end it

using FleetEffect = std::variant<SiteChanged, SiteStateChanged, AlarmChanged, SessionSilent>;
using FleetEffects = std::vector<FleetEffect>;

}  // namespace karkara
