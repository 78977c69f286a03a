// Columns of text for people: pure, measured in display columns, coloured only when told.
// Refuses to print a cell as it came: each is cleaned of escape sequences. Called by render.cc and `site watch`.
#pragma once

#include <string>
#include <vector>

namespace karkara::cli {

enum class Tone { Plain, Good, Warn, Bad, Dim, Strong };
enum class Align { Left, Right };

struct Cell {
  std::string text;
  Tone tone = Tone::Plain;
};

struct Column {
  std::string head;
  Align align = Align::Left;
  bool wide = false;     // shown only in the wide format
  bool shrinks = false;  // may be cut when the terminal is narrower than the table
};

using Row = std::vector<Cell>;  // as long as the columns

struct Table {
  std::vector<Column> columns;
  std::vector<Row> rows;
  std::string nothing;  // said in place of a table without rows: "No active alarms."
};

struct Style {
  bool colour = false;
  bool wide = false;
  unsigned width = 0;  // columns of the terminal; 0: not a terminal, nothing is cut
};

// `text` in its colour; text is cleaned already.
[[nodiscard]] std::string toned(const std::string& text, Tone tone, const Style& style);

// One line a row, two spaces between columns, no spaces at the end of a line.
[[nodiscard]] std::string print(const Table& table, const Style& style);

}  // namespace karkara::cli
