#include "common/crc32c.h"

#include <array>

namespace karkara {
namespace {

constexpr std::uint32_t kReversedPolynomial = 0x82f6'3b78;
using Tables = std::array<std::array<std::uint32_t, 256>, 8>;

// tables[n][b]: what byte b does to the sum when n more bytes follow it ("slicing by 8").
constexpr Tables make_tables() {
  Tables tables{};
  for (std::uint32_t byte = 0; byte < 256; ++byte) {
    std::uint32_t sum = byte;
    for (int bit = 0; bit < 8; ++bit) {
      sum = (sum >> 1U) ^ ((sum & 1U) != 0 ? kReversedPolynomial : 0U);
    }
    tables[0][byte] = sum;
  }
  for (std::size_t byte = 0; byte < 256; ++byte) {
    for (std::size_t n = 1; n < 8; ++n) {
      const std::uint32_t before = tables[n - 1][byte];
      tables[n][byte] = (before >> 8U) ^ tables[0][before & 0xffU];
    }
  }
  return tables;
}

constexpr Tables kTables = make_tables();

std::uint32_t at(std::span<const std::byte> bytes, std::size_t index) {
  return std::to_integer<std::uint32_t>(bytes[index]);
}

}  // namespace

std::uint32_t crc32c(std::span<const std::byte> bytes, std::uint32_t so_far) {
  std::uint32_t sum = ~so_far;
  while (bytes.size() >= 8) {
    sum ^= at(bytes, 0) | at(bytes, 1) << 8U | at(bytes, 2) << 16U | at(bytes, 3) << 24U;
    sum = kTables[7][sum & 0xffU] ^ kTables[6][(sum >> 8U) & 0xffU] ^ kTables[5][(sum >> 16U) & 0xffU] ^
          kTables[4][sum >> 24U] ^ kTables[3][at(bytes, 4)] ^ kTables[2][at(bytes, 5)] ^ kTables[1][at(bytes, 6)] ^
          kTables[0][at(bytes, 7)];
    bytes = bytes.subspan(8);
  }
  for (const std::byte byte : bytes) {
    sum = (sum >> 8U) ^ kTables[0][(sum ^ std::to_integer<std::uint32_t>(byte)) & 0xffU];
  }
  return ~sum;
}

}  // namespace karkara
