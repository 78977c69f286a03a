#include "agent/io/radios.h"

#include <boost/asio/post.hpp>
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

Radios::Seen Radios::look() {
  const auto radios = kernel();
  Seen seen = radios ? (*radios)->look() : Seen{radios.error()};
  if (!seen) {
    kernel_.reset();
  }
  return seen;
}

// What waited for too long behind a driver that hangs is wanted no more. What a stop gives back is, however late.
Status Radios::change(const Asked& asked, const std::function<Status(Nl80211Radios&)>& deed) {
  if (asked.request != 0 && std::chrono::steady_clock::now() - asked.at > patience_) {
    return Error{ErrorCode::DeadlineExceeded, "the driver did not answer"};
  }
  const auto radios = kernel();
  Status status = radios ? deed(**radios) : Status{radios.error()};
  if (!status) {
    kernel_.reset();
  }
  return status;
}

void Radios::back(std::function<void()> task) {
  boost::asio::post(io_, [alive = std::weak_ptr<const bool>(alive_), task = std::move(task)] {
    if (alive.lock()) {
      task();
    }
  });
}

// One that waits for a driver that hangs answers for those that are asked meanwhile.
void Radios::run(const LookAtRadios&) {
  if (std::exchange(looking_, true)) {
    return;
  }
  driver_.run([this] { back([this, seen = look()] { take(seen); }); });
}

void Radios::take(Seen seen) {
  looking_ = false;
  if (!seen) {
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
  driver_.run([this, effect, asked = Asked{effect.request}] {
    Status status = change(asked, [&](Nl80211Radios& radios) { return radios.set_power(effect.wiphy, effect.most); });
    back([this, result = RadioSet{effect.radio, effect.request, std::move(status)}] { events_(result); });
  });
}

void Radios::run(const SwitchRadio& effect) {
  const auto switching =
      std::make_shared<Switching>(Switching{RadioSet{effect.radio, effect.request, {}}, effect.on, events_});
  for (const RadioInterface& interface : effect.interfaces) {
    ++switching->waiting;
    if (interface.by == RadioSwitchedBy::Hostapd) {
      switch_by_hostapd(switching, interface.name);
    } else {
      switch_by_link(switching, interface);
    }
  }
  switching->answered({});
}

void Radios::switch_by_link(const std::shared_ptr<Switching>& switching, const RadioInterface& interface) {
  driver_.run([this, switching, interface, on = switching->on, asked = Asked{switching->result.request}] {
    Status status = change(asked, [&](Nl80211Radios& radios) { return radios.set_link(interface, on); });
    back([switching, status] { switching->answered(status); });
  });
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
