// Runs karkara in this process with surroundings of the test's own.
#pragma once

#include <sstream>
#include <string>
#include <vector>

#include "controller/cli/run.h"

namespace karkara::cli {

struct Ran {
  Exit exit;
  std::string out;
  std::string err;
};

inline Ran run_cli(const std::vector<std::string>& arguments,
                   std::map<std::string, std::string, std::less<>> environment = {}, TerminalSize terminal = {}) {
  std::ostringstream out;
  std::ostringstream err;
  Surroundings around{.out = out, .err = err, .environment = std::move(environment)};
  around.out_is_terminal = terminal.columns > 0;
  around.terminal_size = [terminal] { return terminal; };
  const Exit exit = run(arguments, around);
  return {exit, out.str(), err.str()};
}

}  // namespace karkara::cli
