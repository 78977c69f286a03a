// One call of karkara from its words to its exit code. Refuses to exit by itself: main.cc does, and tests do not.
#pragma once

#include <string>
#include <vector>

#include "controller/cli/exit_code.h"
#include "controller/cli/surroundings.h"

namespace karkara::cli {

// arguments: without the program's name.
[[nodiscard]] Exit run(const std::vector<std::string>& arguments, Surroundings& around);

}  // namespace karkara::cli
