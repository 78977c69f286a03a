#include "agent/config_bind/register_table.h"

#include <charconv>

#include "agent/devices/register_blocks.h"

namespace karkara {
namespace {

constexpr unsigned kAddresses = 65'536;

RegisterSpace bind_space(v1::DeviceRegisterSpace space) {
  switch (space) {
    case v1::DEVICE_REGISTER_SPACE_INPUT: return RegisterSpace::Input;
    case v1::DEVICE_REGISTER_SPACE_COIL: return RegisterSpace::Coil;
    case v1::DEVICE_REGISTER_SPACE_DISCRETE: return RegisterSpace::Discrete;
    default: return RegisterSpace::Holding;  // foreign: an enum of protobuf, open on the wire
  }
}

RegisterType bind_type(v1::DeviceRegisterType type) {
  switch (type) {
    case v1::DEVICE_REGISTER_TYPE_S16: return RegisterType::S16;
    case v1::DEVICE_REGISTER_TYPE_U32: return RegisterType::U32;
    case v1::DEVICE_REGISTER_TYPE_S32: return RegisterType::S32;
    case v1::DEVICE_REGISTER_TYPE_U32_LOW_FIRST: return RegisterType::U32LowFirst;
    case v1::DEVICE_REGISTER_TYPE_S32_LOW_FIRST: return RegisterType::S32LowFirst;
    case v1::DEVICE_REGISTER_TYPE_HALF: return RegisterType::Half;
    case v1::DEVICE_REGISTER_TYPE_FLOAT: return RegisterType::Float;
    case v1::DEVICE_REGISTER_TYPE_FLOAT_LOW_FIRST: return RegisterType::FloatLowFirst;
    case v1::DEVICE_REGISTER_TYPE_HIGH_BYTE: return RegisterType::HighByte;
    case v1::DEVICE_REGISTER_TYPE_LOW_BYTE: return RegisterType::LowByte;
    case v1::DEVICE_REGISTER_TYPE_HIGH_BYTE_SIGN: return RegisterType::HighByteSign;
    case v1::DEVICE_REGISTER_TYPE_LOW_BYTE_SIGN: return RegisterType::LowByteSign;
    case v1::DEVICE_REGISTER_TYPE_BITS: return RegisterType::Bits;
    case v1::DEVICE_REGISTER_TYPE_TEXT: return RegisterType::Text;
    default: return RegisterType::U16;  // foreign: an enum of protobuf, open on the wire
  }
}

SerialParity bind_parity(v1::DeviceParity parity) {
  switch (parity) {
    case v1::DEVICE_PARITY_EVEN: return SerialParity::Even;
    case v1::DEVICE_PARITY_ODD: return SerialParity::Odd;
    default: return SerialParity::None;  // foreign: an enum of protobuf, open on the wire
  }
}

ModbusLine bind_line(const v1::DeviceModbus& config) {
  ModbusLine line;
  line.baud = config.baud();
  line.parity = bind_parity(config.parity());
  line.stop_bits = config.stop_bits();
  line.deadline = std::chrono::milliseconds{config.deadline()};
  line.gap = std::chrono::milliseconds{config.gap()};
  line.most_registers = static_cast<std::uint16_t>(config.most_registers());
  line.refuses_holes = config.refuses_holes();
  return line;
}

std::uint16_t bind_address(std::string_view text, const std::string& path, TableBinding& binding) {
  const bool hexadecimal = text.starts_with("0x");
  const std::string_view digits = hexadecimal ? text.substr(2) : text;
  std::uint16_t address = 0;
  const char* const end = digits.data() + digits.size();
  const auto [behind, error] = std::from_chars(digits.data(), end, address, hexadecimal ? 16 : 10);
  if (digits.empty() || error != std::errc{} || behind != end) {
    binding.refuse(path, "'" + std::string{text} + "' is no register: must be 0 to 65535, or 0x0000 to 0xFFFF");
  }
  return address;
}

RegisterBlock bind_text(const std::string& address, v1::DeviceRegisterSpace space, unsigned length,
                        const std::string& path, TableBinding& binding) {
  const RegisterBlock block{bind_space(space), bind_address(address, path, binding),
                            static_cast<std::uint16_t>(length)};
  if (has_bits(block.space) || block.end() > kAddresses) {
    binding.refuse(path, "has no room for a text: coils have none, and 0xFFFF is the last register");
  }
  return block;
}

std::vector<ModbusMatch> bind_matches(const v1::DeviceTable& config, TableBinding& binding) {
  std::vector<ModbusMatch> matches;
  for (int i = 0; i < config.matches_size(); ++i) {
    const v1::DeviceMatch& match = config.matches(i);
    const std::string path = element_path("matches", "#" + std::to_string(i + 1));
    ModbusMatch bound{match.vendor(), match.product(), match.product_without(), {}, match.text()};
    const bool by_identification = match.has_vendor() || match.has_product();
    const bool by_text = match.has_text_register() && !match.text().empty();
    if (match.has_sys_object_id() || match.has_description()) {
      binding.refuse(path, "is for SNMP: a table with registers is for Modbus");
    } else if (by_identification == by_text || (match.vendor().empty() && match.product().empty() && !by_text)) {
      binding.refuse(path, "must say either vendor or product, or text and text_register");
    }
    if (by_text) {
      bound.text_at =
          bind_text(match.text_register(), match.text_space(), match.text_length(), path + ".text_register", binding);
    }
    matches.push_back(std::move(bound));
  }
  return matches;
}

void check_row(const RegisterRow& row, const v1::DeviceRegister& config, const ModbusLine& line,
               const std::string& path, TableBinding& binding) {
  const bool is_text = row.type == RegisterType::Text;
  const bool is_bits = row.type == RegisterType::Bits;
  if (has_bits(row.space) && (row.type != RegisterType::U16 || !row.per_unit.empty())) {
    binding.refuse(path + ".space", "has bits only: leave type and per_unit out");
  }
  if (config.has_length() != is_text) {
    binding.refuse(path + (is_text ? ".type" : ".length"), "type text and length belong together");
  }
  if (config.has_bit_from() != is_bits || config.has_bit_to() != is_bits || row.bit_from > row.bit_to) {
    binding.refuse(path + (is_bits ? ".type" : ".bit_from"),
                   "type bits, bit_from and bit_to belong together, the lower bit first");
  }
  const RegisterBlock block = block_of(row);
  if (block.end() > kAddresses) {
    binding.refuse(path + ".register", "goes past the last register, 0xFFFF");
  } else if (block.count > line.most_registers) {
    binding.refuse(path + ".register", "needs " + std::to_string(block.count) + " registers in one request, and " +
                                           std::to_string(line.most_registers) + " are the most (most_registers)");
  }
  if (!row.plausible && !row.true_when && row.words.empty() && !has_bits(row.space)) {
    binding.refuse(path, "says nothing of what is plausible: give min and max, true_from and true_to, or words");
  }
}

RegisterRow bind_register(const v1::DeviceRegister& config, const ModbusLine& line, const std::string& path,
                          TableBinding& binding) {
  RegisterRow row;
  binding.bind_row(config, path, row);
  row.only_words = !row.plausible && !row.true_when && !row.words.empty();
  row.space = bind_space(config.space());
  row.address = bind_address(config.register_(), path + ".register", binding);
  row.type = bind_type(config.type());
  row.bit_from = static_cast<std::uint8_t>(config.bit_from());
  row.bit_to = static_cast<std::uint8_t>(config.has_bit_to() ? config.bit_to() : row.bit_to);
  row.length = static_cast<std::uint16_t>(config.has_length() ? config.length() : 1);
  for (int i = 0; i < config.per_unit_size(); ++i) {
    const std::string place = element_path(path + ".per_unit", "#" + std::to_string(i + 1));
    row.per_unit.push_back(bind_address(config.per_unit(i), place, binding));
  }
  check_row(row, config, line, path, binding);
  return row;
}

}  // namespace

ModbusTable bind_modbus(const v1::DeviceTable& config, TableBinding& binding) {
  ModbusTable table;
  table.line = bind_line(config.modbus());
  table.matches = bind_matches(config, binding);
  if (config.firmware().has_oid()) {
    binding.refuse("firmware.oid", "is for SNMP: a table with registers is for Modbus");
  }
  if (config.firmware().has_register_()) {
    table.firmware_at = bind_text(config.firmware().register_(), config.firmware().space(), config.firmware().length(),
                                  "firmware.register", binding);
  }
  for (const v1::DeviceRegister& config_row : config.registers()) {
    table.rows.push_back(bind_register(config_row, table.line, element_path("registers", config_row.id()), binding));
  }
  return table;
}

}  // namespace karkara
