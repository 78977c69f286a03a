#include "agent/power/modbus/sunspec_device.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::size_t kMostWanted = 16;
constexpr std::uint16_t kHeader = 2;

// Busy, or not ready yet: says nothing of the map.
bool is_passing(const ModbusException& exception) {
  return exception.code != ModbusException::kIllegalFunction &&
         exception.code != ModbusException::kIllegalDataAddress && exception.code != ModbusException::kIllegalDataValue;
}

}  // namespace

ModbusPoller::Next SunSpecDevice::begin_look(Instant /*now*/) {
  at_ = 0;
  look_.clear();
  if (!wanted_.empty()) {
    return next_model();
  }
  chain_ = SunSpecChain{};
  return chain_.next();
}

ModbusPoller::Next SunSpecDevice::take(const ModbusRequest& /*asked*/, const ModbusReply& reply, Instant /*now*/) {
  if (const auto* exception = std::get_if<ModbusException>(&reply); exception != nullptr && is_passing(*exception)) {
    say_trouble(exception->text());
    return {};  // of this look only
  }
  if (wanted_.empty()) {
    return walk(reply);
  }
  if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
    return read(*registers);
  }
  const auto* exception = std::get_if<ModbusException>(&reply);
  return forget(exception != nullptr ? exception->text() : "gives no registers");
}

ModbusPoller::Next SunSpecDevice::walk(const ModbusReply& reply) {
  if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
    chain_.take(*registers);
  } else {
    chain_.refused();
  }
  if (Next next = chain_.next()) {
    return next;
  }
  return read_first();
}

ModbusPoller::Next SunSpecDevice::read_first() {
  for (const SunSpecModel& model : chain_.models()) {
    if ((model.id == kSunSpecCommon || is_sunspec_data(model.id)) && wanted_.size() < kMostWanted) {
      wanted_.push_back(model);
    }
  }
  std::stable_partition(wanted_.begin(), wanted_.end(),
                        [](const SunSpecModel& model) { return model.id == kSunSpecCommon; });
  if (std::ranges::none_of(wanted_, [](const SunSpecModel& model) { return is_sunspec_data(model.id); })) {
    wanted_.clear();
    say_trouble(chain_.is_found() ? "has no SunSpec model that is known" : "has no SunSpec models");
    return {};
  }
  return next_model();
}

ModbusPoller::Next SunSpecDevice::next_model() {
  if (at_ == wanted_.size()) {
    publish(look_);
    return {};
  }
  const SunSpecModel& model = wanted_[at_];
  const unsigned count = std::min(model.length + unsigned{kHeader}, unsigned{kMostRegistersRead});
  return ModbusReadRegisters{ModbusRegisterTable::Holding, model.address, static_cast<std::uint16_t>(count)};
}

ModbusPoller::Next SunSpecDevice::read(std::span<const std::uint16_t> registers) {
  const SunSpecModel& expected = wanted_[at_];
  if (registers.size() < kHeader || registers[0] != expected.id || registers[1] != expected.length) {
    return forget("has other SunSpec models than before");
  }
  if (expected.id == kSunSpecCommon) {
    SunSpecIdentity told = sunspec_identity(registers).value_or(SunSpecIdentity{});
    if (told != identity_) {
      start_anew();
      identity_ = std::move(told);
    }
  } else {
    add_sunspec_readings(registers, look_);
  }
  ++at_;
  return next_model();
}

ModbusPoller::Next SunSpecDevice::forget(std::string why) {
  wanted_.clear();
  start_anew();
  say_trouble(std::move(why));
  return {};
}

ModbusTiming SunSpecDevice::timing() const {
  return {std::chrono::seconds{3}, std::chrono::milliseconds{0}};  // gateways of inverters take their time
}

}  // namespace karkara
