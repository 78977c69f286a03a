#include "controller/planner/outputs/text.h"

#include <array>
#include <charconv>
#include <cmath>
#include <cstddef>

namespace karkara::planner {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

unsigned byte_at(std::string_view text, std::size_t at) {
  return at < text.size() ? static_cast<unsigned char>(text[at]) : 0U;
}

// Bytes of the UTF-8 sequence that starts here; 0 for none (Unicode 15, table 3-7).
std::size_t sequence_length(std::string_view text, std::size_t at) {
  const unsigned first = byte_at(text, at);
  const unsigned second = byte_at(text, at + 1);
  const auto follows = [&](std::size_t i) { return (byte_at(text, at + i) & 0xC0U) == 0x80U; };
  if (first < 0x80U) {
    return 1;
  }
  if (first >= 0xC2U && first <= 0xDFU) {
    return follows(1) ? 2 : 0;
  }
  if (first >= 0xE0U && first <= 0xEFU) {
    const bool overlong = first == 0xE0U && second < 0xA0U;
    const bool surrogate = first == 0xEDU && second > 0x9FU;
    const bool no_character = first == 0xEFU && second == 0xBFU && byte_at(text, at + 2) >= 0xBEU;  // not in XML
    return follows(1) && follows(2) && !overlong && !surrogate && !no_character ? 3 : 0;
  }
  if (first >= 0xF0U && first <= 0xF4U) {
    const bool out = (first == 0xF0U && second < 0x90U) || (first == 0xF4U && second > 0x8FU);
    return follows(1) && follows(2) && follows(3) && !out ? 4 : 0;
  }
  return 0;
}

bool is_control(std::string_view text, std::size_t at, std::size_t length) {
  const unsigned first = byte_at(text, at);
  if (length == 1) {
    return (first < 0x20U && first != '\t' && first != '\n' && first != '\r') || first == 0x7FU;
  }
  return length == 2 && first == 0xC2U && byte_at(text, at + 1) < 0xA0U;
}

}  // namespace

std::string clean_utf8(std::string_view text) {
  std::string clean;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t length = sequence_length(text, at);
    if (length == 0 || is_control(text, at, length)) {
      clean += kReplacement;
      at += length == 0 ? 1 : length;
    } else {
      clean += text.substr(at, length);
      at += length;
    }
  }
  return clean;
}

std::string csv_text(std::string_view text) {
  std::string field = clean_utf8(text);
  const std::size_t first = field.find_first_not_of(" \r\n");
  if (first != std::string::npos && std::string_view{"=+-@\t"}.find(field[first]) != std::string_view::npos) {
    field.insert(field.begin(), '\'');
  }
  if (field.find_first_of(",;\t\"\r\n") == std::string::npos) {
    return field;
  }
  std::string quoted{"\""};
  for (const char c : field) {
    quoted += c;
    if (c == '"') {
      quoted += '"';
    }
  }
  return quoted + '"';
}

std::string xml_text(std::string_view text) {
  std::string safe;
  for (const char c : clean_utf8(text)) {
    switch (c) {
      case '&': safe += "&amp;"; break;
      case '<': safe += "&lt;"; break;
      case '>': safe += "&gt;"; break;
      case '"': safe += "&quot;"; break;
      case '\'': safe += "&#39;"; break;
      default: safe += c;  // foreign: any other byte of a name
    }
  }
  return safe;
}

std::string json_text(std::string_view text) {
  std::string safe{"\""};
  for (const char c : clean_utf8(text)) {
    switch (c) {
      case '"': safe += "\\\""; break;
      case '\\': safe += "\\\\"; break;
      case '\n': safe += "\\n"; break;
      case '\r': safe += "\\r"; break;
      case '\t': safe += "\\t"; break;
      case '<': safe += "\\u003c"; break;  // a page may hold it in a script
      default: safe += c;                  // foreign: any other byte of a name
    }
  }
  return safe + '"';
}

std::string decimal(double value, int digits) {
  if (!std::isfinite(value)) {
    return {};
  }
  std::array<char, 400> text{};
  const auto [end, error] =
      std::to_chars(text.data(), text.data() + text.size(), value, std::chars_format::fixed, digits);
  std::string written{text.data(), error == std::errc{} ? end : text.data()};
  // "-0.00" is 0.
  if (written.starts_with('-') && written.find_first_not_of("-0.") == std::string::npos) {
    written.erase(0, 1);
  }
  return written;
}

std::string grouped(std::int64_t value, Language language) {
  const std::string digits = std::to_string(value);
  const std::size_t sign = digits.starts_with('-') ? 1 : 0;
  std::string text;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    if (i > sign && (digits.size() - i) % 3 == 0) {
      text += language == Language::French ? "\xE2\x80\xAF" : ",";
    }
    text += digits[i];
  }
  return text;
}

std::string decimal(double value, int digits, Language language) {
  std::string text = decimal(value, digits);
  if (const std::size_t point = text.find('.'); language == Language::French && point != std::string::npos) {
    text[point] = ',';
  }
  return text;
}

}  // namespace karkara::planner
