#include "agent/power/modbus/modbus_poller.h"

#include <algorithm>

#include "agent/devices/poll_clock.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

// What others on the bus may take before it is this device's turn; the adapter answers for sure, this is for the worst.
constexpr Duration kPatience = std::chrono::minutes{1};
constexpr Duration kLeastRest = std::chrono::milliseconds{100};
constexpr unsigned kLooksToForget = 3;

Result<ModbusReply> decode(const ModbusRequest& asked, const std::vector<std::byte>& answer) {
  const auto or_exception = [&](auto decoded) -> Result<ModbusReply> {
    if (decoded) {
      return ModbusReply{std::move(decoded).value()};
    }
    const auto exception = modbus_exception(answer);
    if (decoded.error().code != ErrorCode::DataLoss && exception) {
      return ModbusReply{*exception};
    }
    return Error{ErrorCode::DataLoss, decoded.error().text};
  };
  const auto never_written = [](const auto&) -> Result<ModbusReply> {
    return Error{ErrorCode::Internal, "a write was not asked for"};
  };
  return std::visit(
      Overloaded{
          [&](const ModbusReadBits& request) { return or_exception(modbus_bits(request, answer)); },
          [&](const ModbusReadRegisters& request) { return or_exception(modbus_registers(request, answer)); },
          [&](const ModbusReadIdentification& request) { return or_exception(modbus_identification(request, answer)); },
          [&](const ModbusWriteCoil& request) { return never_written(request); },
          [&](const ModbusWriteRegister& request) { return never_written(request); },
          [&](const ModbusWriteRegisters& request) { return never_written(request); },
      },
      asked);
}

}  // namespace

Effects ModbusPoller::start(Instant now) {
  due_ = now;
  request_ = first_request(now);
  return tick(now);
}

Effects ModbusPoller::tick(Instant now) {
  if (asked_) {
    return now < give_up_ ? Effects{} : on_failure({ErrorCode::DeadlineExceeded, "does not answer"}, now);
  }
  if (now < due_) {
    return {};
  }
  look_began_ = now;
  whole_ = false;
  return ask(begin_look(now), now);
}

Effects ModbusPoller::on(const ModbusAnswered& event, Instant now) {
  if (!asked_ || event.request != request_) {
    return {};  // to a question that was given up
  }
  if (!event.answer) {
    return on_failure(event.answer.error(), now);
  }
  const auto reply = decode(*asked_, *event.answer);
  if (!reply) {
    return on_failure(reply.error(), now);
  }
  const auto* exception = std::get_if<ModbusException>(&*reply);
  if (exception != nullptr && exception->is_from_gateway()) {
    return on_failure({ErrorCode::DeadlineExceeded, exception->text()}, now);
  }
  heard_at_ = now;
  second_try_ = false;
  return ask(take(*asked_, *reply, now), now);
}

Effects ModbusPoller::on_failure(const Error& why, Instant now) {
  const bool damaged = why.code == ErrorCode::DataLoss;
  const bool may_be_lost = damaged || why.code == ErrorCode::DeadlineExceeded;
  bad_frames_ += damaged ? 1 : 0;
  // Who has been away for long does not get the time of the others on its bus.
  const bool is_away = failed_looks_ >= kLooksToForget && !heard_in_this_look();
  if (may_be_lost && !second_try_ && !is_away) {
    second_try_ = true;
    return ask(asked_, now);
  }
  second_try_ = false;
  trouble_ = why.text;
  return ask(may_be_lost ? take_silence(*asked_, now) : Next{}, now);
}

Effects ModbusPoller::ask(const Next& next, Instant now) {
  Next request;  // `next` may be asked_ itself
  if (next) {
    request.emplace(*next);
  }
  asked_.reset();
  if (!request) {
    end_look(now);
    return {};
  }
  auto pdu = encode(*request);
  if (!pdu) {
    trouble_ = pdu.error().text;
    end_look(now);
    return {};
  }
  asked_ = request;
  ++request_;
  give_up_ = now + timing().deadline + kPatience;
  return {ModbusAsk{polling_.id, request_, polling_.bus, polling_.unit, std::move(pdu).value(), timing().deadline,
                    timing().gap}};
}

void ModbusPoller::publish(QuantityReadings readings) {
  readings_ = std::move(readings);
  whole_ = true;
  ++looks_;
  trouble_.clear();
}

void ModbusPoller::end_look(Instant now) {
  second_try_ = false;
  due_ = std::max(look_began_ + polling_.pace, now + kLeastRest);
  failed_looks_ = whole_ ? 0 : failed_looks_ + 1;
  if (failed_looks_ >= kLooksToForget) {
    readings_.clear();
  }
}

Effects ModbusPoller::retire() {
  asked_.reset();
  due_ = Instant::max();
  return {ModbusForget{polling_.id}};
}

}  // namespace karkara
