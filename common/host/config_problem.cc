#include "common/host/config_problem.h"

#include <algorithm>

namespace karkara {

std::string to_string(const ConfigProblem& problem) {
  std::string line = problem.file;
  if (problem.at.line > 0) {
    line += ":" + std::to_string(problem.at.line) + ":" + std::to_string(problem.at.column);
  }
  line += ": ";
  if (!problem.path.empty()) {
    line += problem.path + ": ";
  }
  return line + problem.what;
}

std::string to_text(std::vector<ConfigProblem> problems) {
  std::stable_sort(problems.begin(), problems.end(),
                   [](const ConfigProblem& a, const ConfigProblem& b) { return a.at < b.at; });
  std::string text;
  for (const ConfigProblem& problem : problems) {
    text += to_string(problem) + "\n";
  }
  return text;
}

std::string join_path(std::string_view section, std::string_view key) {
  std::string path{section};
  if (!path.empty()) {
    path += '.';
  }
  return path.append(key);
}

std::string element_path(std::string_view list, std::string_view element) {
  return std::string{list}.append("[").append(element).append("]");
}

ConfigPlace place_of(const ConfigPlaces& places, std::string_view path) {
  while (true) {
    if (const auto found = places.find(path); found != places.end()) {
      return found->second;
    }
    if (path.empty()) {
      return {};
    }
    const auto cut = path.find_last_of(".[");
    path = cut == path.npos ? std::string_view{} : path.substr(0, cut);
  }
}

}  // namespace karkara
