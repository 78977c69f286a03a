// "Did you mean": the known word that a mistyped one is closest to. Refuses wild guesses: more than a third of the
// letters wrong is another word.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace karkara {

// Empty when no known word is near.
[[nodiscard]] std::string nearest_name(std::string_view word, std::span<const std::string> known);
// "; did you mean 'interface'?" or nothing.
[[nodiscard]] std::string did_you_mean(std::string_view word, std::span<const std::string> known);

}  // namespace karkara
