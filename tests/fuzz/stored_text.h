// What fuzz targets of state kept on flash share: text of which a power cut may have left anything, given as it is and
// with checks that fit, so that what lies behind them is reached.
#pragma once

#include <fmt/format.h>

#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>
#include <string>
#include <string_view>

#include "agent/uplink/checked_line.h"
#include "common/crc32c.h"

namespace karkara::fuzz {

inline void require(bool held) {
  if (!held) {
    std::abort();
  }
}

inline std::string_view text_of(const std::uint8_t* data, std::size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// The same lines with their checks made anew.
inline std::string with_line_checks(std::string_view text) {
  std::string checked;
  for (const std::string_view line : lines_of(text)) {
    checked += with_check(line.substr(0, line.rfind(" *")));
  }
  return checked;
}

// The same text with its one check at the end made anew.
inline std::string with_crc(std::string_view text) {
  const std::string_view body = text.substr(0, text.rfind(" crc="));
  return fmt::format("{} crc={:08x}", body, crc32c(std::as_bytes(std::span{body})));
}

// What is taken from a text is written as a text that gives the same again.
template <class Read>
void must_stay(std::string_view text, Read read) {
  const auto once = read(text);
  if (!once) {
    return;
  }
  const auto again = read(to_text(*once));
  if (!again || *again != *once) {
    std::fprintf(stderr, "broken: read again it is another memory\n");
    std::abort();
  }
}

}  // namespace karkara::fuzz
