#include "controller/planner/people/table.h"

#include <algorithm>

namespace karkara::planner {
namespace {

// Takes records off the front of a text.
class Records {
 public:
  Records(std::string_view text, char separator) : text_{text}, separator_{separator} {}

  [[nodiscard]] bool at_end() const { return at_ >= text_.size(); }
  [[nodiscard]] std::size_t line() const { return line_; }

  // False when a quote is never closed.
  bool next(std::vector<std::string>& fields) {
    fields.assign(1, {});
    bool quoted = false;
    for (; at_ < text_.size(); ++at_) {
      const char c = text_[at_];
      if (c == '\n') {
        ++line_;
      }
      if (quoted) {
        if (c != '"') {
          fields.back() += c;
        } else if (at_ + 1 < text_.size() && text_[at_ + 1] == '"') {
          fields.back() += text_[++at_];
        } else {
          quoted = false;
        }
      } else if (c == '"' && fields.back().empty()) {
        quoted = true;
      } else if (c == separator_) {
        fields.emplace_back();
      } else if (c == '\n') {
        ++at_;
        break;
      } else if (c != '\r') {
        fields.back() += c;
      }
    }
    return !quoted;
  }

 private:
  std::string_view text_;
  char separator_;
  std::size_t at_ = 0;
  std::size_t line_ = 1;
};

char separator_of(std::string_view text) {
  const std::string_view header = text.substr(0, text.find('\n'));
  char best = ',';
  for (const char c : {',', ';', '\t'}) {
    if (std::count(header.begin(), header.end(), c) > std::count(header.begin(), header.end(), best)) {
      best = c;
    }
  }
  return best;
}

}  // namespace

Result<Table> parse_csv(std::string_view text) {
  if (text.starts_with("\xEF\xBB\xBF")) {
    text.remove_prefix(3);
  }
  Records records{text, separator_of(text)};
  Table table;
  if (records.at_end() || !records.next(table.columns) || (table.columns.size() == 1 && table.columns[0].empty())) {
    return Error{ErrorCode::InvalidArgument, "no line with the names of columns"};
  }
  while (!records.at_end()) {
    TableRow row;
    row.number = records.line();
    const bool closed = records.next(row.fields);
    if (row.fields.size() == 1 && row.fields[0].empty()) {
      continue;
    }
    if (!closed) {
      table.problems.push_back(
          {ErrorCode::DataLoss, "line " + std::to_string(row.number) + ": a quote is never closed"});
    } else if (row.fields.size() != table.columns.size()) {
      table.problems.push_back(
          {ErrorCode::InvalidArgument, "line " + std::to_string(row.number) + ": " + std::to_string(row.fields.size()) +
                                           " fields, the header has " + std::to_string(table.columns.size())});
    } else {
      table.rows.push_back(std::move(row));
    }
  }
  return table;
}

}  // namespace karkara::planner
