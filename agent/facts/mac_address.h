// The address of an Ethernet or Wi-Fi interface (IEEE 802, EUI-48), a value.
// Refuses to tell vendors or meanings of its bits. Used by everything that names radios and their peers.
#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace karkara {

struct MacAddress {
  std::array<std::byte, 6> bytes{};

  // "02:00:0a:0b:0c:0d", hexadecimal digits of either case; nothing for everything else.
  [[nodiscard]] static std::optional<MacAddress> parse(std::string_view text);
  [[nodiscard]] std::string text() const;  // in lower case
  [[nodiscard]] bool is_zero() const { return *this == MacAddress{}; }
  friend auto operator<=>(const MacAddress&, const MacAddress&) = default;
};

}  // namespace karkara
