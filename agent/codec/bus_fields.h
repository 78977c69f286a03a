// One property out of a dictionary, as what it should be: of another type, out of range or with strange characters, it
// is absent. Called by agent/codec/modem_properties.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "agent/codec/bus_value.h"

namespace karkara {

[[nodiscard]] const BusValue* bus_field(const BusDict& dict, std::string_view key);  // nullptr when there is none
[[nodiscard]] std::optional<std::uint64_t> unsigned_field(const BusDict& dict, std::string_view key,
                                                          std::uint64_t least, std::uint64_t most);
[[nodiscard]] std::optional<std::int64_t> signed_field(const BusDict& dict, std::string_view key, std::int64_t least,
                                                       std::int64_t most);
[[nodiscard]] std::optional<double> real_field(const BusDict& dict, std::string_view key, double least, double most);
[[nodiscard]] std::optional<bool> bool_field(const BusDict& dict, std::string_view key);
// Not empty; control characters become '?', and what is longer than `most` bytes is cut.
[[nodiscard]] std::optional<std::string> text_field(const BusDict& dict, std::string_view key, std::size_t most = 64);
[[nodiscard]] std::optional<std::string> digits_field(const BusDict& dict, std::string_view key, std::size_t least,
                                                      std::size_t most);
[[nodiscard]] std::optional<std::string> iccid_field(const BusDict& dict, std::string_view key);
[[nodiscard]] std::optional<std::string> interface_field(const BusDict& dict, std::string_view key);
[[nodiscard]] std::string printable_text(std::string_view text, std::size_t most);

// Enumerations whose numbers are the bus's own, from 0 to `last`.
template <class Enum>
std::optional<Enum> unsigned_enum(const BusDict& dict, std::string_view key, std::uint64_t last) {
  const auto number = unsigned_field(dict, key, 0, last);
  return number ? std::optional{static_cast<Enum>(*number)} : std::nullopt;
}
template <class Enum>
std::optional<Enum> signed_enum(const BusDict& dict, std::string_view key, std::int64_t first, std::int64_t last) {
  const auto number = signed_field(dict, key, first, last);
  return number ? std::optional{static_cast<Enum>(*number)} : std::nullopt;
}

}  // namespace karkara
