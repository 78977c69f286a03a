// Numbers that devices send as text: "54.1", ".0", "-62.8", "16.1 dB", "-0.03". Refuses what only begins like a number
// ("12-34") or names no finite one ("nan", "inf"). Called for objects whose value came as octets.
#pragma once

#include <optional>
#include <string_view>

namespace karkara {

// Spaces around are ignored, and one word behind the number: its unit, which is letters, '%', '/', or a degree sign.
[[nodiscard]] std::optional<double> number_in(std::string_view text);

// Without the spaces, line ends and NULs that devices pad with.
[[nodiscard]] std::string_view trimmed(std::string_view text);

}  // namespace karkara
