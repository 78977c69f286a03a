#include "agent/devices/modbus_pdu.h"

#include <algorithm>

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr unsigned kAddresses = 65'536;
constexpr std::uint8_t kWriteCoil = 0x05;
constexpr std::uint8_t kWriteRegister = 0x06;
constexpr std::uint8_t kWriteRegisters = 0x10;
constexpr std::uint8_t kEncapsulated = 0x2B;          // an envelope for other protocols
constexpr std::uint8_t kDeviceIdentification = 0x0E;  // the one in it
constexpr std::uint8_t kBasicStream = 0x01;
constexpr std::uint8_t kExceptionBit = 0x80;
constexpr std::uint16_t kCoilOn = 0xFF00;
constexpr std::uint8_t kMoreFollows = 0xFF;

void put(ModbusPdu& pdu, std::uint8_t byte) {
  pdu.push_back(std::byte{byte});
}
void put_word(ModbusPdu& pdu, std::uint16_t word) {
  put(pdu, static_cast<std::uint8_t>(word >> 8U));
  put(pdu, static_cast<std::uint8_t>(word & 0xFFU));
}

std::uint8_t at(std::span<const std::byte> bytes, std::size_t index) {
  return std::to_integer<std::uint8_t>(bytes[index]);
}
std::uint16_t word_at(std::span<const std::byte> bytes, std::size_t index) {
  return static_cast<std::uint16_t>(at(bytes, index) << 8U | at(bytes, index + 1));
}

ModbusPdu five_bytes(std::uint8_t function, std::uint16_t first, std::uint16_t second) {
  ModbusPdu pdu;
  put(pdu, function);
  put_word(pdu, first);
  put_word(pdu, second);
  return pdu;
}

Status check_range(std::uint16_t first, std::size_t count, std::size_t most) {
  if (count == 0 || count > most) {
    return Error{ErrorCode::InvalidArgument,
                 std::to_string(count) + " at once; 1 to " + std::to_string(most) + " is possible"};
  }
  if (first + count > kAddresses) {
    return Error{ErrorCode::InvalidArgument, "past the last address"};
  }
  return {};
}

Result<ModbusPdu> encode_read(std::uint8_t function, std::uint16_t first, std::uint16_t count, std::size_t most) {
  if (const Status range = check_range(first, count, most); !range) {
    return range.error();
  }
  return five_bytes(function, first, count);
}

Result<ModbusPdu> encode_write(const ModbusWriteRegisters& request) {
  const std::size_t count = request.values.size();
  if (const Status range = check_range(request.first, count, kMostRegistersWritten); !range) {
    return range.error();
  }
  ModbusPdu pdu = five_bytes(kWriteRegisters, request.first, static_cast<std::uint16_t>(count));
  put(pdu, static_cast<std::uint8_t>(2 * count));
  for (const std::uint16_t value : request.values) {
    put_word(pdu, value);
  }
  return pdu;
}

Error malformed(const char* what) {
  return {ErrorCode::DataLoss, what};
}

// What every answer has in common; its own part begins at byte 1.
Status check_function(std::uint8_t function, std::span<const std::byte> answer) {
  if (answer.empty()) {
    return malformed("an empty answer");
  }
  if (const auto exception = modbus_exception(answer); exception && exception->function == function) {
    const auto code = exception->is_from_gateway() ? ErrorCode::Unavailable : ErrorCode::FailedPrecondition;
    return Error{code, exception->text()};
  }
  if (at(answer, 0) != function) {
    return malformed("the answer to another function");
  }
  return {};
}

// The payload of an answer that is function, byte count, bytes.
Result<std::span<const std::byte>> counted_bytes(std::uint8_t function, std::size_t size,
                                                 std::span<const std::byte> answer) {
  if (const Status status = check_function(function, answer); !status) {
    return status.error();
  }
  if (answer.size() < 2 || at(answer, 1) != size || answer.size() != 2 + size) {
    return malformed("not as many bytes as were asked for");
  }
  return answer.subspan(2);
}

std::string_view name_of(std::uint8_t exception_code) {
  switch (exception_code) {
    case ModbusException::kIllegalFunction: return "illegal function";
    case ModbusException::kIllegalDataAddress: return "illegal data address";
    case ModbusException::kIllegalDataValue: return "illegal data value";
    case ModbusException::kDeviceFailure: return "device failure";
    case ModbusException::kAcknowledge: return "acknowledged, not done yet";
    case ModbusException::kDeviceBusy: return "device busy";
    case ModbusException::kNegativeAcknowledge: return "negative acknowledgement";
    case ModbusException::kMemoryParityError: return "memory parity error";
    case ModbusException::kGatewayPathUnavailable: return "gateway path unavailable";
    case ModbusException::kGatewayTargetSilent: return "gateway target did not respond";
    default: return "unknown exception";  // foreign: a device may send any number
  }
}

// The objects of an identification: number, length and bytes of each, and nothing behind.
Result<std::map<std::uint8_t, std::string>> objects_in(std::span<const std::byte> bytes, std::size_t count) {
  std::map<std::uint8_t, std::string> objects;
  for (; count > 0; --count) {
    if (bytes.size() < 2 || bytes.size() < std::size_t{2} + at(bytes, 1)) {
      return malformed("an identification that was cut off");
    }
    const auto text = bytes.subspan(2, at(bytes, 1));
    const std::string value{reinterpret_cast<const char*>(text.data()), text.size()};
    if (!objects.emplace(at(bytes, 0), value).second) {
      return malformed("an identification that says one thing twice");
    }
    bytes = bytes.subspan(2 + text.size());
  }
  if (!bytes.empty()) {
    return malformed("an identification with something behind it");
  }
  return objects;
}

}  // namespace

Result<ModbusPdu> encode(const ModbusRequest& request) {
  return std::visit(Overloaded{
                        [](const ModbusReadBits& r) {
                          return encode_read(static_cast<std::uint8_t>(r.table), r.first, r.count, kMostBitsRead);
                        },
                        [](const ModbusReadRegisters& r) {
                          return encode_read(static_cast<std::uint8_t>(r.table), r.first, r.count, kMostRegistersRead);
                        },
                        [](const ModbusWriteCoil& r) -> Result<ModbusPdu> {
                          return five_bytes(kWriteCoil, r.address, r.on ? kCoilOn : std::uint16_t{0});
                        },
                        [](const ModbusWriteRegister& r) -> Result<ModbusPdu> {
                          return five_bytes(kWriteRegister, r.address, r.value);
                        },
                        [](const ModbusWriteRegisters& r) { return encode_write(r); },
                        [](const ModbusReadIdentification& r) -> Result<ModbusPdu> {
                          ModbusPdu pdu;
                          for (const std::uint8_t byte : {kEncapsulated, kDeviceIdentification, kBasicStream, r.from}) {
                            put(pdu, byte);
                          }
                          return pdu;
                        },
                    },
                    request);
}

std::string ModbusException::text() const {
  return std::string{name_of(code)} + " (exception " + std::to_string(code) + ")";
}

bool ModbusException::is_from_gateway() const {
  return code == kGatewayPathUnavailable || code == kGatewayTargetSilent;
}

std::optional<ModbusException> modbus_exception(std::span<const std::byte> answer) {
  if (answer.size() != 2 || (at(answer, 0) & kExceptionBit) == 0) {
    return std::nullopt;
  }
  return ModbusException{static_cast<std::uint8_t>(at(answer, 0) & ~kExceptionBit), at(answer, 1)};
}

Result<std::vector<std::uint16_t>> modbus_registers(const ModbusReadRegisters& request,
                                                    std::span<const std::byte> answer) {
  const auto bytes = counted_bytes(static_cast<std::uint8_t>(request.table), std::size_t{2} * request.count, answer);
  if (!bytes) {
    return bytes.error();
  }
  std::vector<std::uint16_t> registers(request.count);
  for (std::size_t i = 0; i < registers.size(); ++i) {
    registers[i] = word_at(*bytes, 2 * i);
  }
  return registers;
}

Result<std::vector<bool>> modbus_bits(const ModbusReadBits& request, std::span<const std::byte> answer) {
  const std::size_t size = (std::size_t{request.count} + 7) / 8;
  const auto bytes = counted_bytes(static_cast<std::uint8_t>(request.table), size, answer);
  if (!bytes) {
    return bytes.error();
  }
  std::vector<bool> bits(request.count);
  for (std::size_t i = 0; i < bits.size(); ++i) {
    bits[i] = (at(*bytes, i / 8) >> (i % 8) & 1U) != 0;
  }
  return bits;
}

// A confirmation is the first five bytes of the question: function, address, and the value or the count.
Status modbus_written(const ModbusRequest& request, std::span<const std::byte> answer) {
  constexpr std::size_t kConfirmation = 5;
  const Result<ModbusPdu> asked = encode(request);
  if (!asked) {
    return asked.error();
  }
  const std::uint8_t function = at(*asked, 0);
  if (function != kWriteCoil && function != kWriteRegister && function != kWriteRegisters) {
    return Error{ErrorCode::InvalidArgument, "not a write"};
  }
  if (const Status status = check_function(function, answer); !status) {
    return status.error();
  }
  if (!std::ranges::equal(answer, std::span{*asked}.first(kConfirmation))) {
    return malformed("something else was confirmed than what was written");
  }
  return {};
}

Result<ModbusIdentification> modbus_identification(const ModbusReadIdentification& request,
                                                   std::span<const std::byte> answer) {
  constexpr std::size_t kHead = 7;  // function, kind, stream, conformity, more, next, number of objects
  if (const Status status = check_function(kEncapsulated, answer); !status) {
    return status.error();
  }
  if (answer.size() < kHead || at(answer, 1) != kDeviceIdentification || at(answer, 2) != kBasicStream) {
    return malformed("not a basic identification");
  }
  auto objects = objects_in(answer.subspan(kHead), at(answer, 6));
  if (!objects) {
    return objects.error();
  }
  ModbusIdentification identification{std::move(*objects), std::nullopt};
  const std::uint8_t more = at(answer, 4);
  if (more != 0 && more != kMoreFollows) {
    return malformed("neither the end of an identification nor more to follow");
  }
  if (more == kMoreFollows) {
    identification.next = at(answer, 5);
    if (*identification.next <= request.from) {
      return malformed("an identification that goes round in a circle");
    }
  }
  return identification;
}

}  // namespace karkara
