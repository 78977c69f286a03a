#include "agent/codec/modbus_read_back.h"

#include <algorithm>
#include <array>

namespace karkara {
namespace {

// Modbus application protocol 1.1b3, sections 6.1, 6.3 and 6.5.
constexpr std::byte kReadCoils{0x01};
constexpr std::byte kReadHoldingRegisters{0x03};
constexpr std::byte kWriteCoil{0x05};
constexpr std::byte kCoilOn{0xFF};
constexpr std::byte kFirstBit{0x01};

}  // namespace

std::vector<std::byte> modbus_read_back(std::span<const std::byte> write) {
  return {write[0] == kWriteCoil ? kReadCoils : kReadHoldingRegisters, write[1], write[2], std::byte{0}, std::byte{1}};
}

bool shows_written(std::span<const std::byte> write, std::span<const std::byte> answer) {
  if (write[0] == kWriteCoil) {
    const std::byte wanted = write[3] == kCoilOn ? kFirstBit : std::byte{0};
    return answer.size() == 3 && answer[0] == kReadCoils && (answer[2] & kFirstBit) == wanted;
  }
  const std::array said{kReadHoldingRegisters, std::byte{2}, write[3], write[4]};
  return std::ranges::equal(answer, said);
}

}  // namespace karkara
