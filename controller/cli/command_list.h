// The commands themselves, noun by noun: pure data, and the one place to add another.
// Refuses to look anything up: command_table.h does.
#pragma once

#include <vector>

#include "controller/cli/command.h"

namespace karkara::cli {

[[nodiscard]] std::vector<Command> command_list();
// Parts of it that are long.
[[nodiscard]] std::vector<Command> uplink_commands();
[[nodiscard]] std::vector<Command> shaping_commands();
[[nodiscard]] std::vector<Command> power_commands();
[[nodiscard]] std::vector<Command> mesh_commands();
[[nodiscard]] std::vector<Command> plan_commands();
[[nodiscard]] std::vector<Command> local_commands();

}  // namespace karkara::cli
