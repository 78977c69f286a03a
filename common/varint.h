// Integers as bytes: unsigned LEB128, zigzag for signed ones, little-endian fixed ones; and a reader over bytes that
// may be anything. The reader refuses to run past its end and to throw: it fails for good and then gives zeros. Called
// by the telemetry block and the record log.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <vector>

namespace karkara {

[[nodiscard]] constexpr std::uint64_t zigzag(std::int64_t value) {
  return (static_cast<std::uint64_t>(value) << 1U) ^ (value < 0 ? ~std::uint64_t{0} : 0);
}
[[nodiscard]] constexpr std::int64_t unzigzag(std::uint64_t value) {
  return static_cast<std::int64_t>((value >> 1U) ^ ((value & 1U) != 0 ? ~std::uint64_t{0} : 0));
}

[[nodiscard]] constexpr std::size_t varint_size(std::uint64_t value) {
  std::size_t size = 1;
  for (; value >= 0x80; value >>= 7U) {
    ++size;
  }
  return size;
}

inline void append_varint(std::vector<std::byte>& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) {
    out.push_back(static_cast<std::byte>(value | 0x80U));
  }
  out.push_back(static_cast<std::byte>(value));
}

// The lowest `width` bytes of value, least significant first.
inline void append_fixed(std::vector<std::byte>& out, std::uint64_t value, std::size_t width) {
  for (std::size_t i = 0; i < width; ++i) {
    out.push_back(static_cast<std::byte>(value >> (8 * i)));
  }
}

class ByteReader {
 public:
  explicit ByteReader(std::span<const std::byte> bytes) : rest_{bytes} {}

  [[nodiscard]] bool failed() const { return failed_; }
  [[nodiscard]] std::size_t remaining() const { return rest_.size(); }

  // Fails on more than 64 bits and on a last byte of zero: one number has one spelling.
  std::uint64_t varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = std::to_integer<std::uint64_t>(rest_.front());
      rest_ = rest_.subspan(1);
      if (shift == 63 && byte > 1) {
        break;
      }
      value |= (byte & 0x7fU) << shift;
      if (byte < 0x80) {
        return byte == 0 && shift > 0 ? fail() : value;
      }
    }
    return fail();
  }

  std::uint64_t fixed(std::size_t width) {
    std::uint64_t value = 0;
    const auto bytes = take(width);
    for (std::size_t i = 0; i < bytes.size(); ++i) {
      value |= std::to_integer<std::uint64_t>(bytes[i]) << (8 * i);
    }
    return value;
  }

  // Empty, and failed, when there are fewer.
  std::span<const std::byte> take(std::size_t count) {
    if (failed_ || count > rest_.size()) {
      fail();
      return {};
    }
    const auto taken = rest_.first(count);
    rest_ = rest_.subspan(count);
    return taken;
  }

 private:
  std::uint64_t fail() {
    failed_ = true;
    rest_ = {};
    return 0;
  }

  std::span<const std::byte> rest_;
  bool failed_ = false;
};

}  // namespace karkara
