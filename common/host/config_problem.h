// What is wrong in a configuration and where, printed as compilers do: "file:line:column: path: what is wrong and what
// is allowed". Refuses to judge: the reader finds what one field tells, agent/config_bind what several fields tell
// together.
#pragma once

#include <compare>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace karkara {

// Counted from 1; a column counts bytes. Line 0 is the file as a whole.
struct ConfigPlace {
  int line = 0;
  int column = 0;
  friend auto operator<=>(const ConfigPlace&, const ConfigPlace&) = default;
};

struct ConfigProblem {
  std::string file;
  ConfigPlace at;
  std::string path;  // "uplinks[vsat].interface"; "uplinks[#2]" for an element whose key is not known; empty: the file
  std::string what;
  friend bool operator==(const ConfigProblem&, const ConfigProblem&) = default;
};

// Where each path was written. Paths that got their default are not in it.
using ConfigPlaces = std::map<std::string, ConfigPlace, std::less<>>;

[[nodiscard]] std::string to_string(const ConfigProblem& problem);
// One problem a line, ordered by place; ends with a newline unless there is none.
[[nodiscard]] std::string to_text(std::vector<ConfigProblem> problems);

[[nodiscard]] std::string join_path(std::string_view section, std::string_view key);      // "uplinks[vsat].interface"
[[nodiscard]] std::string element_path(std::string_view list, std::string_view element);  // "uplinks[vsat]"
// The place of a path, or of the nearest section around it that was written.
[[nodiscard]] ConfigPlace place_of(const ConfigPlaces& places, std::string_view path);

}  // namespace karkara
