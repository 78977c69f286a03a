#include "controller/cli/render/table.h"

#include <algorithm>
#include <numeric>

#include "controller/cli/render/display.h"

namespace karkara::cli {
namespace {

constexpr std::size_t kGap = 2;
constexpr std::size_t kNarrowest = 8;  // a shrinking column keeps this much

const char* colour_of(Tone tone) {
  switch (tone) {
    case Tone::Plain: return "";
    case Tone::Good: return "\x1b[32m";
    case Tone::Warn: return "\x1b[33m";
    case Tone::Bad: return "\x1b[31m";
    case Tone::Dim: return "\x1b[2m";
    case Tone::Strong: return "\x1b[1m";
  }
  return "";
}

// The table with only the columns that are shown, every cell cleaned, heads as its first row.
struct Grid {
  std::vector<Column> columns;
  std::vector<Row> rows;
};

Grid visible(const Table& table, const Style& style) {
  Grid grid;
  Row heads;
  std::vector<std::size_t> shown;
  for (std::size_t i = 0; i < table.columns.size(); ++i) {
    if (style.wide || !table.columns[i].wide) {
      shown.push_back(i);
      grid.columns.push_back(table.columns[i]);
      heads.push_back({table.columns[i].head, Tone::Dim});
    }
  }
  grid.rows.push_back(std::move(heads));
  for (const Row& row : table.rows) {
    Row out;
    for (const std::size_t i : shown) {
      out.push_back(i < row.size() ? Cell{clean_text(row[i].text), row[i].tone} : Cell{});
    }
    grid.rows.push_back(std::move(out));
  }
  return grid;
}

std::vector<std::size_t> widths_of(const Grid& grid) {
  std::vector<std::size_t> widths(grid.columns.size(), 0);
  for (const Row& row : grid.rows) {
    for (std::size_t i = 0; i < row.size(); ++i) {
      widths[i] = std::max(widths[i], display_width(row[i].text));
    }
  }
  return widths;
}

// Takes what is too much from the widest shrinking column, one column of text at a time.
void shrink(const Grid& grid, std::size_t limit, std::vector<std::size_t>& widths) {
  std::size_t total = std::accumulate(widths.begin(), widths.end(), std::size_t{0}) + kGap * (widths.size() - 1);
  while (total > limit) {
    std::size_t widest = widths.size();
    for (std::size_t i = 0; i < widths.size(); ++i) {
      const bool can = grid.columns[i].shrinks && widths[i] > kNarrowest;
      if (can && (widest == widths.size() || widths[i] > widths[widest])) {
        widest = i;
      }
    }
    if (widest == widths.size()) {
      return;
    }
    --widths[widest];
    --total;
  }
}

std::string line_of(const Row& row, const Grid& grid, const std::vector<std::size_t>& widths, const Style& style) {
  std::string line;
  std::size_t owed = 0;  // spaces that are written only when something follows
  for (std::size_t i = 0; i < row.size(); ++i) {
    const std::string text = cut_to(row[i].text, widths[i]);
    const std::size_t pad = widths[i] - std::min(widths[i], display_width(text));
    const std::size_t before = grid.columns[i].align == Align::Right ? pad : 0;
    owed += before;
    if (!text.empty()) {
      line.append(owed, ' ');
      line += toned(text, row[i].tone, style);
      owed = 0;
    } else {
      owed += widths[i] - pad;
    }
    owed += pad - before + kGap;
  }
  return line + '\n';
}

}  // namespace

std::string toned(const std::string& text, Tone tone, const Style& style) {
  return !style.colour || tone == Tone::Plain || text.empty() ? text : colour_of(tone) + text + "\x1b[0m";
}

std::string print(const Table& table, const Style& style) {
  if (table.rows.empty()) {
    return toned(table.nothing, Tone::Dim, style) + '\n';
  }
  const Grid grid = visible(table, style);
  std::vector<std::size_t> widths = widths_of(grid);
  if (style.width > 0) {
    shrink(grid, style.width, widths);
  }
  std::string out;
  for (const Row& row : grid.rows) {
    out += line_of(row, grid, widths, style);
  }
  return out;
}

}  // namespace karkara::cli
