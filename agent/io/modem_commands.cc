// The part of ModemManagerAdapter that carries commands out.
#include <boost/asio/post.hpp>
#include <utility>
#include <vector>

#include "agent/codec/modem_properties.h"
#include "agent/io/bus_message.h"
#include "agent/io/modem_manager.h"

namespace karkara {
namespace {

constexpr std::size_t kMostAnswer = 1'000;  // of a USSD text

bool is_ussd(const ModemDeed& deed) {
  return std::holds_alternative<ModemUssdInitiate>(deed) || std::holds_alternative<ModemUssdRespond>(deed);
}

}  // namespace

void ModemManagerAdapter::run(const ModemCommand& command) {
  const std::string path = objects_.path_of(command.device);
  Status possible;
  if (!bus_ || !available_.value_or(false)) {
    possible = Error{ErrorCode::Unavailable, "ModemManager does not run"};
  } else if (path.empty()) {
    possible = Error{ErrorCode::NotFound, "no such modem"};
  } else if (commands_.contains(command.id)) {
    possible = Error{ErrorCode::AlreadyExists, "this command is under way"};
  }
  if (possible) {
    auto call = make_modem_call(*bus_, objects_.all(), path, command.deed, options_.limits);
    if (call) {
      commands_[command.id] = {command.device, is_ussd(command.deed), Clock::now() + call->timeout, life_};
      bus_->call(std::move(call->message), call->timeout,
                 [this, id = command.id](const BusReply& reply) { conclude(id, reply); });
      return;
    }
    possible = call.error();
  }
  boost::asio::post(io_, [this, id = command.id, possible, alive = std::weak_ptr<const bool>(alive_)] {
    if (alive.lock()) {
      sinks_.done({id, possible, {}});
    }
  });
}

void ModemManagerAdapter::conclude(std::uint64_t id, const BusReply& reply) {
  const auto at = commands_.find(id);
  if (at == commands_.end() || at->second.life != life_) {
    return;  // answered before, because its modem went
  }
  if (reply.message) {
    std::string text;
    if (at->second.ussd) {
      const auto answer = read_bus_value(reply.message);
      const std::string* given = answer ? answer->as<std::string>() : nullptr;
      text = given ? given->substr(0, kMostAnswer) : std::string{};
    }
    settle();  // what the command changed is told before its end
    finish(id, {}, std::move(text));
    return;
  }
  Error error = decode_modem_error(reply.error, reply.text);
  const bool early = Clock::now() + std::chrono::seconds{1} < at->second.give_up;
  if (reply.error.ends_with(".NoReply") && early) {
    error.code = ErrorCode::Aborted;  // the daemon went, its time was not over
  }
  if (at->second.ussd && error.code == ErrorCode::DeadlineExceeded) {
    cancel_ussd(at->second.device);
  }
  settle();
  finish(id, error, {});
}

void ModemManagerAdapter::finish(std::uint64_t id, Status status, std::string text) {
  if (commands_.erase(id) > 0) {
    sinks_.done({id, std::move(status), std::move(text)});
  }
}

void ModemManagerAdapter::abort_commands(const std::string& device, const std::string& why) {
  std::vector<std::uint64_t> ended;
  for (const auto& [id, command] : commands_) {
    if (device.empty() || command.device == device) {
      ended.push_back(id);
    }
  }
  for (const std::uint64_t id : ended) {
    finish(id, Error{ErrorCode::Aborted, why}, {});
  }
}

// So that the network's dialogue does not stay open; whether it helps, nobody waits for.
void ModemManagerAdapter::cancel_ussd(const std::string& device) {
  const std::string path = objects_.path_of(device);
  if (!bus_ || path.empty()) {
    return;
  }
  if (auto call = make_modem_call(*bus_, objects_.all(), path, ModemUssdCancel{}, options_.limits)) {
    bus_->call(std::move(call->message), call->timeout, [](const BusReply&) {});
  }
}

}  // namespace karkara
