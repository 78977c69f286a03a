// YAML text as a plain tree in which every value knows its place, so that the reader can say line and column. Refuses
// what configurations do not need and attackers do: anchors, aliases, tags, several documents, deep nesting, more than
// 1 MiB, anything but UTF-8. Called by config_reader only.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/host/config_problem.h"

namespace karkara {

inline constexpr std::size_t kLargestConfig = 1U << 20U;

struct YamlNode {
  enum class Kind : unsigned char { Null, Scalar, Map, List, Refused };
  Kind kind = Kind::Null;  // Refused: a problem was already told, there is nothing to look at
  ConfigPlace at;
  std::string text;  // Scalar
  std::string key;   // the child of a map
  ConfigPlace key_at;
  std::vector<YamlNode> children;  // Map (duplicates included) and List

  // Where people look for it: an empty value has no place of its own, a section begins at its key.
  [[nodiscard]] ConfigPlace place() const;
};

struct YamlTree {
  YamlNode root;  // Refused unless the whole text could be parsed
  std::vector<ConfigProblem> problems;
};

// Never throws; whatever the text is.
[[nodiscard]] YamlTree read_yaml(std::string_view file_name, std::string_view text);

}  // namespace karkara
