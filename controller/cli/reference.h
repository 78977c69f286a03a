// docs/cli.md, made from the command table. Pure.
#pragma once

#include <string>

namespace karkara::cli {

[[nodiscard]] std::string reference_markdown();

}  // namespace karkara::cli
