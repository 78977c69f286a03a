#include "agent/uplink/checked_line.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <span>

#include "common/crc32c.h"

namespace karkara {

namespace {

constexpr std::size_t kCheckSize = 10;  // " *" and eight digits

std::string check_of(std::string_view line) {
  return fmt::format(" *{:08x}", crc32c(std::as_bytes(std::span{line})));
}

}  // namespace

std::string with_check(std::string_view line) {
  return std::string{line} + check_of(line) + '\n';
}

Result<std::vector<std::string_view>> checked_words(std::string_view line) {
  const bool printable = std::all_of(line.begin(), line.end(), [](char c) { return c >= ' ' && c <= '~'; });
  if (!printable || line.size() < kCheckSize) {
    return Error{ErrorCode::DataLoss, "it is not a line of ours"};
  }
  const std::string_view body = line.substr(0, line.size() - kCheckSize);
  if (line.substr(body.size()) != check_of(body)) {
    return Error{ErrorCode::DataLoss, "its checksum does not fit"};
  }
  std::vector<std::string_view> words;
  for (std::size_t at = 0; at <= body.size();) {
    const std::size_t end = std::min(body.find(' ', at), body.size());
    words.push_back(body.substr(at, end - at));
    at = end + 1;
  }
  return words;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  for (std::size_t at = 0; at < text.size();) {
    const std::size_t end = std::min(text.find('\n', at), text.size());
    lines.push_back(text.substr(at, end - at));
    at = end + 1;
  }
  return lines;
}

std::string hex(std::uint64_t value) {
  return fmt::format("{:x}", value);
}

std::optional<std::uint64_t> parse_hex(std::string_view word, std::uint64_t most) {
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(word.data(), word.data() + word.size(), value, 16);
  if (error != std::errc{} || end != word.data() + word.size() || value > most || hex(value) != word) {
    return std::nullopt;
  }
  return value;
}

}  // namespace karkara
