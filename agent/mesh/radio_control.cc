#include "agent/mesh/radio_control.h"

#include <algorithm>
#include <cmath>

#include "agent/mesh/radio_match.h"
#include "common/doubled_pause.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

constexpr Duration kFirstRetry = seconds{5};
constexpr Duration kMostRetry = minutes{10};
constexpr Duration kDefiniteRetry = hours{1};  // a driver that cannot learns it with a new one at most
constexpr Duration kPatience = seconds{30};    // hostapd may look for radar first
constexpr Duration kFightPause = minutes{10};  // so that two programs do not toss a village's Wi-Fi between them
constexpr unsigned kLooksForOld = 3;
constexpr double kFree = 1;  // dB below what the channel allows: nobody had limited it

Duration retry_after(unsigned failures) {
  return doubled_pause(kFirstRetry, failures, kMostRetry);
}

FormerPower former_power(const RadioSeen& seen) {
  const auto now = power_of(seen);
  const auto most = allowed_level({.most = Dbm{1'000}}, seen);
  const bool limited = now && most && now->value() < most->value() - kFree && most->value() < 1'000;
  return limited ? FormerPower{Dbm{std::round(now->value())}} : FormerPower{};
}

}  // namespace

RadioControl::RadioControl(RadioSettings settings, RadioMemory memory)
    : settings_{std::move(settings)}, memory_{std::move(memory)} {}

// Another device under the same name: the one before is first as it was found.
void RadioControl::reconfigure(const RadioSettings& settings) {
  const bool other_device = settings.interfaces != settings_.interfaces || settings.phy != settings_.phy;
  if (other_device && !memory_.empty()) {
    leave();
    successor_ = settings;
    return;
  }
  leaving_ = false;
  successor_.reset();
  settings_ = settings;
  if (other_device) {
    seen_.reset();
    misses_ = 0;
  }
}

void RadioControl::leave() {
  successor_.reset();
  leaving_ = true;
  settings_.power.reset();
  settings_.hours.clear();
  want({});
}

void RadioControl::make_room() {
  if (successor_ && misses_ >= kLooksForOld) {
    memory_ = {};  // it was taken out of the router
  }
  if (successor_ && memory_.empty() && !asked_) {
    const RadioSettings settings = *successor_;
    reconfigure(settings);
  }
}

void RadioControl::want(RadioWish wish) {
  const bool other = wish.on != wish_.on || wish.most != wish_.most || wish.saves != wish_.saves;
  wish_ = std::move(wish);
  if (other) {
    settled_ = false;
    failures_ = 0;
    definite_ = false;
    fights_ = 0;
    due_ = Instant{};  // also in the middle of a back-off
  }
}

std::optional<RadioDeed> RadioControl::deed() const {
  return seen_ ? next_deed({*seen_, wish_, memory_, set_}) : std::nullopt;
}

Effects RadioControl::see(const RadiosSeen& all, bool fresh, Instant now) {
  Effects effects;
  look_ = all.status;
  seen_ = all.status ? find_radio(settings_, all.radios) : std::nullopt;
  misses_ = seen_ && missing_interfaces(settings_, *seen_).empty() ? 0 : misses_ + 1;
  if (!seen_) {
    checking_.reset();
    return effects;
  }
  forget_what_is_on();
  if (checking_ && fresh) {
    check(now, effects);
  } else if (!checking_) {
    notice_fight(now, effects);
  }
  settle();
  return effects;
}

// What is on again needs no turning on, whoever did it.
void RadioControl::forget_what_is_on() {
  if (!wish_.on) {
    return;
  }
  for (const RadioInterface& interface : seen_->interfaces) {
    if (interface.on) {
      std::erase(memory_.off, interface.name);
    }
  }
}

void RadioControl::check(Instant now, Effects& effects) {
  const RadioDeed tried = *checking_;
  checking_.reset();
  if (const auto* level = std::get_if<RadioLevel>(&tried); level != nullptr && level->most) {
    set_ = LevelSet{*level->most, power_of(*seen_)};
  }
  if (deed() != std::optional{tried}) {
    done(tried, effects);
    return;
  }
  const auto power = power_of(*seen_);
  fail({ErrorCode::Internal,
        std::holds_alternative<RadioSwitch>(tried)
            ? "was accepted, and nothing changed"
            : "was accepted, and the driver says " + std::to_string(std::lround(power ? power->value() : 0)) + " dBm"},
       now);
}

// It was as wanted, and is no longer: only another program can have done that. Another channel may ask for another
// level, which is no fight.
void RadioControl::notice_fight(Instant now, Effects& effects) {
  const auto next = deed();
  const auto* level = next ? std::get_if<RadioLevel>(&*next) : nullptr;
  if (!settled_ || !next || (level != nullptr && level->most != settled_level_)) {
    return;
  }
  due_ = fought_at_ ? std::max(now, *fought_at_ + kFightPause) : now;
  fought_at_ = due_;
  ++fights_;
  Note said = note(MessageId::RadioFought, *next);
  said.fields.emplace_back("times", std::to_string(fights_));
  effects.emplace_back(std::move(said));
}

void RadioControl::settle() {
  settled_ = !deed() && (!wish_.on || wish_.most);
  settled_level_ = allowed_level(wish_, *seen_);
}

void RadioControl::done(const RadioDeed& deed, Effects& effects) {
  failures_ = 0;
  definite_ = false;
  why_.clear();
  due_ = Instant{};
  effects.emplace_back(note(MessageId::RadioChanged, deed));
}

void RadioControl::fail(const Error& error, Instant now) {
  ++failures_;
  why_ = error.text;
  definite_ = error.code == ErrorCode::InvalidArgument;  // EOPNOTSUPP, EINVAL
  due_ = now + (definite_ ? kDefiniteRetry : retry_after(failures_));
}

Effects RadioControl::on(const RadioSet& answer, Instant now) {
  Effects effects;
  if (!asked_ || answer.request != asked_->request) {
    return effects;
  }
  const Asked asked = *asked_;
  asked_.reset();
  if (!answer.status) {
    fail(answer.status.error(), now);
  } else if (asked.restores) {
    memory_.lowered.reset();  // taken back; nobody can read whether the driver chooses
    set_.reset();
    done(asked.deed, effects);
  } else {
    checking_ = asked.deed;
  }
  return effects;
}

Effects RadioControl::step(Instant now, Duration notice, std::uint64_t& requests) {
  Effects effects;
  wake_ = Instant::max();
  make_room();
  if (asked_ && now >= asked_->give_up) {
    asked_.reset();
    fail({ErrorCode::DeadlineExceeded, "no answer"}, now);
  }
  const auto next = deed();
  if (!next) {
    announced_.reset();
  }
  if (asked_) {
    wake_ = asked_->give_up;
  } else if (next && !checking_) {
    if (now < due_) {
      wake_ = due_;
    } else if (is_announced(*next, now, notice, effects)) {
      act(*next, now, requests, effects);
    } else {
      wake_ = announced_->at;
    }
  }
  return effects;
}

// True once those who hear the radio had their time.
bool RadioControl::is_announced(const RadioDeed& deed, Instant now, Duration notice, Effects& effects) {
  if (notice <= Duration{0} || !is_reduction(deed, *seen_)) {
    announced_.reset();
    return true;
  }
  if (!announced_ || announced_->deed != deed) {
    announced_ = Announced{deed, now + notice};
    Note said = note(MessageId::RadioAnnounced, deed);
    const auto in = std::chrono::duration_cast<std::chrono::milliseconds>(notice);
    said.fields.emplace_back("in", std::to_string(in.count()) + "ms");
    effects.emplace_back(std::move(said));
  }
  return now >= announced_->at;
}

void RadioControl::act(const RadioDeed& deed, Instant now, std::uint64_t& requests, Effects& effects) {
  remember(deed);
  const bool restores = std::holds_alternative<RadioLevel>(deed) && !wish_.most;
  asked_ = Asked{++requests, deed, now + kPatience, restores};
  wake_ = asked_->give_up;
  std::visit(Overloaded{[&](const RadioSwitch& change) {
                          effects.emplace_back(SwitchRadio{settings_.id, requests, change.interfaces, change.on});
                        },
                        [&](const RadioLevel& change) {
                          effects.emplace_back(SetRadioPower{settings_.id, requests, seen_->wiphy, change.most});
                        }},
             deed);
}

// Before it is done: an agent that dies in between takes back a little too much, never too little.
void RadioControl::remember(const RadioDeed& deed) {
  std::visit(Overloaded{[&](const RadioSwitch& change) {
                          for (const RadioInterface& interface : change.interfaces) {
                            if (!change.on && std::ranges::find(memory_.off, interface.name) == memory_.off.end()) {
                              memory_.off.push_back(interface.name);
                            }
                          }
                        },
                        [&](const RadioLevel& change) {
                          if (change.most && !memory_.lowered) {
                            memory_.lowered = former_power(*seen_);
                          }
                        }},
             deed);
}

Effects RadioControl::restore() const {
  Effects effects;
  if (!seen_) {
    return effects;
  }
  RadioWish as_found;
  as_found.most = settings_.power;
  RadioSwitch on{true, {}};
  for (const RadioInterface& interface : seen_->interfaces) {
    if (std::ranges::find(memory_.off, interface.name) != memory_.off.end()) {
      on.interfaces.push_back(interface);
    }
  }
  if (!on.interfaces.empty()) {
    effects.emplace_back(SwitchRadio{settings_.id, 0, on.interfaces, true});
  }
  if (memory_.lowered) {
    const auto level = settings_.power ? allowed_level(as_found, *seen_) : memory_.lowered->fixed;
    effects.emplace_back(SetRadioPower{settings_.id, 0, seen_->wiphy, level});
  }
  return effects;
}

}  // namespace karkara
