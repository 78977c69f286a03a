#include "controller/planner/people/number_text.h"

#include <charconv>
#include <cmath>
#include <string>
#include <vector>

namespace karkara::planner {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<double> plain(std::string_view text) {
  double value = 0;
  if (text.starts_with('+')) {
    text.remove_prefix(1);
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, std::chars_format::general);
  const bool whole = error == std::errc{} && end == text.data() + text.size();
  return whole && std::isfinite(value) ? std::optional{value} : std::nullopt;
}

std::string_view trimmed(std::string_view text) {
  const std::size_t first = text.find_first_not_of(" \t");
  return first == std::string_view::npos ? std::string_view{}
                                         : text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

// Splits "N13°39'36.5\"" into its numbers and its hemisphere; false for anything that is neither.
struct AngleParts {
  std::vector<double> numbers;
  char hemisphere = 0;
  bool negative = false;

  bool read(std::string_view text) {
    std::string number;
    const auto finish = [&] {
      if (number.empty()) {
        return true;
      }
      const auto value = plain(number);
      number.clear();
      numbers.push_back(value.value_or(0));
      return value.has_value();
    };
    for (std::size_t i = 0; i < text.size(); ++i) {
      const char c = text[i];
      if (is_digit(c) || c == '.' || c == ',') {
        number += c == ',' ? '.' : c;
        continue;
      }
      if (!finish() || !other(c, i == 0)) {
        return false;
      }
    }
    return finish();
  }

 private:
  bool other(char c, bool first) {
    const char upper = c >= 'a' && c <= 'z' ? static_cast<char>(c - 32) : c;
    // Seconds and south share a letter: "s" after three numbers without a hemisphere yet is a unit.
    const bool is_unit = upper == 'D' || upper == 'M' || (c == 's' && numbers.size() == 3);
    if (c == '-' && first) {
      negative = true;
      return true;
    }
    if (!is_unit && (upper == 'N' || upper == 'S' || upper == 'E' || upper == 'W' || upper == 'O')) {
      const bool again = hemisphere != 0;
      hemisphere = upper == 'O' ? 'W' : upper;  // French: ouest
      return !again;
    }
    // Signs of degrees, minutes and seconds, in UTF-8 also their typographic forms.
    return is_unit || c == ' ' || c == '\'' || c == '"' || c == ':' || (static_cast<unsigned char>(c) & 0x80U) != 0;
  }
};

}  // namespace

std::optional<Angle> parse_angle(std::string_view text) {
  text = trimmed(text);
  if (const auto value = plain(text)) {
    return Angle{*value, false};
  }
  AngleParts parts;
  if (!parts.read(text) || parts.numbers.empty() || parts.numbers.size() > 3) {
    return std::nullopt;
  }
  double degrees = 0;
  for (std::size_t i = parts.numbers.size(); i-- > 0;) {
    if (i > 0 && parts.numbers[i] >= 60) {
      return std::nullopt;
    }
    degrees = parts.numbers[i] + degrees / 60;
  }
  const bool below = parts.negative || parts.hemisphere == 'S' || parts.hemisphere == 'W';
  return Angle{below ? -degrees : degrees, parts.numbers.size() > 1};
}

std::optional<double> parse_number(std::string_view text) {
  text = trimmed(text);
  if (const auto value = plain(text)) {
    return value;
  }
  // Thousands: groups of three behind the first, all with the same separator.
  std::string digits;
  const std::size_t start = text.starts_with('-') ? 1 : 0;
  std::size_t group = 0;
  char separator = 0;
  for (std::size_t i = start; i < text.size(); ++i) {
    const char c = text[i];
    if (is_digit(c)) {
      digits += c;
      ++group;
    } else if ((c == ' ' || c == ',' || c == '\'') && group > 0 && group <= 3 &&
               (separator == 0 || (separator == c && group == 3))) {
      separator = c;
      group = 0;
    } else {
      return std::nullopt;
    }
  }
  if (digits.empty() || separator == 0 || group != 3) {
    return std::nullopt;
  }
  const auto value = plain(digits);
  return value && start == 1 ? std::optional{-*value} : value;
}

}  // namespace karkara::planner
