// CRC-32C (Castagnoli, RFC 3720 appendix B.4): the check that everything of ours on disk and in telemetry blocks
// carries. Refuses to protect against people: it finds torn writes and worn flash, not forgery.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>

namespace karkara {

// Of bytes, or of bytes that follow others whose sum was `so_far`.
[[nodiscard]] std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t so_far = 0);

}  // namespace karkara
