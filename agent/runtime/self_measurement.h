// What the agent's process costs the router, as the kernel counts it. Called by the effect runner.
#pragma once

#include <cstdint>

namespace karkara {

// Resident memory of this process in bytes; 0 when /proc does not tell.
[[nodiscard]] std::uint64_t resident_bytes();

}  // namespace karkara
