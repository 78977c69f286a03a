// What the agent has done to a radio and has to take back, and the line of text in which it survives a restart: an
// agent that died must not leave a village without Wi-Fi. Refuses lines that are damaged. Kept by RadioControl.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/ids.h"
#include "common/result.h"
#include "common/units.h"

namespace karkara {

// Before the agent set it: a whole number of dBm that somebody had chosen, or as the driver likes.
struct FormerPower {
  std::optional<Dbm> fixed{};
  friend bool operator==(const FormerPower&, const FormerPower&) = default;
};

struct RadioMemory {
  std::vector<std::string> off{};        // interfaces that were on and that the agent turned off
  std::optional<FormerPower> lowered{};  // absent: it never set the power
  [[nodiscard]] bool empty() const { return off.empty() && !lowered; }
  friend bool operator==(const RadioMemory&, const RadioMemory&) = default;
};

using RadioMemories = std::map<RadioId, RadioMemory>;

// One line of words, with a checksum; empty ones are left out.
[[nodiscard]] std::string to_text(const RadioMemories& memories);
// DataLoss: damaged; InvalidArgument: of another version, or not plausible. The empty text is nothing remembered.
[[nodiscard]] Result<RadioMemories> radio_memories_from(std::string_view text);

}  // namespace karkara
