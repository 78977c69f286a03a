#include "agent/power/bms/pylontech_frame.h"

#include <algorithm>
#include <array>
#include <string_view>

#include "agent/power/vedirect/ascii.h"

namespace karkara::pylontech {
namespace {

using vedirect::hex_digit;

constexpr char kStart = '~';
constexpr char kEnd = '\r';
constexpr unsigned kVersion = 0x20;
constexpr unsigned kLithiumBattery = 0x46;  // CID1
constexpr std::size_t kHeaderDigits = 12;
constexpr std::size_t kCheckDigits = 4;
constexpr std::size_t kMostContentDigits = 0xFFF;  // what LENGTH can say

unsigned number(std::string_view digits) {
  unsigned value = 0;
  for (const char c : digits) {
    value = value << 4U | *hex_digit(c);
  }
  return value;
}

void append(std::string& text, unsigned value, std::size_t digits) {
  for (std::size_t left = digits; left-- > 0;) {
    text.push_back("0123456789ABCDEF"[value >> (4 * left) & 0xFU]);
  }
}

// Of the digits between the start and the sum itself.
unsigned check_sum(std::string_view text) {
  unsigned sum = 0;
  for (const char c : text) {
    sum += static_cast<unsigned char>(c);
  }
  return (0x10000U - sum) & 0xFFFFU;
}

// The length of the content with its own check in the highest digit.
unsigned length_word(std::size_t digits) {
  const auto length = static_cast<unsigned>(digits);
  const unsigned sum = (length & 0xFU) + (length >> 4U & 0xFU) + (length >> 8U & 0xFU);
  return ((0x10U - sum) & 0xFU) << 12U | length;
}

// text: digits only.
std::optional<Frame> verified(std::string_view text) {
  if (text.size() < kHeaderDigits + kCheckDigits || text.size() % 2 != 0) {
    return std::nullopt;
  }
  const std::string_view checked = text.substr(0, text.size() - kCheckDigits);
  const std::string_view content = checked.substr(kHeaderDigits);
  if (number(text.substr(checked.size())) != check_sum(checked) ||
      number(checked.substr(8, 4)) != length_word(content.size()) || number(checked.substr(0, 2)) != kVersion ||
      number(checked.substr(4, 2)) != kLithiumBattery) {
    return std::nullopt;
  }
  Frame frame{static_cast<std::uint8_t>(number(checked.substr(2, 2))),
              static_cast<std::uint8_t>(number(checked.substr(6, 2))),
              {}};
  for (std::size_t at = 0; at < content.size(); at += 2) {
    frame.content.push_back(static_cast<std::byte>(number(content.substr(at, 2))));
  }
  return frame;
}

}  // namespace

bool is_refusal(std::uint8_t code) {
  // Version, sum, length sum, unknown command, form, content; address, communication.
  constexpr std::array<std::uint8_t, 8> kRefusals{1, 2, 3, 4, 5, 6, 0x90, 0x91};
  return std::ranges::find(kRefusals, code) != kRefusals.end();
}

std::vector<std::byte> encode(const Frame& frame) {
  std::string text;
  append(text, kVersion, 2);
  append(text, frame.address, 2);
  append(text, kLithiumBattery, 2);
  append(text, frame.code, 2);
  append(text, length_word(2 * frame.content.size()), 4);
  for (const std::byte byte : frame.content) {
    append(text, std::to_integer<unsigned>(byte), 2);
  }
  append(text, check_sum(text), kCheckDigits);
  text = kStart + text + kEnd;
  const auto bytes = std::as_bytes(std::span{text});
  return {bytes.begin(), bytes.end()};
}

std::vector<std::byte> encode_request(std::uint8_t address, Command command) {
  Frame frame{address, static_cast<std::uint8_t>(command), {}};
  if (command != Command::Product) {
    frame.content.push_back(std::byte{address});
  }
  return encode(frame);
}

std::optional<Frame> FrameReader::next(std::span<const std::byte>& bytes) {
  while (!bytes.empty()) {
    const char c = static_cast<char>(bytes.front());
    bytes = bytes.subspan(1);
    if (auto frame = take(c)) {
      return frame;
    }
  }
  return std::nullopt;
}

std::optional<Frame> FrameReader::take(char c) {
  if (c == kStart) {
    bad_frames_ += inside_ && !text_.empty() ? 1 : 0;
    inside_ = true;
    text_.clear();
    return std::nullopt;
  }
  if (!inside_) {
    return std::nullopt;
  }
  if (hex_digit(c) && text_.size() < kHeaderDigits + kMostContentDigits + kCheckDigits) {
    text_.push_back(c);
    return std::nullopt;
  }
  inside_ = false;
  auto frame = c == kEnd ? verified(text_) : std::nullopt;
  bad_frames_ += frame ? 0 : 1;
  return frame;
}

}  // namespace karkara::pylontech
