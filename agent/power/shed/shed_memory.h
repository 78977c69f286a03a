// What shedding must remember over a restart, as short lines of text with a check sum. Refuses a damaged line whole: a
// wrong stage would put everything on, or off. Called by ShedLadder, OrderlyEnd and EndWords.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"
#include "common/time.h"

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

// What the router said before it went off. Longer texts than kMostWords are cut, without what breaks a line.
struct LastWord {
  static constexpr std::size_t kMostWords = 200;
  std::optional<WallTime> at{};  // absent: it did not know the time
  std::string why{};
  std::string wake{};  // when it starts again, and by what
  friend bool operator==(const LastWord&, const LastWord&) = default;
};
// Of a command that could not plan the router's start.
struct WakeTrouble {
  std::uint32_t command = 0;  // mark_of() its words
  std::string why{};
  friend bool operator==(const WakeTrouble&, const WakeTrouble&) = default;
};
[[nodiscard]] std::uint32_t mark_of(const std::vector<std::string>& command);

[[nodiscard]] std::string to_text(const StageMemory& memory);
[[nodiscard]] std::string to_text(const EndMemory& memory);
[[nodiscard]] std::string to_text(const LastWord& memory);
[[nodiscard]] std::string to_text(const WakeTrouble& memory);

// DataLoss: not a whole line of ours. InvalidArgument: of another form, or impossible.
[[nodiscard]] Result<StageMemory> stage_memory_from(std::string_view text);
[[nodiscard]] Result<EndMemory> end_memory_from(std::string_view text);
[[nodiscard]] Result<LastWord> last_word_from(std::string_view text);
[[nodiscard]] Result<WakeTrouble> wake_trouble_from(std::string_view text);

}  // namespace karkara
