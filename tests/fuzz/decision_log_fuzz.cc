// Any text as a decision log: each line that is accepted is written again exactly as it was, and each line is either a
// record or told of. What can be decided again is decided to the same once more.
#include <algorithm>
#include <cstdlib>
#include <string_view>

#include "agent/uplink/choice_record.h"
#include "agent/uplink/decision_log.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text{reinterpret_cast<const char*>(data), size};
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    const std::string_view line = text.substr(at, end - at);
    if (const auto record = karkara::parse_decision(line)) {
      const auto again = karkara::decision_line(*record);
      if (!again || *again != std::string{line} + '\n') {
        std::abort();
      }
      const auto decided = karkara::decide_again(*record);
      const auto once_more = decided ? karkara::decide_again(*decided) : decided;
      if (decided && (!once_more || *once_more != *decided)) {
        std::abort();
      }
    }
    at = end + 1;
  }
  const auto found = karkara::parse_decisions(text);
  const auto lines = static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n')) +
                     (text.empty() || text.back() == '\n' ? 0 : 1);
  if (found.records.size() + found.refused.size() > lines) {
    std::abort();
  }
  return 0;
}
