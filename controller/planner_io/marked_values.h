// Files of numbers of which each says where it came from:
//   antenna_gain: {is: 11dBi, source: "data sheet"}     or     {is: 11dBi, assumed: "a usual omni"}
// Strict: unknown keys, missing units, values outside their range and values without an origin are problems, all told
// with file, line and column. Refuses to know what values mean. Used by radio_file and cost_file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "common/host/yaml_tree.h"
#include "common/result.h"
#include "controller/planner/link/radio_profile.h"

namespace karkara::planner {

struct NumberRule {
  std::string_view unit;  // that must stand behind the number; empty: a plain number
  double low = 0;
  double high = 1e12;
};

// What one reading gathers.
struct MarkedReading {
  std::string file;
  std::vector<ConfigProblem> problems;
  std::vector<Origin> origins;
};

// One map of the file. Each key may be asked for once; end() tells those that nobody asked for.
class MarkedSection {
 public:
  MarkedSection(MarkedReading& reading, const YamlNode& node, std::string path);

  // A number with its origin; `fallback` where the key is not there and `required` is false.
  double marked(std::string_view key, const NumberRule& rule, bool required = true, double fallback = 0);
  // A number that needs no origin.
  double plain(std::string_view key, const NumberRule& rule, bool required = true, double fallback = 0);
  std::string text(std::string_view key, bool required = true);
  [[nodiscard]] bool has(std::string_view key) const;
  // An empty one where the key is not there, which is a problem.
  MarkedSection section(std::string_view key);
  std::vector<MarkedSection> list(std::string_view key, bool required = true);
  // Numbers in pairs, with one origin for all: {source: "...", steps: [[-6.7dB, 0.15], ...]}
  std::vector<std::pair<double, double>> steps(std::string_view key, const NumberRule& first, const NumberRule& second);
  void end();
  void refuse(std::string_view key, std::string what);

 private:
  const YamlNode* find(std::string_view key, bool required);
  double number(const YamlNode& node, const NumberRule& rule, const std::string& path);
  void read_origin(const YamlNode& node, const std::string& path);
  // Of a value's own map: no other keys, none twice.
  void check_keys(const YamlNode& node, const std::string& path, std::string_view value);
  void refuse_at(ConfigPlace at, const std::string& path, std::string what);

  MarkedReading* reading_;
  const YamlNode* node_;
  std::string path_;
  std::vector<std::string> asked_;
};

// All problems as one error, a line each; nothing where there are none.
[[nodiscard]] Status outcome(const MarkedReading& reading);

}  // namespace karkara::planner
