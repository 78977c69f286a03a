// The next thing to do to a radio so that it becomes as it is wanted, or nothing. Pure, without memory of its own.
// Refuses to touch what the agent did not turn off, and to turn a radio up that somebody keeps below its ceiling.
// Called by RadioControl after each look.
#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "agent/facts/radio.h"
#include "agent/mesh/radio_memory.h"
#include "agent/mesh/radio_wish.h"

namespace karkara {

struct RadioSwitch {
  bool on = true;
  std::vector<RadioInterface> interfaces{};
  friend bool operator==(const RadioSwitch& a, const RadioSwitch& b);  // by their names
};
struct RadioLevel {
  std::optional<Dbm> most{};  // absent: as the driver likes
  friend bool operator==(const RadioLevel&, const RadioLevel&) = default;
};
using RadioDeed = std::variant<RadioSwitch, RadioLevel>;

// A level that was set, and what the driver made of it.
struct LevelSet {
  Dbm asked{};
  std::optional<Dbm> came{};
};

struct RadioState {
  const RadioSeen& seen;
  const RadioWish& wish;
  const RadioMemory& memory;
  const std::optional<LevelSet>& set;
};

[[nodiscard]] std::optional<RadioDeed> next_deed(const RadioState& state);

// Of the loudest interface that is on; absent: none is, or the driver does not tell.
[[nodiscard]] std::optional<Dbm> power_of(const RadioSeen& seen);
[[nodiscard]] bool is_on(const RadioSeen& seen);
// What is wanted of the power, within what the channel allows, in whole dBm.
[[nodiscard]] std::optional<Dbm> allowed_level(const RadioWish& wish, const RadioSeen& seen);
// Whether those who hear the radio lose something.
[[nodiscard]] bool is_reduction(const RadioDeed& deed, const RadioSeen& seen);
// "off", "on", "10 dBm at most", "power as the driver likes"
[[nodiscard]] std::string to_text(const RadioDeed& deed);

}  // namespace karkara
