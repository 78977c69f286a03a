#include "agent/codec/modbus_answer_size.h"

#include <algorithm>
#include <cstdint>

namespace karkara {
namespace {

using Bytes = std::span<const std::byte>;
using Size = std::optional<ModbusAnswerSize>;

// Modbus application protocol 1.1b3, section 6.
constexpr std::uint8_t kReadCoils = 0x01;
constexpr std::uint8_t kReadDiscreteInputs = 0x02;
constexpr std::uint8_t kReadHoldingRegisters = 0x03;
constexpr std::uint8_t kReadInputRegisters = 0x04;
constexpr std::uint8_t kWriteCoil = 0x05;
constexpr std::uint8_t kWriteRegister = 0x06;
constexpr std::uint8_t kWriteRegisters = 0x10;
constexpr std::uint8_t kEncapsulated = 0x2B;
constexpr std::uint8_t kDeviceIdentification = 0x0E;
constexpr std::uint8_t kExceptionBit = 0x80;
constexpr std::size_t kException = 2;
constexpr std::size_t kAddressed = 5;  // function, address, and a count or value
constexpr std::size_t kIdentificationQuestion = 4;
constexpr std::size_t kMostCounted = 250;  // bytes of 2000 bits, or of 125 registers

std::uint8_t at(Bytes bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}

std::size_t count_in(Bytes asked) {
  return static_cast<std::size_t>(at(asked, 3) << 8U | at(asked, 4));
}

Size counted(std::size_t bytes, Bytes begun) {
  if (begun.size() > 1 && at(begun, 1) != bytes) {
    return std::nullopt;
  }
  return ModbusAnswerSize{2 + bytes, begun.size() > 1};
}

// Its first `same` bytes are the question's.
Size confirmation(Bytes asked, Bytes begun, std::size_t same) {
  const auto told = begun.first(std::min(begun.size(), same));
  if (!std::ranges::equal(told, asked.first(told.size()))) {
    return std::nullopt;
  }
  return ModbusAnswerSize{kAddressed, true};
}

bool is_conformity(std::uint8_t level) {
  const unsigned streams = level & 0x7FU;  // the top bit: single objects can be asked for too
  return streams >= 1 && streams <= 3;
}

Size identification(Bytes asked, Bytes begun) {
  constexpr std::size_t kHead = 7;  // function, kind, stream, conformity, more, next, number of objects
  const bool fits = (begun.size() < 2 || at(begun, 1) == kDeviceIdentification) &&
                    (begun.size() < 3 || begun[2] == asked[2]) && (begun.size() < 4 || is_conformity(at(begun, 3))) &&
                    (begun.size() < 5 || at(begun, 4) == 0x00 || at(begun, 4) == 0xFF);
  if (!fits) {
    return std::nullopt;
  }
  if (begun.size() < kHead) {
    return ModbusAnswerSize{kHead, false};
  }
  std::size_t size = kHead;
  for (unsigned objects = at(begun, 6); objects > 0; --objects) {
    if (begun.size() < size + 2) {
      return size + 2 > kMostModbusPdu ? Size{} : ModbusAnswerSize{size + 2, false};
    }
    size += std::size_t{2} + at(begun, size + 1);
  }
  return size > kMostModbusPdu ? Size{} : ModbusAnswerSize{size, true};
}

}  // namespace

bool answer_repeats_question(Bytes asked) {
  return !asked.empty() && (at(asked, 0) == kWriteCoil || at(asked, 0) == kWriteRegister);
}

bool is_modbus_question(Bytes asked) {
  if (asked.empty() || asked.size() > kMostModbusPdu) {
    return false;
  }
  const bool addressed = asked.size() == kAddressed;
  switch (at(asked, 0)) {
    case kReadCoils:
    case kReadDiscreteInputs: return addressed && count_in(asked) >= 1 && count_in(asked) <= 8 * kMostCounted;
    case kReadHoldingRegisters:
    case kReadInputRegisters: return addressed && count_in(asked) >= 1 && 2 * count_in(asked) <= kMostCounted;
    case kWriteCoil:
    case kWriteRegister: return addressed;
    case kWriteRegisters:
      return asked.size() > kAddressed && count_in(asked) >= 1 && asked.size() == kAddressed + 1 + 2 * count_in(asked);
    case kEncapsulated: return asked.size() == kIdentificationQuestion && at(asked, 1) == kDeviceIdentification;
    default: return false;  // foreign: any number may stand there
  }
}

Size modbus_answer_size(Bytes asked, Bytes begun) {
  if (!is_modbus_question(asked)) {
    return std::nullopt;
  }
  const std::uint8_t function = at(asked, 0);
  if (begun.empty()) {
    return ModbusAnswerSize{kException, false};
  }
  if (at(begun, 0) == (function | kExceptionBit)) {
    return ModbusAnswerSize{kException, true};
  }
  if (at(begun, 0) != function) {
    return std::nullopt;
  }
  switch (function) {
    case kReadCoils:
    case kReadDiscreteInputs: return counted((count_in(asked) + 7) / 8, begun);
    case kReadHoldingRegisters:
    case kReadInputRegisters: return counted(2 * count_in(asked), begun);
    case kWriteCoil:
    case kWriteRegister: return confirmation(asked, begun, 3);
    case kWriteRegisters: return confirmation(asked, begun, kAddressed);
    default: return identification(asked, begun);  // foreign: the last that is_modbus_question() lets pass
  }
}

}  // namespace karkara
