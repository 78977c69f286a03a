// HMAC-SHA256 (RFC 2104) over a label and a short content; the label keeps the uses of one key apart.
// Refuses to compare: use CRYPTO_memcmp. Called by common/echo and common/echo_keys.
#pragma once

#include <array>
#include <cstddef>
#include <span>
#include <string_view>

namespace karkara {

// label and content are at most 64 bytes together. Throws std::bad_alloc.
[[nodiscard]] std::array<std::byte, 32> hmac_sha256(const std::array<std::byte, 32>& key, std::string_view label,
                                                    std::span<const std::byte> content);

}  // namespace karkara
