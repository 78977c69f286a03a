// Frames of the three protocols as tests write them, with sums made here and not by the code that is tested.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdio>
#include <span>
#include <string>
#include <utility>
#include <vector>

namespace karkara::bms {

using Bytes = std::vector<std::byte>;

inline Bytes as_bytes(const std::string& text) {
  const auto view = std::as_bytes(std::span{text});
  return {view.begin(), view.end()};
}

// "A5 01" or "A501".
inline Bytes from_hex(const std::string& digits) {
  Bytes bytes;
  std::string pair;
  for (const char c : digits) {
    if (c != ' ') {
      pair.push_back(c);
    }
    if (pair.size() == 2) {
      bytes.push_back(static_cast<std::byte>(std::stoi(pair, nullptr, 16)));
      pair.clear();
    }
  }
  return bytes;
}

inline Bytes operator+(Bytes first, const Bytes& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

inline unsigned sum_of(const Bytes& bytes) {
  unsigned sum = 0;
  for (const std::byte byte : bytes) {
    sum += std::to_integer<unsigned>(byte);
  }
  return sum;
}

inline std::string hex(unsigned value, int digits) {
  char text[16];
  std::snprintf(text, sizeof text, "%0*X", digits, value);
  return text;
}

// content: hexadecimal digits.
inline Bytes pylontech_frame(unsigned address, unsigned code, const std::string& content) {
  const auto length = static_cast<unsigned>(content.size());
  const unsigned nibbles = length % 16 + length / 16 % 16 + length / 256;
  const std::string text =
      "20" + hex(address, 2) + "46" + hex(code, 2) + hex((16 - nibbles % 16) % 16, 1) + hex(length, 3) + content;
  return as_bytes("~" + text + hex(0x10000 - sum_of(as_bytes(text)), 4) + "\r");
}

// content: eight bytes as digits.
inline Bytes daly_frame(unsigned command, const std::string& content, unsigned speaker = 1) {
  const Bytes bytes = from_hex("A5" + hex(speaker, 2) + hex(command, 2) + "08" + content);
  return bytes + from_hex(hex(sum_of(bytes) % 256, 2));
}

// fields: digits.
inline Bytes jk_frame(const std::string& fields, const std::string& who = "06 00 01",
                      const std::string& terminal = "00000000") {
  const Bytes middle = from_hex(terminal + who + fields + "00000000" + "68");
  const auto length = static_cast<unsigned>(middle.size() + 2 + 4);
  const Bytes bytes = from_hex("4E57" + hex(length, 4)) + middle;
  return bytes + from_hex(hex(sum_of(bytes), 8));
}

// All frames in the bytes, given in pieces.
template <class Reader>
auto frames_in(Reader& reader, const Bytes& bytes, std::size_t piece = 1'000) {
  std::vector<typename decltype(reader.next(std::declval<std::span<const std::byte>&>()))::value_type> frames;
  for (std::size_t at = 0; at < bytes.size(); at += piece) {
    std::span<const std::byte> rest = std::span{bytes}.subspan(at, std::min(piece, bytes.size() - at));
    while (!rest.empty()) {
      if (auto frame = reader.next(rest)) {
        frames.push_back(*frame);
      }
    }
  }
  return frames;
}

// Whether every flip of a single bit of the frame is either refused or changes nothing that is told.
template <class Reader>
std::size_t flips_believed(const Bytes& frame) {
  std::size_t believed = 0;
  for (std::size_t bit = 0; bit < 8 * frame.size(); ++bit) {
    Bytes flipped = frame;
    flipped[bit / 8] ^= static_cast<std::byte>(1U << bit % 8);
    Reader reader;
    believed += frames_in(reader, flipped).size();
  }
  return believed;
}

template <class Reader>
std::size_t cuts_believed(const Bytes& frame) {
  std::size_t believed = 0;
  for (std::size_t size = 0; size < frame.size(); ++size) {
    Reader reader;
    believed += frames_in(reader, {frame.begin(), frame.begin() + static_cast<std::ptrdiff_t>(size)}).size();
  }
  return believed;
}

}  // namespace karkara::bms
