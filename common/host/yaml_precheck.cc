#include "common/host/yaml_precheck.h"

#include <algorithm>

#include "common/host/text_checks.h"
#include "common/host/yaml_tree.h"

namespace karkara {
namespace {

constexpr std::size_t kMostTabs = 20;  // told at once; one bad editor setting makes hundreds

ConfigPlace place_at(std::string_view text, std::size_t offset) {
  const std::string_view before = text.substr(0, offset);
  const auto line_start = before.rfind('\n');
  const std::size_t column = line_start == before.npos ? offset : offset - line_start - 1;
  return {static_cast<int>(std::count(before.begin(), before.end(), '\n')) + 1, static_cast<int>(column) + 1};
}

bool has_byte_order_mark(std::string_view text) {
  return text.starts_with("\xef\xbb\xbf") || text.starts_with("\xfe\xff") || text.starts_with("\xff\xfe");
}

// A carriage return belongs before a line feed; alone it moves the cursor and hides what stands before it.
std::optional<std::size_t> first_lone_return(std::string_view text) {
  for (std::size_t at = text.find('\r'); at != text.npos; at = text.find('\r', at + 1)) {
    if (!text.substr(at + 1).starts_with('\n')) {
      return at;
    }
  }
  return std::nullopt;
}

void find_tabs(std::string_view file_name, std::string_view text, std::vector<ConfigProblem>& problems) {
  int line = 0;
  while (!text.empty() && problems.size() < kMostTabs) {
    const std::string_view row = text.substr(0, text.find('\n'));
    text.remove_prefix(std::min(text.size(), row.size() + 1));
    ++line;
    const auto first = row.find_first_not_of(" \t\r");
    const auto tab = row.substr(0, first).find('\t');
    if (first != row.npos && row[first] != '#' && tab != row.npos) {
      problems.push_back({std::string{file_name},
                          {line, static_cast<int>(tab) + 1},
                          "",
                          "a tab in the indentation: YAML allows spaces only"});
    }
  }
}

}  // namespace

std::vector<ConfigProblem> precheck_yaml(std::string_view file_name, std::string_view text) {
  std::vector<ConfigProblem> problems;
  const auto refuse = [&](ConfigPlace at, std::string what) {
    problems.push_back({std::string{file_name}, at, "", std::move(what)});
  };
  if (text.size() > kLargestConfig) {
    refuse({}, "is larger than 1 MiB");
  } else if (has_byte_order_mark(text)) {
    refuse({1, 1}, "begins with a byte order mark: save the file as plain UTF-8");
  } else if (const auto bad = first_non_utf8(text)) {
    refuse(place_at(text, *bad), "is not UTF-8: save the file as plain UTF-8");
  } else if (const auto control = first_control(text, "\t\n\r")) {
    refuse(place_at(text, *control), "a control character is not allowed");
  } else if (const auto lone = first_lone_return(text)) {
    refuse(place_at(text, *lone), "a carriage return without a line feed is not allowed");
  } else {
    find_tabs(file_name, text, problems);
  }
  return problems;
}

}  // namespace karkara
