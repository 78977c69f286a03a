// docs/configuration.md: every field of every configuration file, a table a section. All of it comes from the schema.
#pragma once

#include <string>

namespace karkara {

[[nodiscard]] std::string configuration_page();

}  // namespace karkara
