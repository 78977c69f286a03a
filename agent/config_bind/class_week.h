// The hours of all classes over a week: each combination of hours that ever hold together on a kind of uplink, once.
// Pure; called by the checks and the doubts of shaping.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <vector>

#include "agent/shaping/settings.h"

namespace karkara {

struct WeekMoment {
  // "on monday 08:00", the first at which it holds; empty: outside of all hours, as while no time is known.
  std::string when{};
  std::vector<ClassState> states{};                 // of each class
  std::vector<std::optional<std::size_t>> rules{};  // which of its hours hold
};

[[nodiscard]] std::vector<WeekMoment> week_of(const std::vector<ClassShaping>& classes, UplinkKind kind);

inline constexpr std::array kEveryKind{UplinkKind::Ethernet, UplinkKind::Vsat, UplinkKind::Cellular, UplinkKind::Mesh};

// " on cellular uplinks, on monday 08:00"; the kind only where the classes have other terms or hours on it.
[[nodiscard]] std::string where_text(const std::vector<ClassShaping>& classes, UplinkKind kind,
                                     const WeekMoment& moment);

[[nodiscard]] bool always_closed(const ClassShaping& of, UplinkKind kind);

// Whether the hours ever hold on this kind, beside those before them.
[[nodiscard]] bool ever_hold(const std::vector<ClassHours>& all, std::size_t index, UplinkKind kind);

}  // namespace karkara
