// Everything that a decoder gives for some bytes, for tests.
#pragma once

#include <algorithm>
#include <string>
#include <string_view>
#include <vector>

#include "agent/power/vedirect/decoder.h"

namespace karkara::vedirect {

struct Decoded {
  std::vector<TextBlock> blocks;
  std::vector<std::string> frames;  // as text, from ':' to before '\n'
  DecoderCounts counts;
  std::size_t end_of_last_block = 0;  // byte position
};

inline std::string text_of(const HexFrame& frame) {
  const auto bytes = encode_request(static_cast<HexRequest>(frame.command()), frame.payload());
  std::string text;
  for (const std::byte byte : bytes) {
    text.push_back(static_cast<char>(byte));
  }
  text.pop_back();
  return text;
}

// In pieces of at most `piece` bytes, with a decoder that may have heard something before.
inline Decoded decode(std::string_view bytes, std::size_t piece = std::string_view::npos, Decoder decoder = {}) {
  Decoded all;
  std::size_t position = 0;
  while (position < bytes.size()) {
    const std::string_view part = bytes.substr(position, piece);
    position += part.size();
    std::span<const std::byte> rest = std::as_bytes(std::span{part});
    for (auto got = decoder.next(rest); got != Decoder::Got::Nothing; got = decoder.next(rest)) {
      if (got == Decoder::Got::Block) {
        all.blocks.push_back(decoder.block());
        all.end_of_last_block = position - rest.size();
      } else {
        all.frames.push_back(text_of(decoder.hex()));
      }
    }
  }
  all.counts = decoder.counts();
  return all;
}

inline std::string value_of(const TextBlock& block, std::string_view label) {
  return std::string{block.find(label).value_or("(absent)")};
}

}  // namespace karkara::vedirect
