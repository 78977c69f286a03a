#include "agent/facts/mac_address.h"

#include <charconv>

namespace karkara {
namespace {

constexpr std::size_t kStep = 3;  // two digits and a colon
constexpr std::size_t kTextSize = 6 * kStep - 1;
constexpr std::string_view kDigits = "0123456789abcdef";

}  // namespace

std::optional<MacAddress> MacAddress::parse(std::string_view text) {
  if (text.size() != kTextSize) {
    return std::nullopt;
  }
  MacAddress address;
  for (std::size_t i = 0; i < address.bytes.size(); ++i) {
    const std::string_view digits = text.substr(i * kStep, 2);
    unsigned value = 0;
    const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    const bool closed = i + 1 == address.bytes.size() || text[i * kStep + 2] == ':';
    if (error != std::errc{} || end != digits.data() + digits.size() || !closed) {
      return std::nullopt;
    }
    address.bytes[i] = static_cast<std::byte>(value);
  }
  return address;
}

std::string MacAddress::text() const {
  std::string written;
  for (const std::byte byte : bytes) {
    const auto value = std::to_integer<unsigned>(byte);
    written += written.empty() ? "" : ":";
    written += kDigits[value >> 4U];
    written += kDigits[value & 0xfU];
  }
  return written;
}

}  // namespace karkara
