// Which Karkara this is. The version stands once, in the top CMakeLists.txt; the commit is taken when building.
#pragma once

#include <string_view>

#include "common/time.h"

namespace karkara {

[[nodiscard]] std::string_view version();       // "0.1.0"
[[nodiscard]] std::string_view commit();        // "1a2b3c4d", "unknown" outside a checkout
[[nodiscard]] std::string_view version_text();  // "0.1.0 (1a2b3c4d)"
[[nodiscard]] WallTime source_time();           // of the commit: no clock of a running program is before it

}  // namespace karkara
