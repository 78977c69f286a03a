// What each class of traffic gets of one uplink in one direction: guarantees that never sum to more than there is, and
// ceilings. Refuses to leave a class without anything: the least is a trickle that a message gets through. Pure; called
// by class_tree and by agent/config_bind's checks.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include "agent/shaping/settings.h"

namespace karkara {

// Of the router's own traffic: echoes, the controller's session, the tunnel.
inline constexpr Percent kControlPart{5};

struct ClassShare {
  std::uint64_t rate = 0;     // bytes a second
  std::uint64_t ceiling = 0;  // bytes a second
  std::uint8_t priority = 0;
  // Its part of what others leave unused, as a multiple of the smallest part: 1 to 10.
  double weight = 1;
  friend bool operator==(const ClassShare&, const ClassShare&) = default;
};

// Number 0 is the router's own traffic, then come the configured classes, then what fits none. 'states' may be shorter
// than the classes: the rest is as configured.
[[nodiscard]] std::vector<ClassShare> class_shares(const std::vector<ClassShaping>& classes, UplinkKind kind,
                                                   std::uint64_t rate, const std::vector<ClassState>& states);

// What the configuration promises the class of this rate, in bytes a second, whether or not it fits beside the others.
// None: nothing by name, or closed.
[[nodiscard]] std::optional<std::uint64_t> guarantee_said(const ClassShaping& of, UplinkKind kind,
                                                          const ClassState& state, std::uint64_t rate);

// The terms in force on uplinks of this kind.
[[nodiscard]] ClassTerms terms_of(const ClassShaping& of, UplinkKind kind, const ClassState& state);

}  // namespace karkara
