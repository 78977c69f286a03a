// Text as a terminal shows it: cleaned of everything that could move its cursor, and measured in columns, not bytes.
// Refuses to trust any text: what a site sends is hostile until it went through clean_text(). Called by the renderers.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace karkara::cli {

struct CodePoint {
  char32_t value;      // U+FFFD for a byte that is not UTF-8
  std::size_t length;  // bytes taken, at least 1
};

// The code point at `at` (at < text.size()). Overlong forms, surrogates and cut sequences are not UTF-8.
[[nodiscard]] CodePoint decode_at(std::string_view text, std::size_t at);

// True for what may change how the text around it is shown: controls, line separators, bidirectional overrides,
// zero-width and tag characters.
[[nodiscard]] bool is_treacherous(char32_t c);

// One line of valid UTF-8: escape sequences and treacherous characters gone, tabs and line ends turned into spaces.
[[nodiscard]] std::string clean_text(std::string_view text);

// Columns that clean text takes: 0 for a combining mark, 2 for East Asian wide characters and emoji.
[[nodiscard]] std::size_t display_width(std::string_view clean);

// At most `columns` wide; what was cut shows as "…" at the end.
[[nodiscard]] std::string cut_to(std::string_view clean, std::size_t columns);

// "12s", "4m", "3h", "5d"; "never" when absent. A negative age (clocks differ) is "0s".
[[nodiscard]] std::string format_age(std::optional<std::int64_t> age_ms);

// The same of a count of seconds, which may be anything: it comes from a site.
[[nodiscard]] std::string format_span(std::int64_t seconds);

// "26.43 V", "620 ms"; at most `decimals` places, trailing zeros dropped. "-" when it is not a finite number.
[[nodiscard]] std::string format_number(double value, int decimals, std::string_view unit);

// "1.2 GB", "900 B": a kilobyte is 1,000 bytes, as operators of networks sell them.
[[nodiscard]] std::string format_bytes(std::uint64_t bytes);

// "64 kbit/s", "1.85 Mbit/s": three figures, as rates of links are written.
[[nodiscard]] std::string format_rate(std::uint64_t bits_per_second);

// "2026-11-26 04:37:52" in the local zone; "-" when out of range.
[[nodiscard]] std::string format_time(std::int64_t unix_ms);

}  // namespace karkara::cli
