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
                   std::map<std::string, std::string, std::less<>> environment = {}, TerminalSize terminal = {},
                   std::function<std::optional<std::string>(const std::string&)> ask = {}) {
  std::ostringstream out;
  std::ostringstream err;
  Surroundings around{.out = out, .err = err, .environment = std::move(environment)};
  around.out_is_terminal = terminal.columns > 0;
  around.terminal_size = [terminal] { return terminal; };
  around.ask = std::move(ask);
  around.pause = [](Duration) {};
  const Exit exit = run(arguments, around);
  return {exit, out.str(), err.str()};
}

}  // namespace karkara::cli
