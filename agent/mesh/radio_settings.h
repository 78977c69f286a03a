// What the mesh feature is told by configuration of the router's radios. agent/config_bind fills it.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/day_hours.h"
#include "agent/facts/radio.h"
#include "common/ids.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

struct RadioSettings {
  RadioId id;
  RadioRole role = RadioRole::AccessPoint;
  std::vector<std::string> interfaces{};  // empty: all of the phy's
  std::string phy{};                      // name, MAC or path; empty: the one that has the interfaces
  std::optional<Dbm> power{};             // while nothing is saved; absent: as it was found
  std::vector<DayHours> hours{};          // in which it is on; empty: all
  std::vector<std::string> classes{};     // of traffic, whom it serves; for people
  friend bool operator==(const RadioSettings&, const RadioSettings&) = default;
};

struct RadiosSettings {
  std::vector<RadioSettings> radios{};
  Duration notice = std::chrono::seconds{5};    // before a radio is turned down or off
  Duration utc_offset = std::chrono::hours{1};  // of local time
  friend bool operator==(const RadiosSettings&, const RadiosSettings&) = default;
};

}  // namespace karkara
