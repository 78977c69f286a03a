#include "agent/power/modbus/register_plan.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr Duration kAskMissingAgain = std::chrono::hours{24};
// Some devices say nothing where others say "illegal data address"; so many looks, so that it is not the line's fault.
constexpr unsigned kSilencesToRefuse = 3;

ModbusRequest request_for(const RegisterBlock& block) {
  switch (block.space) {
    case RegisterSpace::Holding: return ModbusReadRegisters{ModbusRegisterTable::Holding, block.first, block.count};
    case RegisterSpace::Input: return ModbusReadRegisters{ModbusRegisterTable::Input, block.first, block.count};
    case RegisterSpace::Coil: return ModbusReadBits{ModbusBitTable::Coils, block.first, block.count};
    case RegisterSpace::Discrete: return ModbusReadBits{ModbusBitTable::DiscreteInputs, block.first, block.count};
  }
  return ModbusReadRegisters{};
}

}  // namespace

void RegisterPlan::start_anew(const ModbusTable& table, std::optional<FirmwareVersion> firmware) {
  table_ = &table;
  firmware_ = std::move(firmware);
  requests_ = requests_for(table, firmware_);
  missing_.clear();
  forget_missing_at_ = Instant::max();
  silences_.clear();
}

void RegisterPlan::begin_look(Instant now) {
  if (now >= forget_missing_at_ && table_ != nullptr) {
    start_anew(*table_, firmware_);
  }
  at_ = 0;
  answer_.clear();
}

std::optional<ModbusRequest> RegisterPlan::next() const {
  return at_ < requests_.size() ? std::optional{request_for(requests_[at_].block)} : std::nullopt;
}

void RegisterPlan::take(const ModbusReply& reply, Instant now) {
  if (at_ >= requests_.size()) {
    return;
  }
  silences_.erase(requests_[at_].block);
  if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
    answered(*registers);
  } else if (const auto* bits = std::get_if<std::vector<bool>>(&reply)) {
    answered(std::vector<std::uint16_t>(bits->begin(), bits->end()));
  } else if (const auto* exception = std::get_if<ModbusException>(&reply)) {
    take_exception(*exception, now);
  }
}

void RegisterPlan::take_exception(const ModbusException& exception, Instant now) {
  const bool divisible = requests_[at_].parts.size() > 1;
  switch (exception.code) {
    case ModbusException::kIllegalFunction:
      for (const RegisterBlock& part : requests_[at_].parts) {
        note_missing(part, now);
      }
      requests_.erase(requests_.begin() + static_cast<std::ptrdiff_t>(at_));
      return;
    case ModbusException::kIllegalDataAddress:
    case ModbusException::kIllegalDataValue: refused(now); return;
    case ModbusException::kDeviceFailure:
      if (divisible) {
        refused(now);
        return;
      }
      break;
    default: break;  // foreign: codes of the wire
  }
  answered(Absent::NotAvailable);
}

void RegisterPlan::refused(Instant now) {
  const auto here = requests_.begin() + static_cast<std::ptrdiff_t>(at_);
  if (here->parts.size() > 1) {
    auto [first, second] = halves(*here);
    *here = std::move(first);
    requests_.insert(here + 1, std::move(second));
    return;
  }
  note_missing(here->block, now);
  requests_.erase(here);
}

void RegisterPlan::note_missing(const RegisterBlock& part, Instant now) {
  missing_.push_back(part);
  forget_missing_at_ = std::min(forget_missing_at_, now + kAskMissingAgain);
}

void RegisterPlan::answered(std::variant<std::vector<std::uint16_t>, Absent> values) {
  answer_.push_back({requests_[at_].block, std::move(values)});
  ++at_;
}

bool RegisterPlan::take_silence(bool others_answered, Instant now) {
  if (at_ >= requests_.size()) {
    return false;
  }
  const RegisterBlock block = requests_[at_].block;
  if (others_answered) {
    if (++silences_[block] >= kSilencesToRefuse) {
      silences_.erase(block);
      refused(now);
      return true;
    }
  }
  // Last in the next look, so that the others show whether the device is there.
  std::rotate(requests_.begin() + static_cast<std::ptrdiff_t>(at_),
              requests_.begin() + static_cast<std::ptrdiff_t>(at_) + 1, requests_.end());
  return false;
}

}  // namespace karkara
