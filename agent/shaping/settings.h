// What shaping is told by configuration: how fast each uplink's traffic is let through, and what each class gets of it.
// Refuses to know when it is and what was used: schedule, quota and adaptive rate tell. agent/config_bind fills it.
#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "agent/facts/ip.h"
#include "agent/facts/traffic_control.h"
#include "agent/uplink/settings.h"
#include "common/ids.h"
#include "common/time.h"
#include "common/units.h"

namespace karkara {

// One direction of an uplink: floor <= base <= ceiling.
struct RateLimits {
  BitsPerSecond floor{};
  BitsPerSecond base{};     // where it begins when nothing is known of the link yet
  BitsPerSecond ceiling{};  // all three are equal where the rate does not adapt
  friend bool operator==(const RateLimits&, const RateLimits&) = default;
};

struct UplinkShaping {
  UplinkId id;
  UplinkKind kind = UplinkKind::Ethernet;
  std::string interface {};
  bool metered = false;
  bool adaptive = false;
  std::optional<RateLimits> down{};  // none: not shaped in this direction
  std::optional<RateLimits> up{};
  Framing framing{};
  friend bool operator==(const UplinkShaping&, const UplinkShaping&) = default;
};

// What a class gets of an uplink. What is not said here is as said further outside: hours, kind of uplink, class.
struct ClassTerms {
  std::optional<Percent> guarantee{};
  std::optional<BitsPerSecond> guarantee_rate{};  // the larger of both counts
  std::optional<Percent> ceiling{};
  std::optional<std::uint8_t> priority{};  // for what guarantees leave unused; lower goes first
  friend bool operator==(const ClassTerms&, const ClassTerms&) = default;
};

inline constexpr std::size_t kUplinkKinds = 4;
static_assert(static_cast<std::size_t>(UplinkKind::Mesh) + 1 == kUplinkKinds);
inline constexpr std::uint8_t kAllKinds = (1U << kUplinkKinds) - 1;
[[nodiscard]] constexpr std::size_t number_of(UplinkKind kind) {
  return static_cast<std::size_t>(kind);
}

struct QuotaLimits {
  std::optional<std::uint64_t> daily{};    // bytes both ways in a local day
  std::optional<std::uint64_t> monthly{};  // in a month of the calendar
  [[nodiscard]] bool any() const { return daily || monthly; }
  friend bool operator==(const QuotaLimits&, const QuotaLimits&) = default;
};

// From this part of a quota on the class has at most this part of each uplink's rate.
struct QuotaStep {
  Percent used{};
  Percent ceiling{};
  friend bool operator==(const QuotaStep&, const QuotaStep&) = default;
};

struct ClassOnKind {
  UplinkKind kind = UplinkKind::Ethernet;
  ClassTerms terms{};
  QuotaLimits quota{};             // counted over uplinks of this kind, and in force there only
  std::vector<QuotaStep> steps{};  // of this quota; none: as in the class's own
  friend bool operator==(const ClassOnKind&, const ClassOnKind&) = default;
};

struct ClassHours {
  std::chrono::minutes from{};  // of the local day
  std::chrono::minutes to{};    // 24 h at most; at or before 'from': on the next day
  std::uint8_t days = 0x7f;     // on which it begins, bit 0 Monday
  ClassTerms terms{};
  bool closed = false;             // no more than a trickle
  std::uint8_t kinds = kAllKinds;  // of uplinks, on which they hold; by number_of
  [[nodiscard]] bool are_on(UplinkKind kind) const { return (kinds >> number_of(kind) & 1U) != 0; }
  friend bool operator==(const ClassHours&, const ClassHours&) = default;
};

struct ClassShaping {
  static constexpr std::uint8_t kOrdinary = 4;  // priority where none is said
  ClassId id;
  ClassTerms terms{};
  std::vector<ClassOnKind> on_kinds{};  // each kind at most once
  std::vector<ClassHours> hours{};      // on each kind of uplink the first that fits holds; none without a clock
  QuotaLimits quota{};                  // over all uplinks
  std::vector<QuotaStep> steps{};       // rising 'used', falling 'ceiling'; never empty where there is a quota
  bool takes_everything = false;        // nothing is left for 'other' behind it
  friend bool operator==(const ClassShaping&, const ClassShaping&) = default;
};

// Where neighbours are that borrow, when the interface has a tree of its own as an uplink: a download there is what
// goes to their network, and nothing else.
struct GuestsSide {
  std::string interface {};
  IpPrefix network{};
  std::size_t guests = 0;  // which of the classes they are
  friend bool operator==(const GuestsSide&, const GuestsSide&) = default;
};

struct ShapingSettings {
  bool enabled = true;
  std::vector<UplinkShaping> uplinks{};
  std::vector<ClassShaping> classes{};  // in the order of the configuration; 'control' and 'other' are not among them
  std::vector<std::string> lan_interfaces{};
  std::optional<GuestsSide> guests{};
  bool tunnel = false;                    // whether there is one in the configuration
  std::optional<std::uint64_t> memory{};  // bytes that all queues together may take; none: an eighth of the router's
  std::chrono::minutes utc_offset = kNigerOffset;
  [[nodiscard]] bool shapes() const {
    return enabled && std::any_of(uplinks.begin(), uplinks.end(),
                                  [](const UplinkShaping& uplink) { return uplink.down || uplink.up; });
  }
  friend bool operator==(const ShapingSettings&, const ShapingSettings&) = default;
};

// Of the hours in force.
struct HoursTerms {
  ClassTerms terms{};
  bool closed = false;
  friend bool operator==(const HoursTerms&, const HoursTerms&) = default;
};

// What schedule and quota say of a class now; nothing: as configured.
struct ClassState {
  std::array<HoursTerms, kUplinkKinds> hours{};            // on each kind of uplink, by number_of
  std::optional<Percent> ceiling{};                        // of a quota over all uplinks
  std::vector<std::pair<UplinkKind, Percent>> on_kinds{};  // ceilings of quotas of one kind of uplink
  [[nodiscard]] const HoursTerms& hours_on(UplinkKind kind) const { return hours[number_of(kind)]; }
  friend bool operator==(const ClassState&, const ClassState&) = default;
};

}  // namespace karkara
