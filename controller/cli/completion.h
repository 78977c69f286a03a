// Completion scripts of the shells, made from the command table. Pure.
// Refuses to ask the controller: site ids come from `karkara completion sites`, which reads a cache.
#pragma once

#include <string>

namespace karkara::cli {

[[nodiscard]] std::string bash_completion();
[[nodiscard]] std::string zsh_completion();
[[nodiscard]] std::string fish_completion();

}  // namespace karkara::cli
