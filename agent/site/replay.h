// Decides again what a record of decisions tells: the way from a mast's log to a reproduced decision. Pure; called by
// karkara-agent --replay.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace karkara {

struct ReplayOutcome {
  std::size_t decisions = 0;
  std::vector<std::string> divergences;  // what was recorded and what would be decided now
  std::vector<std::string> problems;     // lines that cannot be read
};

[[nodiscard]] ReplayOutcome replay_decisions(std::string_view text);

}  // namespace karkara
