#include "scripts/docgen/markdown.h"

namespace karkara {

std::string code(std::string_view text) {
  return text.empty() ? "" : "`" + std::string{text} + "`";
}

std::string table_row(std::initializer_list<std::string_view> cells) {
  std::string row = "|";
  for (const std::string_view cell : cells) {
    row += ' ';
    for (const char c : cell) {
      row += c == '|' ? "\\|" : std::string(1, c == '\n' ? ' ' : c);
    }
    row += " |";
  }
  return row + "\n";
}

std::string table_head(std::initializer_list<std::string_view> cells) {
  std::string rule = "|";
  for (std::size_t i = 0; i < cells.size(); ++i) {
    rule += "---|";
  }
  return table_row(cells) + rule + "\n";
}

}  // namespace karkara
