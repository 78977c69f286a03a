// The few pieces of Markdown that the generated pages need.
#pragma once

#include <initializer_list>
#include <string>
#include <string_view>

namespace karkara {

inline constexpr std::string_view kGeneratedFrom = "<!-- Made by scripts/generate-docs from ";

[[nodiscard]] std::string code(std::string_view text);  // `text`; nothing for nothing
// "| a | b |\n" with what would end a cell early escaped.
[[nodiscard]] std::string table_row(std::initializer_list<std::string_view> cells);
// A header row and the line below it.
[[nodiscard]] std::string table_head(std::initializer_list<std::string_view> cells);

}  // namespace karkara
