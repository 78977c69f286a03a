// What shedding must remember over a restart, as short lines of text with a check sum. Refuses a damaged line whole: a
// wrong stage would put everything on, or off. Called by ShedLadder and OrderlyEnd.
#pragma once

#include <string>
#include <string_view>

#include "common/result.h"

namespace karkara {

struct StageMemory {
  unsigned stage = 0;
  std::string id{};  // of the stage; empty for 0
  friend bool operator==(const StageMemory&, const StageMemory&) = default;
};
struct EndMemory {
  unsigned in_a_row = 0;  // power-offs since the battery was last well
  friend bool operator==(const EndMemory&, const EndMemory&) = default;
};

[[nodiscard]] std::string to_text(const StageMemory& memory);
[[nodiscard]] std::string to_text(const EndMemory& memory);

// DataLoss: not a whole line of ours. InvalidArgument: of another form, or impossible.
[[nodiscard]] Result<StageMemory> stage_memory_from(std::string_view text);
[[nodiscard]] Result<EndMemory> end_memory_from(std::string_view text);

}  // namespace karkara
