// Bytes that hellos' hashes and signatures are made over. Private to the hello sessions.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>

#include "agent/codec/mesh_hello.h"

namespace karkara {

inline void add_bytes(mesh_hello::Bytes& to, std::span<const std::byte> more) {
  to.insert(to.end(), more.begin(), more.end());
}
inline void add_bytes(mesh_hello::Bytes& to, std::string_view text) {
  add_bytes(to, std::as_bytes(std::span{text.data(), text.size()}));
}
inline void add_bytes(mesh_hello::Bytes& to, std::uint64_t number) {
  for (unsigned shift = 64; shift > 0; shift -= 8) {
    to.push_back(static_cast<std::byte>(number >> (shift - 8)));
  }
}

[[nodiscard]] inline std::uint64_t first_number(std::span<const std::byte, 32> bytes) {
  std::uint64_t number = 0;
  for (const std::byte byte : bytes.first<sizeof number>()) {
    number = number << 8U | std::to_integer<std::uint64_t>(byte);
  }
  return number;
}

// In a time that tells nothing of where they differ.
[[nodiscard]] inline bool same_bytes(std::span<const std::byte> a, std::span<const std::byte> b) {
  unsigned differs = a.size() == b.size() ? 0 : 1;
  for (std::size_t i = 0; i < a.size() && i < b.size(); ++i) {
    differs |= std::to_integer<unsigned>(a[i] ^ b[i]);
  }
  return differs == 0;
}

}  // namespace karkara
