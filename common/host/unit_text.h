// Numbers with units as people write them ("30s", "2Mbit", "23.6V"), and back. Refuses a number without its unit, so
// that nobody wonders whether 30 was seconds or minutes. Called by the configuration reader and writer, its docs and
// its errors.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>

#include "common/result.h"
#include "karkara/v1/options.pb.h"

namespace karkara {

// "s" with 1000: a value in the field's own unit is the number times the factor.
struct UnitSpelling {
  std::string_view suffix;
  std::uint64_t factor;
};

[[nodiscard]] std::span<const UnitSpelling> spellings(v1::Unit unit);  // smallest first; empty: plain numbers
[[nodiscard]] std::string_view noun(v1::Unit unit);                    // "a duration"; "a number" without a unit
[[nodiscard]] std::string_view examples(v1::Unit unit);                // "30s, 250ms, 5m, 2h, 1d"

// A whole number of the unit's smallest spelling, of any size and sign that an integer field can have.
struct WholeNumber {
  bool negative = false;
  std::uint64_t magnitude = 0;
  friend bool operator==(const WholeNumber&, const WholeNumber&) = default;
};

// InvalidArgument says what is wrong with the text and how to write it. Only 0 may stand without its unit.
[[nodiscard]] Result<WholeNumber> parse_whole(std::string_view text, v1::Unit unit);
[[nodiscard]] Result<double> parse_real(std::string_view text, v1::Unit unit);

// In the largest spelling that leaves a whole number: 90000 ms is "90s". They parse back to the same value.
[[nodiscard]] std::string whole_text(WholeNumber value, v1::Unit unit);
[[nodiscard]] std::string real_text(double value, v1::Unit unit);
// For ranges, whose ends are doubles in the schema.
[[nodiscard]] std::string bound_text(double bound, bool whole, v1::Unit unit);

}  // namespace karkara
