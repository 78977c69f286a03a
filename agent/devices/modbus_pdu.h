// What is asked of a Modbus device and what it answers, without the frame around it (Modbus application
// protocol 1.1b3). Refuses to send what the standard forbids, and to take an answer that is not whole or not the
// request's own. Called by agent/power/modbus; the frames around it are agent/codec/modbus_frame's.
#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "common/result.h"

namespace karkara {

using ModbusPdu = std::vector<std::byte>;  // the function code and what follows

inline constexpr std::size_t kMostPdu = 253;  // an RTU frame has 256 bytes, with unit and check
inline constexpr std::uint16_t kMostRegistersRead = 125;
inline constexpr std::uint16_t kMostBitsRead = 2'000;
inline constexpr std::size_t kMostRegistersWritten = 123;

// The numbers are the function codes.
enum class ModbusBitTable : std::uint8_t { Coils = 1, DiscreteInputs = 2 };
enum class ModbusRegisterTable : std::uint8_t { Holding = 3, Input = 4 };

// Addresses are as on the wire: register 40001 of a paper is Holding, address 0.
struct ModbusReadBits {
  ModbusBitTable table = ModbusBitTable::Coils;
  std::uint16_t first = 0;
  std::uint16_t count = 1;
};
struct ModbusReadRegisters {
  ModbusRegisterTable table = ModbusRegisterTable::Holding;
  std::uint16_t first = 0;
  std::uint16_t count = 1;
};
struct ModbusWriteCoil {
  std::uint16_t address = 0;
  bool on = false;
};
struct ModbusWriteRegister {
  std::uint16_t address = 0;
  std::uint16_t value = 0;
};
struct ModbusWriteRegisters {
  std::uint16_t first = 0;
  std::vector<std::uint16_t> values{};
};
// The basic objects as a stream, from one on: after an answer with more to follow, from its `next`.
struct ModbusReadIdentification {
  std::uint8_t from = 0;
};

using ModbusRequest = std::variant<ModbusReadBits, ModbusReadRegisters, ModbusWriteCoil, ModbusWriteRegister,
                                   ModbusWriteRegisters, ModbusReadIdentification>;

// InvalidArgument: nothing or too much asked for, or past address 65535.
[[nodiscard]] Result<ModbusPdu> encode(const ModbusRequest& request);

// --- answers ----------------------------------------------------------------------------------------------------
// The device, or the gateway before it, answered that it will not or cannot.
struct ModbusException {
  static constexpr std::uint8_t kIllegalFunction = 0x01;
  static constexpr std::uint8_t kIllegalDataAddress = 0x02;  // a hole in its map
  static constexpr std::uint8_t kIllegalDataValue = 0x03;
  static constexpr std::uint8_t kDeviceFailure = 0x04;
  static constexpr std::uint8_t kAcknowledge = 0x05;
  static constexpr std::uint8_t kDeviceBusy = 0x06;
  static constexpr std::uint8_t kNegativeAcknowledge = 0x07;
  static constexpr std::uint8_t kMemoryParityError = 0x08;
  static constexpr std::uint8_t kGatewayPathUnavailable = 0x0A;
  static constexpr std::uint8_t kGatewayTargetSilent = 0x0B;

  std::uint8_t function = 0;  // that was asked for
  std::uint8_t code = 0;

  [[nodiscard]] std::string text() const;      // "illegal data address (exception 2)"
  [[nodiscard]] bool is_from_gateway() const;  // the device itself did not answer
  friend bool operator==(const ModbusException&, const ModbusException&) = default;
};

// None when the answer is no exception, or no whole one.
[[nodiscard]] std::optional<ModbusException> modbus_exception(std::span<const std::byte> answer);

// Of all four. DataLoss: not whole, or not an answer to this request. For an exception, its text with Unavailable when
// a gateway sent it, else FailedPrecondition; modbus_exception() says which.
[[nodiscard]] Result<std::vector<std::uint16_t>> modbus_registers(const ModbusReadRegisters& request,
                                                                  std::span<const std::byte> answer);
[[nodiscard]] Result<std::vector<bool>> modbus_bits(const ModbusReadBits& request, std::span<const std::byte> answer);
// Ok only for one of the three writes, confirmed as asked.
[[nodiscard]] Status modbus_written(const ModbusRequest& request, std::span<const std::byte> answer);

struct ModbusIdentification {
  static constexpr std::uint8_t kVendor = 0;
  static constexpr std::uint8_t kProduct = 1;
  static constexpr std::uint8_t kRevision = 2;

  std::map<std::uint8_t, std::string> objects{};  // bytes of the device's own: not checked to be text
  std::optional<std::uint8_t> next{};             // more follows: ask from this one
};
[[nodiscard]] Result<ModbusIdentification> modbus_identification(const ModbusReadIdentification& request,
                                                                 std::span<const std::byte> answer);

}  // namespace karkara
