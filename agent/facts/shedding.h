// What is shed to save the battery, as other features need it: which uplinks must rest, which classes of traffic are
// off or slower. Told again whenever it changes; agent/site carries it to the features that act. Plain values.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/day_hours.h"
#include "common/ids.h"
#include "common/units.h"

namespace karkara {

struct RestingUplink {
  UplinkId uplink;
  std::string why;  // "saves the battery: stage 'night', back at 05:30"
  friend bool operator==(const RestingUplink&, const RestingUplink&) = default;
};
struct ShedClass {
  std::string service_class;
  bool off = false;
  std::optional<Percent> ceiling{};  // of the uplink's rate; absent: as configured
  friend bool operator==(const ShedClass&, const ShedClass&) = default;
};

// A radio that is turned down or off, by every stage that says so.
struct ShedRadio {
  std::optional<RadioId> radio{};  // absent: all access points
  std::optional<Dbm> most{};
  bool off = false;
  std::vector<DayHours> hours{};  // in which it stays on; empty: all
  std::string stage{};
  friend bool operator==(const ShedRadio&, const ShedRadio&) = default;
};

struct Shedding {
  unsigned stage = 0;  // 0: everything on
  std::string stage_id{};
  std::string reason{};
  std::vector<RestingUplink> resting{};
  std::vector<ShedClass> classes{};
  std::vector<ShedRadio> radios{};
  friend bool operator==(const Shedding&, const Shedding&) = default;
};

}  // namespace karkara
