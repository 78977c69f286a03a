// Lines of words with a checksum each, for small state that people may read on the mast: " *1a2b3c4d" at the end. One
// damaged line does not take the others with it. Refuses control characters. Called by the usage ledger and the probe
// budgets.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "common/result.h"

namespace karkara {

// The line with its check and a newline.
[[nodiscard]] std::string with_check(std::string_view line);

// The words of a line without its newline; DataLoss when its check does not fit.
[[nodiscard]] Result<std::vector<std::string_view>> checked_words(std::string_view line);

// Lines without their newlines; the last one counts also when its newline is missing.
[[nodiscard]] std::vector<std::string_view> lines_of(std::string_view text);

// A whole number in one spelling only: lower-case hexadecimal, no leading zeros; none when it is above `most`.
[[nodiscard]] std::string hex(std::uint64_t value);
[[nodiscard]] std::optional<std::uint64_t> parse_hex(std::string_view word, std::uint64_t most);

}  // namespace karkara
