// Runs `karkara local` in this process against the socket of a FakeAgent.
#pragma once

#include <string>
#include <vector>

#include "tests/controller/cli/cli_run.h"
#include "tests/controller/cli/fake_agent.h"

namespace karkara::cli {

inline Ran local(const std::vector<std::string>& arguments) {
  std::vector<std::string> line{"local"};
  line.insert(line.end(), arguments.begin(), arguments.end());
  line.insert(line.end(), {"--socket", socket_path()});
  return run_cli(line);
}

}  // namespace karkara::cli
