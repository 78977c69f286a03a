#include "agent/power/shed/relay_switch.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>

#include "agent/devices/modbus_pdu.h"
#include "agent/devices/poll_clock.h"
#include "common/doubled_pause.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kFirstRetry = seconds{5};
constexpr Duration kMostRetry = minutes{10};
constexpr Duration kConfirmEvery = hours{1};     // a device that was reset has its relays as it likes
constexpr Duration kSnmpDeadline = seconds{10};  // small agents take seconds for an answer
constexpr Duration kSlack = seconds{20};         // behind a deadline: questions to one device wait for each other
constexpr unsigned kStuckAfter = 3;
constexpr unsigned kLastTries = 6;  // for a relay that has another way now

Duration retry_after(unsigned failures) {
  return doubled_pause(kFirstRetry, failures, kMostRetry);
}

ModbusWriteCoil coil_of(const ModbusRelay& by, bool on) {
  return {by.coil, on};
}

Effect question(const RelaySettings& relay, std::uint64_t request, bool on) {
  const auto local = [&](const LocalRelay& by) -> Effect { return SwitchRelay{relay.id, request, by, on}; };
  return std::visit(
      Overloaded{[&](const SnmpRelay& by) -> Effect {
                   return SnmpSet{relay.id, request, by.target, by.oid, on ? by.on : by.off, kSnmpDeadline};
                 },
                 [&](const ModbusRelay& by) -> Effect {
                   const auto pdu = encode(coil_of(by, on));  // a coil's number is always valid
                   return ModbusAsk{relay.id, request, by.bus, by.unit, pdu ? *pdu : ModbusPdu{}};
                 },
                 [&](const GpioRelay& by) { return local(by); }, [&](const CommandRelay& by) { return local(by); }},
      relay.by);
}

Duration deadline_of(const Effect& question) {
  return std::visit(
      [](const auto& effect) -> Duration {
        if constexpr (requires { Duration{effect.deadline}; }) {
          return effect.deadline;
        } else {
          return {};
        }
      },
      question);
}

// A local one has none.
std::optional<RelayHost> host_of(const RelaySettings& relay) {
  if (const auto* snmp = std::get_if<SnmpRelay>(&relay.by)) {
    return snmp->target.endpoint;
  }
  if (const auto* modbus = std::get_if<ModbusRelay>(&relay.by)) {
    return ModbusPlace{modbus->bus, modbus->unit};
  }
  return std::nullopt;
}

// Its device's session or bus; a local one keeps nothing.
std::optional<Effect> forgetting(const RelaySettings& relay) {
  if (std::holds_alternative<SnmpRelay>(relay.by)) {
    return SnmpForget{relay.id};
  }
  if (std::holds_alternative<ModbusRelay>(relay.by)) {
    return ModbusForget{relay.id};
  }
  return std::nullopt;
}

}  // namespace

bool RelayStanding::is_stuck() const {
  return failures >= kStuckAfter;
}

std::string RelayStanding::trouble() const {
  return failures == 0 ? std::string{}
                       : fmt::format("does not go {}: {} ({})", wanted ? "on" : "off", why,
                                     failures == 1 ? "once" : fmt::format("{} times", failures));
}

RelaySwitch::RelaySwitch(const std::vector<RelaySettings>& relays) {
  (void)reconfigure(relays, {});
}

Effects RelaySwitch::reconfigure(const std::vector<RelaySettings>& relays, Instant now) {
  for (Relay& relay : relays_) {
    if (!relay.leaving && std::ranges::find(relays, relay.settings) == relays.end()) {
      relay.leaving = true;
      relay.replaced = std::ranges::find(relays, relay.settings.id, &RelaySettings::id) != relays.end();
      relay.standing.wanted = true;
      relay.standing.failures = 0;
      relay.due = now;
    }
  }
  for (const RelaySettings& settings : relays) {
    const auto known =
        std::ranges::find_if(relays_, [&](const Relay& relay) { return !relay.leaving && relay.settings == settings; });
    if (known == relays_.end()) {
      relays_.push_back({settings, {settings.id}});
    }
  }
  return tick(now);
}

Effects RelaySwitch::want(const std::map<DeviceId, bool>& states, Instant now) {
  for (Relay& relay : relays_) {
    const auto wanted = states.find(relay.settings.id);
    if (relay.leaving || wanted == states.end()) {
      continue;
    }
    if (!relay.managed || relay.standing.wanted != wanted->second) {
      relay.due = now;  // also in the middle of a back-off
      relay.standing.failures = 0;
    }
    relay.managed = true;
    relay.standing.wanted = wanted->second;
  }
  return tick(now);
}

Effects RelaySwitch::ask_again(const RelayHost& host, Instant now) {
  for (Relay& relay : relays_) {
    if (host_of(relay.settings) == host) {
      relay.standing.confirmed.reset();
      relay.due = now;
    }
  }
  return tick(now);
}

void RelaySwitch::send(Relay& relay, Instant now, Effects& effects) {
  requests_ = requests_ == 0 ? first_request(now) : requests_;
  Effect effect = question(relay.settings, ++requests_, relay.standing.wanted);
  relay.asked = Asked{requests_, relay.standing.wanted, now + deadline_of(effect) + kSlack};
  effects.push_back(std::move(effect));
}

// What became of the question that was under way.
void RelaySwitch::settle(Relay& relay, const Status& status, Instant now) {
  RelayStanding& standing = relay.standing;
  const bool on = relay.asked->on;
  relay.asked.reset();
  if (status.ok()) {
    standing.confirmed = on;
    standing.failures = 0;
    standing.why.clear();
    relay.due = on == standing.wanted ? now + kConfirmEvery : now;
    return;
  }
  standing.confirmed.reset();  // it may have been switched, or not
  standing.why = status.error().text;
  if (on == standing.wanted) {
    ++standing.failures;
    relay.due = now + retry_after(standing.failures);
  } else {
    relay.due = now;
  }
}

RelaySwitch::Relay* RelaySwitch::asked_by(std::uint64_t request) {
  const auto found =
      std::ranges::find_if(relays_, [&](const Relay& relay) { return relay.asked && relay.asked->request == request; });
  return found == relays_.end() ? nullptr : &*found;
}

Effects RelaySwitch::answered(Relay* relay, const Status& status, Instant now) {
  if (relay == nullptr) {
    return {};
  }
  settle(*relay, status, now);
  return tick(now);
}

Effects RelaySwitch::on(const RelaySwitched& answer, Instant now) {
  Relay* relay = asked_by(answer.request);
  const bool is_its = relay != nullptr && relay->settings.id == answer.relay && relay->asked->on == answer.on;
  return answered(is_its ? relay : nullptr, answer.status, now);
}

Effects RelaySwitch::on(const SnmpSetDone& answer, Instant now) {
  Relay* relay = asked_by(answer.request);
  const bool is_its = relay != nullptr && relay->settings.id == answer.device;
  return answered(is_its ? relay : nullptr, answer.status, now);
}

Effects RelaySwitch::on(const ModbusAnswered& answer, Instant now) {
  Relay* relay = asked_by(answer.request);
  const auto* by = relay == nullptr ? nullptr : std::get_if<ModbusRelay>(&relay->settings.by);
  if (by == nullptr || relay->settings.id != answer.device) {
    return {};
  }
  const Status status =
      answer.answer ? modbus_written(coil_of(*by, relay->asked->on), *answer.answer) : Status{answer.answer.error()};
  return answered(relay, status, now);
}

// The old way may have switched it on after the new one had switched it off.
void RelaySwitch::ask_twin_again(const DeviceId& id) {
  for (Relay& relay : relays_) {
    if (!relay.leaving && relay.settings.id == id) {
      relay.due = Instant{};
    }
  }
}

// A relay on its way out goes when it is on, was never switched, or has another way of being switched now.
void RelaySwitch::forget_those_done(Effects& effects) {
  const auto is_done = [](const Relay& relay) {
    return relay.leaving && !relay.asked &&
           (!relay.managed || relay.standing.confirmed == true ||
            (relay.replaced && relay.standing.failures >= kLastTries));
  };
  for (Relay& relay : relays_) {
    if (is_done(relay) && relay.replaced) {
      ask_twin_again(relay.settings.id);
    }
  }
  for (const Relay& relay : relays_) {
    const auto same_id = std::ranges::count(relays_, relay.settings.id, [](const Relay& r) { return r.settings.id; });
    if (auto effect = forgetting(relay.settings); is_done(relay) && same_id == 1 && effect) {
      effects.push_back(std::move(*effect));
    }
  }
  std::erase_if(relays_, is_done);
}

Effects RelaySwitch::tick(Instant now) {
  Effects effects;
  for (Relay& relay : relays_) {
    if (relay.asked && now >= relay.asked->give_up) {
      settle(relay, Error{ErrorCode::DeadlineExceeded, "no answer"}, now);
    }
  }
  forget_those_done(effects);
  for (Relay& relay : relays_) {
    if (relay.managed && !relay.asked && now >= relay.due) {
      send(relay, now, effects);
    }
  }
  return effects;
}

Instant RelaySwitch::next_deadline() const {
  Instant next = Instant::max();
  for (const Relay& relay : relays_) {
    if (relay.asked) {
      next = std::min(next, relay.asked->give_up);
    } else if (relay.managed) {
      next = std::min(next, relay.due);
    }
  }
  return next;
}

std::vector<RelayStanding> RelaySwitch::standings() const {
  std::vector<RelayStanding> all;
  for (const Relay& relay : relays_) {
    if (!relay.leaving) {
      all.push_back(relay.standing);
    }
  }
  return all;
}

}  // namespace karkara
