// The text of --help: examples first, then what it takes. Pure; made from the command table.
// Refuses to wrap to the terminal: the same text everywhere, so that it can be compared and quoted.
#pragma once

#include <string>

#include "controller/cli/command.h"

namespace karkara::cli {

[[nodiscard]] std::string help_of_all();
[[nodiscard]] std::string help_of_noun(std::string_view noun);
[[nodiscard]] std::string help_of(const Command& command);

// "karkara site add ID [--name NAME] ..."
[[nodiscard]] std::string usage_line(const Command& command);

}  // namespace karkara::cli
