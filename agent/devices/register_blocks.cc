#include "agent/devices/register_blocks.h"

#include <algorithm>

namespace karkara {
namespace {

// Registers that nobody wants and that are asked for all the same: they cost less than a question of their own, which
// is some 20 bytes of frames and the device's own time.
constexpr unsigned kWidestGap = 16;
constexpr std::uint16_t kPerUnitRegisters = 2;

std::uint16_t registers_of(const RegisterRow& row) {
  switch (row.type) {
    case RegisterType::U32:
    case RegisterType::S32:
    case RegisterType::U32LowFirst:
    case RegisterType::S32LowFirst:
    case RegisterType::Float:
    case RegisterType::FloatLowFirst: return 2;
    case RegisterType::Text: return row.length;
    case RegisterType::U16:
    case RegisterType::S16:
    case RegisterType::Half:
    case RegisterType::HighByte:
    case RegisterType::LowByte:
    case RegisterType::HighByteSign:
    case RegisterType::LowByteSign:
    case RegisterType::Bits: return 1;
  }
  return 1;
}

RegisterBlock spanning(const RegisterBlock& a, const RegisterBlock& b) {
  const unsigned first = std::min(a.first, b.first);
  const unsigned count = std::max(a.end(), b.end()) - first;
  return {a.space, static_cast<std::uint16_t>(first), static_cast<std::uint16_t>(std::min(count, 0xffffU))};
}

bool can_join(const RegisterBlock& before, const RegisterBlock& next, const ModbusLine& line) {
  const unsigned gap = line.refuses_holes ? 0 : kWidestGap;
  return before.space == next.space && next.first <= before.end() + gap &&
         spanning(before, next).count <= line.most_registers;
}

RegisterRequest request_of(std::span<const RegisterBlock> parts) {
  RegisterRequest made{parts.front(), {parts.begin(), parts.end()}};
  for (const RegisterBlock& part : parts) {
    made.block = spanning(made.block, part);
  }
  return made;
}

}  // namespace

RegisterBlock block_of(const RegisterRow& row) {
  RegisterBlock block{row.space, row.address, registers_of(row)};
  for (const std::uint16_t scale : row.per_unit) {
    block = spanning(block, {row.space, scale, kPerUnitRegisters});
  }
  return block;
}

std::vector<RegisterRequest> requests_for(const ModbusTable& table, const std::optional<FirmwareVersion>& firmware,
                                          std::span<const RegisterBlock> without) {
  std::vector<RegisterBlock> parts;
  for (const RegisterRow& row : table.rows) {
    const RegisterBlock part = block_of(row);
    if (row.firmware.holds(firmware) && std::ranges::find(without, part) == without.end()) {
      parts.push_back(part);
    }
  }
  std::ranges::sort(parts);
  parts.erase(std::unique(parts.begin(), parts.end()), parts.end());
  std::vector<RegisterRequest> requests;
  for (const RegisterBlock& part : parts) {
    if (!requests.empty() && can_join(requests.back().block, part, table.line)) {
      requests.back().block = spanning(requests.back().block, part);
      requests.back().parts.push_back(part);
    } else {
      requests.push_back({part, {part}});
    }
  }
  return requests;
}

std::pair<RegisterRequest, RegisterRequest> halves(const RegisterRequest& request) {
  const std::span<const RegisterBlock> parts{request.parts};
  const std::size_t middle = parts.size() / 2;
  return {request_of(parts.first(middle)), request_of(parts.subspan(middle))};
}

}  // namespace karkara
