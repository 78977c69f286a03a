// Numbers as battery management systems send them: the most significant byte first. Refuses nothing by itself: a
// reader that ran out of bytes gives 0 and has failed. Called by the three protocols' readers of answers.
#pragma once

#include "common/varint.h"

namespace karkara::bms {

inline std::uint32_t big_endian(ByteReader& reader, std::size_t width) {
  std::uint32_t value = 0;
  for (const std::byte byte : reader.take(width)) {
    value = value << 8U | std::to_integer<std::uint32_t>(byte);
  }
  return value;
}

inline std::uint8_t byte_of(ByteReader& reader) {
  return static_cast<std::uint8_t>(big_endian(reader, 1));
}

// Two's complement of 16 bits.
inline std::int16_t signed_of(ByteReader& reader) {
  return static_cast<std::int16_t>(big_endian(reader, 2));
}

}  // namespace karkara::bms
