// What makes a file unfit before anybody parses it: size, encoding, control characters, tabs in the indentation.
// Refuses to understand YAML. It keeps from yaml-cpp what it would guess about (UTF-16) or misplace (tabs).
#pragma once

#include <string_view>
#include <vector>

#include "common/host/config_problem.h"

namespace karkara {

[[nodiscard]] std::vector<ConfigProblem> precheck_yaml(std::string_view file_name, std::string_view text);

}  // namespace karkara
