#include "agent/io/radios.h"

#include <utility>

#include "agent/codec/hostapd_answer.h"

namespace karkara {
namespace {

constexpr Duration kStatusPatience = std::chrono::seconds{2};
constexpr Duration kSwitchPatience = std::chrono::seconds{20};

}  // namespace

// Told when the last of those who were asked has answered; the one who asks counts as one of them.
struct Radios::Look {
  RadiosSeen seen;
  EventSink events;
  std::size_t waiting = 1;
  void answered() {
    if (--waiting == 0) {
      events(std::move(seen));
    }
  }
};

struct Radios::Switching {
  RadioSet result;
  bool on;
  EventSink events;
  std::size_t waiting = 1;
  void answered(Status status) {
    if (result.status) {
      result.status = std::move(status);
    }
    if (--waiting == 0) {
      events(std::move(result));
    }
  }
};

// Without it, or after trouble, the next one asks anew: the module may have been loaded again with another number.
Result<Nl80211Radios*> Radios::kernel() {
  if (!kernel_) {
    auto opened = Nl80211Radios::open();
    if (!opened) {
      return opened.error();
    }
    kernel_.emplace(std::move(opened).value());
  }
  return &*kernel_;
}

void Radios::run(const LookAtRadios&) {
  const auto radios = kernel();
  auto seen = radios ? (*radios)->look() : Result<std::vector<RadioSeen>>{radios.error()};
  if (!seen) {
    kernel_.reset();
    events_(RadiosSeen{{}, seen.error()});
    return;
  }
  const auto look = std::make_shared<Look>(Look{{std::move(seen).value(), {}}, events_});
  for (RadioSeen& radio : look->seen.radios) {
    for (RadioInterface& interface : radio.interfaces) {
      ask_hostapd(look, interface);
    }
  }
  look->answered();
}

// interface: lies in the look, which nobody changes in number any more.
void Radios::ask_hostapd(const std::shared_ptr<Look>& look, RadioInterface& interface) {
  if (!hostapd_.manages(interface.name)) {
    return;
  }
  interface.by = RadioSwitchedBy::Hostapd;
  ++look->waiting;
  hostapd_.ask(interface.name, "STATUS", kStatusPatience, [look, &interface](const Result<std::string>& answer) {
    if (const auto state = answer ? hostapd_state(*answer) : std::nullopt) {
      interface.on = is_hostapd_on(*state);
    }
    look->answered();
  });
}

void Radios::run(const SetRadioPower& effect) {
  const auto radios = kernel();
  Status status = radios ? (*radios)->set_power(effect.wiphy, effect.most) : Status{radios.error()};
  if (!status) {
    kernel_.reset();
  }
  events_(RadioSet{effect.radio, effect.request, std::move(status)});
}

void Radios::run(const SwitchRadio& effect) {
  const auto switching =
      std::make_shared<Switching>(Switching{RadioSet{effect.radio, effect.request, {}}, effect.on, events_});
  for (const RadioInterface& interface : effect.interfaces) {
    ++switching->waiting;
    if (interface.by == RadioSwitchedBy::Hostapd) {
      switch_by_hostapd(switching, interface.name);
    } else {
      switching->answered(set_link(interface, effect.on));
    }
  }
  switching->answered({});
}

Status Radios::set_link(const RadioInterface& interface, bool on) {
  const auto radios = kernel();
  Status status = radios ? (*radios)->set_link(interface, on) : Status{radios.error()};
  if (!status) {
    kernel_.reset();
  }
  return status;
}

void Radios::switch_by_hostapd(const std::shared_ptr<Switching>& switching, const std::string& interface) {
  hostapd_.ask(interface, switching->on ? "ENABLE" : "DISABLE", kSwitchPatience,
               [this, switching, interface, alive = std::weak_ptr<const bool>(alive_)](Result<std::string> answer) {
                 if (answer && !is_hostapd_ok(*answer) && alive.lock()) {
                   settle_refusal(switching, interface);
                 } else {
                   switching->answered(answer ? Status{} : Status{answer.error().in(interface)});
                 }
               });
}

// It also fails where there is nothing to do, as for a second network of the same radio.
void Radios::settle_refusal(const std::shared_ptr<Switching>& switching, const std::string& interface) {
  hostapd_.ask(interface, "STATUS", kStatusPatience, [switching, interface](const Result<std::string>& answer) {
    const auto state = answer ? hostapd_state(*answer) : std::nullopt;
    const bool is_as_wanted = state && is_hostapd_on(*state) == switching->on;
    switching->answered(is_as_wanted
                            ? Status{}
                            : Status{Error{ErrorCode::Internal, interface + ": hostapd refuses, its state is " +
                                                                    state.value_or(std::string{"not known"})}});
  });
}

}  // namespace karkara
