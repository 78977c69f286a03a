#include "agent/power/modbus/sunspec_device.h"

#include <algorithm>

namespace karkara {
namespace {

constexpr std::size_t kMostWanted = 16;
constexpr std::uint16_t kHeader = 2;
constexpr unsigned kSilencesToDoubt = 3;
constexpr Duration kWalkAgain = std::chrono::hours{1};  // a firmware may add models, and not every one has a serial

// Busy, or not ready yet: says nothing of the map.
bool is_passing(const ModbusException& exception) {
  return exception.code != ModbusException::kIllegalFunction &&
         exception.code != ModbusException::kIllegalDataAddress && exception.code != ModbusException::kIllegalDataValue;
}

}  // namespace

ModbusPoller::Next SunSpecDevice::begin_look(Instant now) {
  at_ = 0;
  look_.clear();
  walking_ = walked_ = false;
  return wanted_.empty() || now >= walk_again_at_ ? walk_anew() : next_model();
}

ModbusPoller::Next SunSpecDevice::walk_anew() {
  at_ = 0;
  look_.clear();
  walking_ = walked_ = true;
  chain_ = SunSpecChain{first_place_};
  return chain_.next();
}

ModbusPoller::Next SunSpecDevice::take(const ModbusRequest& /*asked*/, const ModbusReply& reply, Instant now) {
  if (const auto* exception = std::get_if<ModbusException>(&reply); exception != nullptr && is_passing(*exception)) {
    say_trouble(exception->text());
    return {};  // of this look only
  }
  if (walking_) {
    return walk(reply, now);
  }
  if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
    return read(*registers);
  }
  const auto* exception = std::get_if<ModbusException>(&reply);
  return forget(exception != nullptr ? exception->text() : "gives no registers");
}

ModbusPoller::Next SunSpecDevice::take_silence(const ModbusRequest& /*asked*/, Instant now) {
  if (walking_) {
    return walk_silence(now);
  }
  // Off for the night, or another is there that has nothing at this place: to find it again costs a question a look.
  if (++silences_ >= kSilencesToDoubt) {
    wanted_.clear();
    silences_ = 0;
  }
  return {};
}

ModbusPoller::Next SunSpecDevice::walk(const ModbusReply& reply, Instant now) {
  if (const auto* registers = std::get_if<std::vector<std::uint16_t>>(&reply)) {
    chain_.take(*registers);
  } else {
    chain_.refused();
  }
  return walk_on(now);
}

// Some say nothing where others refuse.
ModbusPoller::Next SunSpecDevice::walk_silence(Instant now) {
  if (chain_.is_found()) {
    const std::uint16_t here = chain_.next()->first;
    silences_ = here == silent_at_ ? silences_ + 1 : 1;
    silent_at_ = here;
    if (silences_ < kSilencesToDoubt) {
      return {};
    }
    silences_ = 0;
  } else if (!heard_in_this_look()) {
    first_place_ = chain_.place() + 1;  // in the next look: one that is off must not cost the others on its bus more
    return {};
  }
  chain_.refused();
  return walk_on(now);
}

ModbusPoller::Next SunSpecDevice::walk_on(Instant now) {
  if (Next next = chain_.next()) {
    return next;
  }
  walking_ = false;
  return read_first(now);
}

ModbusPoller::Next SunSpecDevice::read_first(Instant now) {
  std::vector<SunSpecModel> found;
  for (const SunSpecModel& model : chain_.models()) {
    if ((model.id == kSunSpecCommon || is_sunspec_data(model.id)) && found.size() < kMostWanted) {
      found.push_back(model);
    }
  }
  std::stable_partition(found.begin(), found.end(),
                        [](const SunSpecModel& model) { return model.id == kSunSpecCommon; });
  if (std::ranges::none_of(found, [](const SunSpecModel& model) { return is_sunspec_data(model.id); })) {
    return forget(chain_.is_found() ? "has no SunSpec model that is known" : "has no SunSpec models");
  }
  if (found != wanted_) {
    start_anew();
    wanted_ = std::move(found);
  }
  if (wanted_.front().id != kSunSpecCommon) {
    identity_ = {};
  }
  first_place_ = chain_.place();
  walk_again_at_ = now + kWalkAgain;
  return next_model();
}

ModbusPoller::Next SunSpecDevice::next_model() {
  if (at_ == wanted_.size()) {
    silences_ = 0;
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
      if (!walked_) {
        return walk_anew();  // another one may have more models than those that are read
      }
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
