#include "agent/power/modbus/sunspec_chain.h"

#include <array>
#include <limits>

namespace karkara {
namespace {

constexpr std::array<std::uint16_t, SunSpecChain::kPlaces> kBases{40'000, 50'000, 0};
constexpr std::uint16_t kMarkHigh = 0x5375;  // "Su"
constexpr std::uint16_t kMarkLow = 0x6e53;   // "nS"
constexpr std::uint16_t kEnd = 0xffff;
constexpr std::uint16_t kHeader = 2;
constexpr std::size_t kMostModels = 48;
constexpr unsigned kLastRegister = std::numeric_limits<std::uint16_t>::max();

}  // namespace

std::optional<ModbusReadRegisters> SunSpecChain::next() const {
  if (done_) {
    return {};
  }
  return ModbusReadRegisters{ModbusRegisterTable::Holding, walking_ ? at_ : kBases[place()], kHeader};
}

void SunSpecChain::take(std::span<const std::uint16_t> registers) {
  if (done_ || registers.size() < kHeader) {
    return;
  }
  if (!walking_) {
    if (registers[0] != kMarkHigh || registers[1] != kMarkLow) {
      refused();
      return;
    }
    walking_ = true;
    at_ = static_cast<std::uint16_t>(kBases[place()] + kHeader);
    return;
  }
  const SunSpecModel model{registers[0], at_, registers[1]};
  const unsigned behind = at_ + unsigned{kHeader} + model.length;
  if (model.id == kEnd || model.id == 0 || behind > kLastRegister + 1) {
    done_ = true;
    return;
  }
  models_.push_back(model);
  done_ = models_.size() >= kMostModels || behind + kHeader > kLastRegister + 1;
  at_ = static_cast<std::uint16_t>(behind);
}

void SunSpecChain::refused() {
  if (walking_ || ++tried_ == kPlaces) {
    done_ = true;  // some devices have no end mark
  }
}

}  // namespace karkara
