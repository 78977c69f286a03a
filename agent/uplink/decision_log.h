// What the choice was given and what it decided, one line a decision, so that a log from a mast can be read by people
// and played back to the same decisions. Refuses to grow: the oldest lines go first. Knows nothing of uplinks; the
// uplink feature fills the fields.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "common/result.h"
#include "common/time.h"

namespace karkara {

// Keys are 1 to 64 of a-z, 0-9, '.', '_', '-', in any order and possibly repeated; values are any bytes. By convention
// keys of what was given begin with "in." and keys of what was decided with "out.".
struct DecisionRecord {
  Instant at;
  std::vector<std::pair<std::string, std::string>> fields;
  friend bool operator==(const DecisionRecord&, const DecisionRecord&) = default;
};

inline constexpr std::size_t kMostDecisionLine = 16'384;

// "at=12500000000 in.vsat.state=up out.public=vsat" with a newline: nanoseconds since boot, then the fields; in values,
// space, '\' and everything that is not printable ASCII is written as \xHH. InvalidArgument for a bad key or a line
// that would be too long.
[[nodiscard]] Result<std::string> decision_line(const DecisionRecord& record);
// Of a line without its newline. Accepts exactly what decision_line writes.
[[nodiscard]] Result<DecisionRecord> parse_decision(std::string_view line);

struct DecisionsFound {
  std::vector<DecisionRecord> records;
  std::vector<std::string> refused;  // "line 3: no '=' in 'x'"; at most 100 are told
};
[[nodiscard]] DecisionsFound parse_decisions(std::string_view text);

class DecisionLog {
 public:
  explicit DecisionLog(std::size_t most_bytes) : most_bytes_{most_bytes} {}
  Status append(const DecisionRecord& record);
  [[nodiscard]] std::string text() const;  // oldest first
  [[nodiscard]] std::size_t size() const { return lines_.size(); }
  [[nodiscard]] std::size_t bytes() const { return bytes_; }

 private:
  std::size_t most_bytes_;
  std::size_t bytes_ = 0;
  std::deque<std::string> lines_;
};

struct Divergence {
  std::size_t index = 0;  // of the record
  std::string recorded;   // the "out." fields as a line
  std::string replayed;
};

// Gives each record's time and "in." fields to `decide`, in order, and tells where its "out." fields are not those that
// were recorded. A log whose oldest lines are gone starts from a state that is not in it: see to it that one record
// tells everything.
[[nodiscard]] std::vector<Divergence> replay(std::span<const DecisionRecord> records,
                                             const std::function<DecisionRecord(const DecisionRecord& given)>& decide);

}  // namespace karkara
