// What the agent asks the router's kernel about itself once at start: the boot's id, the hardware's name, randomness.
// Refuses to fail: what is not there gets a stand-in. Called by main.cc and agent/io/controller_link.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "agent/io/backoff.h"

namespace karkara {

// A source of numbers for the backoffs, seeded by the kernel.
[[nodiscard]] Uniform random_uniform();
// Changes with each boot of the router.
[[nodiscard]] std::string read_boot_id();
// Serial number, else model, else machine id, else "unknown"; for the audit log.
[[nodiscard]] std::string read_hardware_id();
// Bytes of the router's memory; nothing when the kernel does not tell.
[[nodiscard]] std::optional<std::uint64_t> read_memory();

}  // namespace karkara
