// The little that VE.Direct needs of ASCII: case, printability, hex digits. Refuses locales.
// Called by the decoder and the field tables.
#pragma once

#include <algorithm>
#include <optional>
#include <string_view>

namespace karkara::vedirect {

[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

[[nodiscard]] constexpr bool is_printable(char c) {
  return c >= ' ' && c <= '~';
}

// Old BMV firmware writes "On", newer "ON".
[[nodiscard]] constexpr bool same_ignoring_case(std::string_view a, std::string_view b) {
  return a.size() == b.size() &&
         std::equal(a.begin(), a.end(), b.begin(), [](char x, char y) { return lower(x) == lower(y); });
}

// Upper case only: a device never writes another.
[[nodiscard]] constexpr std::optional<unsigned> hex_digit(char c) {
  if (c >= '0' && c <= '9') {
    return static_cast<unsigned>(c - '0');
  }
  if (c >= 'A' && c <= 'F') {
    return static_cast<unsigned>(c - 'A' + 10);
  }
  return std::nullopt;
}

}  // namespace karkara::vedirect
