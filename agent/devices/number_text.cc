#include "agent/devices/number_text.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace karkara {
namespace {

constexpr std::string_view kPadding{" \t\r\n\0", 5};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

bool is_of_unit(char c) {
  const auto byte = static_cast<unsigned char>(c);
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '%' || c == '/' || byte >= 0x80;
}

}  // namespace

std::string_view trimmed(std::string_view text) {
  const auto first = text.find_first_not_of(kPadding);
  if (first == std::string_view::npos) {
    return {};
  }
  return text.substr(first, text.find_last_not_of(kPadding) - first + 1);
}

std::optional<double> number_in(std::string_view text) {
  text = trimmed(text);
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  // from_chars takes words like "inf", which no measurement is.
  const std::string_view unsigned_text = text.starts_with('-') ? text.substr(1) : text;
  if (unsigned_text.empty() || !(is_digit(unsigned_text.front()) || unsigned_text.front() == '.')) {
    return {};
  }
  double number = 0;
  const char* const end = text.data() + text.size();
  const auto [behind, error] = std::from_chars(text.data(), end, number, std::chars_format::fixed);
  if (error != std::errc{} || !std::isfinite(number)) {
    return {};
  }
  const std::string_view unit = trimmed({behind, static_cast<std::size_t>(end - behind)});
  return std::ranges::all_of(unit, is_of_unit) ? std::optional{number} : std::nullopt;
}

}  // namespace karkara
