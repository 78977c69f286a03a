// The command line of karkara-anchor. Refuses to do what it says; main.cc does.
#pragma once

#include <string>
#include <variant>

namespace karkara {

struct PrintAndExit {
  std::string text;
  int exit_code = 0;  // 0: text is for standard output, else for standard error
};
struct CheckAnchorConfig {
  std::string file;
};
struct MakeMasterKey {
  std::string file;
};
struct RunAnchor {
  std::string config;
};
using AnchorCommand = std::variant<RunAnchor, CheckAnchorConfig, MakeMasterKey, PrintAndExit>;

[[nodiscard]] AnchorCommand parse_anchor_options(int argc, const char* const* argv);

}  // namespace karkara
