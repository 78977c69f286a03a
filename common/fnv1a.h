// FNV-1a, 64 bit: tells texts apart, the same in every build and on every machine. Protects against nobody.
#pragma once

#include <cstdint>
#include <string_view>

namespace karkara {

[[nodiscard]] constexpr std::uint64_t fnv1a(std::string_view text) {
  std::uint64_t hash = 0xcbf2'9ce4'8422'2325U;
  for (const char c : text) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100'0000'01b3U;
  }
  return hash;
}

}  // namespace karkara
