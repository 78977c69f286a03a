// What the kernel's errno means to us, as an Error with the place in front: "/proc/sys/...: Read-only file system".
#pragma once

#include <string_view>

#include "common/result.h"

namespace karkara {

// Unavailable for what a link that just went away causes: it may be tried again once the link is back.
[[nodiscard]] Error errno_error(int number, std::string_view place);

}  // namespace karkara
