// Any answer to any question: what is taken has exactly the size that was asked for, and says where it ends.
// Input: one byte chooses the question, two its count, the rest is the answer.
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <span>

#include "agent/devices/modbus_pdu.h"

namespace {

using namespace karkara;

void require(bool holds, const char* what) {
  if (!holds) {
    std::fprintf(stderr, "broken: %s\n", what);
    std::abort();
  }
}

void check_identification(std::uint8_t from, std::span<const std::byte> answer) {
  const auto identification = modbus_identification({from}, answer);
  if (!identification) {
    return;
  }
  std::size_t size = 7;
  for (const auto& [number, text] : identification->objects) {
    size += 2 + text.size();
  }
  require(size == answer.size(), "all of an identification");
  require(!identification->next || *identification->next > from, "an identification that comes to an end");
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size < 3) {
    return 0;
  }
  const auto answer = std::as_bytes(std::span{data, size}).subspan(3);
  const auto count = static_cast<std::uint16_t>(data[1] << 8U | data[2]);
  const ModbusReadRegisters registers{data[0] % 2 == 0 ? ModbusRegisterTable::Holding : ModbusRegisterTable::Input, 0,
                                      count};
  if (const auto values = modbus_registers(registers, answer)) {
    require(values->size() == count && answer.size() == 2 + 2 * values->size(), "the registers that were asked for");
  }
  const ModbusReadBits bits{data[0] % 2 == 0 ? ModbusBitTable::Coils : ModbusBitTable::DiscreteInputs, 0, count};
  if (const auto values = modbus_bits(bits, answer)) {
    require(values->size() == count, "the bits that were asked for");
  }
  check_identification(data[0], answer);
  for (const ModbusRequest& request : {ModbusRequest{ModbusWriteCoil{count, true}},
                                       {ModbusWriteRegister{0, count}},
                                       {ModbusWriteRegisters{count, {1, 2}}}}) {
    const bool written = modbus_written(request, answer).ok();
    require(!written || answer.size() == 5, "a whole confirmation");
    require(!written || !modbus_exception(answer), "a confirmation that is no refusal");
  }
  return 0;
}
