#include "controller/cli/render/display.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <ctime>
#include <limits>

namespace karkara::cli {
namespace {

struct Range {
  char32_t first;
  char32_t last;
};

constexpr char32_t kReplacement = 0xfffd;

// Combining marks of Latin, Arabic (Ajami is written in it) and the general blocks.
constexpr auto kZeroWidth = std::to_array<Range>({
    {0x0300, 0x036f}, {0x0483, 0x0489}, {0x0591, 0x05bd}, {0x0610, 0x061a}, {0x064b, 0x065f},
    {0x0670, 0x0670}, {0x06d6, 0x06dc}, {0x06df, 0x06e4}, {0x06e7, 0x06e8}, {0x06ea, 0x06ed},
    {0x07eb, 0x07f3}, {0x08d3, 0x08ff}, {0x0900, 0x0902}, {0x1ab0, 0x1aff}, {0x1dc0, 0x1dff},
    {0x20d0, 0x20ff}, {0x2d7f, 0x2d7f}, {0xfe00, 0xfe0f}, {0xfe20, 0xfe2f}, {0xe0100, 0xe01ef},
});

// Unicode's East Asian Width W and F, in blocks.
constexpr auto kWide = std::to_array<Range>({
    {0x1100, 0x115f},
    {0x231a, 0x231b},
    {0x2e80, 0x303e},
    {0x3041, 0xa4cf},
    {0xac00, 0xd7a3},
    {0xf900, 0xfaff},
    {0xfe30, 0xfe6f},
    {0xff00, 0xff60},
    {0xffe0, 0xffe6},
    {0x1f300, 0x1f64f},
    {0x1f680, 0x1f6ff},
    {0x1f900, 0x1f9ff},
    {0x20000, 0x3fffd},
});

constexpr auto kTreacherous = std::to_array<Range>({
    {0x0000, 0x001f},
    {0x007f, 0x009f},
    {0x00ad, 0x00ad},
    {0x061c, 0x061c},
    {0x180e, 0x180e},
    {0x200b, 0x200f},
    {0x2028, 0x202e},
    {0x2060, 0x206f},
    {0xfeff, 0xfeff},
    {0xfff9, 0xfffb},
    {0xe0000, 0xe007f},
});

template <std::size_t N>
bool within(const std::array<Range, N>& ranges, char32_t c) {
  const auto at = std::lower_bound(ranges.begin(), ranges.end(), c,
                                   [](const Range& range, char32_t wanted) { return range.last < wanted; });
  return at != ranges.end() && at->first <= c;
}

bool is_line_space(char32_t c) {
  return c == '\t' || c == '\n' || c == '\r' || c == 0x2028 || c == 0x2029;
}

// An escape sequence is introduced by ESC and one character, or by the C1 control that stands for both.
char32_t introducer_of(char32_t c1) {
  return c1 - 0x40;
}

// The end of what a CSI (ECMA-48, 5.4) carries: parameters, then one final byte.
std::size_t after_csi(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x3f) {
    ++at;
  }
  return at < text.size() && text[at] >= 0x40 && text[at] <= 0x7e ? at + 1 : at;
}

// The end of a control string (DCS, SOS, OSC, PM, APC): BEL or ST; without one, all the rest belongs to it.
std::size_t after_string(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    const auto [c, length] = decode_at(text, at);
    if (c == 0x07 || c == 0x9c) {
      return at + length;
    }
    if (c == 0x1b && at + 1 < text.size() && text[at + 1] == '\\') {
      return at + 2;
    }
    at += length;
  }
  return at;
}

std::size_t after_sequence(std::string_view text, std::size_t at, char32_t introducer) {
  switch (introducer) {
    case '[': return after_csi(text, at);
    case 'P':
    case 'X':
    case ']':
    case '^':
    case '_': return after_string(text, at);
    default: return at;  // foreign: a character
  }
}

// Called with `at` behind the ESC.
std::size_t after_escape(std::string_view text, std::size_t at) {
  while (at < text.size() && text[at] >= 0x20 && text[at] <= 0x2f) {
    ++at;
  }
  if (at == text.size() || text[at] < 0x30 || text[at] > 0x7e) {
    return at;
  }
  const char introducer = text[at];
  return after_sequence(text, at + 1, static_cast<unsigned char>(introducer));
}

std::size_t width_of(char32_t c) {
  if (within(kZeroWidth, c)) {
    return 0;
  }
  return within(kWide, c) ? 2 : 1;
}

}  // namespace

CodePoint decode_at(std::string_view text, std::size_t at) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const unsigned char lead = byte(at);
  if (lead < 0x80) {
    return {lead, 1};
  }
  const std::size_t length = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
  if (lead < 0xc2 || lead > 0xf4 || length > text.size() - at) {
    return {kReplacement, 1};
  }
  auto value = static_cast<char32_t>(lead & (0x7f >> length));
  for (std::size_t i = 1; i < length; ++i) {
    if ((byte(at + i) & 0xc0) != 0x80) {
      return {kReplacement, 1};
    }
    value = (value << 6) | (byte(at + i) & 0x3f);
  }
  constexpr std::array<char32_t, 5> kLeast = {0, 0, 0x80, 0x800, 0x10000};
  const bool surrogate = value >= 0xd800 && value <= 0xdfff;
  if (value < kLeast[length] || value > 0x10ffff || surrogate) {
    return {kReplacement, 1};
  }
  return {value, length};
}

bool is_treacherous(char32_t c) {
  return within(kTreacherous, c);
}

std::string clean_text(std::string_view text) {
  std::string clean;
  clean.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const auto [c, length] = decode_at(text, at);
    const std::size_t next = at + length;
    if (c == 0x1b) {
      at = after_escape(text, next);
      continue;
    }
    if (c >= 0x80 && c <= 0x9f) {
      at = after_sequence(text, next, introducer_of(c));
      continue;
    }
    if (is_line_space(c)) {
      clean += ' ';
    } else if (c == kReplacement) {
      clean += "\xef\xbf\xbd";
    } else if (!is_treacherous(c)) {
      clean += text.substr(at, length);
    }
    at = next;
  }
  return clean;
}

std::size_t display_width(std::string_view clean) {
  std::size_t width = 0;
  for (std::size_t at = 0; at < clean.size();) {
    const auto [c, length] = decode_at(clean, at);
    width += width_of(c);
    at += length;
  }
  return width;
}

std::string cut_to(std::string_view clean, std::size_t columns) {
  if (display_width(clean) <= columns) {
    return std::string{clean};
  }
  if (columns == 0) {
    return {};
  }
  std::size_t width = 0;
  std::size_t at = 0;
  while (at < clean.size()) {
    const auto [c, length] = decode_at(clean, at);
    if (width + width_of(c) > columns - 1) {
      break;
    }
    width += width_of(c);
    at += length;
  }
  return std::string{clean.substr(0, at)} + "…";
}

std::string format_age(std::optional<std::int64_t> age_ms) {
  if (!age_ms) {
    return "never";
  }
  const std::int64_t seconds = std::max<std::int64_t>(*age_ms, 0) / 1000;
  if (seconds < 60) {
    return fmt::format("{}s", seconds);
  }
  if (seconds < 3600) {
    return fmt::format("{}m", seconds / 60);
  }
  return seconds < 86400 ? fmt::format("{}h", seconds / 3600) : fmt::format("{}d", seconds / 86400);
}

std::string format_span(std::int64_t seconds) {
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / 1000;
  return format_age(std::clamp<std::int64_t>(seconds, 0, kMost) * 1000);
}

std::string format_number(double value, int decimals, std::string_view unit) {
  constexpr double kLargestWhole = 1e15;  // beyond it a double no longer counts in ones
  if (!std::isfinite(value)) {
    return "-";
  }
  std::string text =
      std::abs(value) < kLargestWhole ? fmt::format("{:.{}f}", value, decimals) : fmt::format("{:g}", value);
  if (text.find('.') != std::string::npos && text.find('e') == std::string::npos) {
    text.erase(text.find_last_not_of('0') + 1);
    if (text.back() == '.') {
      text.pop_back();
    }
  }
  if (text == "-0") {
    text = "0";
  }
  return unit.empty() ? text : fmt::format("{} {}", text, unit);
}

std::string format_bytes(std::uint64_t bytes) {
  constexpr std::array kUnits{"B", "kB", "MB", "GB", "TB", "PB", "EB"};
  std::size_t unit = 0;
  auto value = static_cast<double>(bytes);
  constexpr double kRoundsUp = 999.95;  // "1 MB", not "1000 kB"
  while (value >= (unit == 0 ? 1000.0 : kRoundsUp) && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  return format_number(value, unit == 0 ? 0 : 1, kUnits[unit]);
}

std::string format_rate(std::uint64_t bits_per_second) {
  constexpr std::array kUnits{"bit/s", "kbit/s", "Mbit/s", "Gbit/s", "Tbit/s", "Pbit/s", "Ebit/s"};
  constexpr double kRoundsUp = 999.5;  // "1 Mbit/s", not "1000 kbit/s"
  std::size_t unit = 0;
  auto value = static_cast<double>(bits_per_second);
  while (value >= kRoundsUp && unit + 1 < kUnits.size()) {
    value /= 1000;
    ++unit;
  }
  const int decimals = unit == 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return format_number(value, decimals, kUnits[unit]);
}

std::string format_time(std::int64_t unix_ms) {
  const std::time_t seconds = unix_ms / 1000 - (unix_ms % 1000 < 0 ? 1 : 0);
  std::tm local{};
  constexpr int kLastYear = 9999 - 1900;
  if (localtime_r(&seconds, &local) == nullptr || local.tm_year > kLastYear || local.tm_year < 0) {
    return "-";
  }
  std::array<char, 32> text{};
  std::strftime(text.data(), text.size(), "%Y-%m-%d %H:%M:%S", &local);
  return text.data();
}

}  // namespace karkara::cli
