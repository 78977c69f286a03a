#include "agent/mesh/radio_feature.h"

#include <algorithm>
#include <utility>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

constexpr Duration kLook = std::chrono::seconds{60};          // no event tells that the power was changed
constexpr Duration kLookPatience = std::chrono::seconds{10};  // hostapd may not answer
constexpr Duration kLeastPause = std::chrono::seconds{1};     // between looks that links cause

}  // namespace

RadioFeature::RadioFeature(const RadiosSettings& settings, std::string kept)
    : settings_{settings}, kept_{std::move(kept)}, told_memory_{kept_} {
  auto memories = radio_memories_from(kept_);
  make_controls(memories ? std::move(*memories) : RadioMemories{});
}

// Radios that are no longer configured were turned off by an earlier run: they are turned on again.
void RadioFeature::make_controls(RadioMemories memories) {
  for (const RadioSettings& radio : settings_.radios) {
    radios_.emplace_back(radio, std::exchange(memories[radio.id], {}));
  }
  for (auto& [id, memory] : memories) {
    if (!memory.off.empty()) {
      RadioSettings settings{id};
      settings.interfaces = memory.off;
      radios_.emplace_back(std::move(settings), std::move(memory)).leave();
    }
  }
}

Effects RadioFeature::start(Instant now) {
  Effects effects;
  if (const auto memories = radio_memories_from(kept_); !memories) {
    effects.emplace_back(Note{MessageId::RadioStateUnread, {{"why", memories.error().text}}});
  }
  if (!radios_.empty()) {
    append(effects, look(now));
  }
  return effects;
}

Effects RadioFeature::look(Instant now) {
  stale_ = std::exchange(looking_, true) && stale_;  // the answer of a look that is under way may come to this one
  looked_at_ = now;
  look_at_ = now + kLookPatience;
  return {LookAtRadios{}};
}

Effects RadioFeature::shed(const Shedding& shedding, const KnownTime& at) {
  if (stopped_ || (shedding_ && *shedding_ == shedding)) {
    return {};
  }
  shedding_ = shedding;
  return radios_.empty() ? Effects{} : settle({}, at);
}

Effects RadioFeature::on(const RadiosSeen& event, const KnownTime& at) {
  const bool fresh = !stale_;
  looking_ = false;
  look_at_ = radios_.empty() ? Instant::max() : at.now + kLook;
  if (stopped_) {
    return {};
  }
  wish_all(at);
  Effects effects;
  for (RadioControl& radio : radios_) {
    append(effects, radio.see(event, fresh, at.now));
  }
  if (!fresh) {
    append(effects, look(at.now));
  }
  return settle(std::move(effects), at);
}

Effects RadioFeature::on(const RadioSet& event, const KnownTime& at) {
  const auto radio =
      std::ranges::find(radios_, event.radio, [](const RadioControl& each) { return each.settings().id; });
  if (stopped_ || radio == radios_.end()) {
    return {};
  }
  Effects effects = radio->on(event, at.now);
  if (looking_) {
    stale_ = true;
  } else {
    append(effects, look(at.now));
  }
  return settle(std::move(effects), at);
}

// An access point that came or went: at once, but links may flap.
void RadioFeature::on(const LinkChanged& event, Instant now) {
  const auto is_news = [&](const RadioControl& radio) {
    if (!radio.seen()) {
      return std::ranges::find(radio.settings().interfaces, event.link.name) != radio.settings().interfaces.end();
    }
    const auto& interfaces = radio.seen()->interfaces;
    const auto found = std::ranges::find(interfaces, event.link.name, &RadioInterface::name);
    return found != interfaces.end() && found->on != event.link.admin_up;
  };
  if (std::ranges::none_of(radios_, is_news)) {
    return;
  }
  if (looking_) {
    stale_ = true;
  } else {
    look_at_ = std::min(look_at_, std::max(now, looked_at_ + kLeastPause));
  }
}

Effects RadioFeature::reconfigure(const RadiosSettings& settings, const KnownTime& at) {
  settings_ = settings;
  const auto id_of = [](const RadioControl& radio) { return radio.settings().id; };
  for (RadioControl& radio : radios_) {
    const auto wanted = std::ranges::find(settings.radios, id_of(radio), &RadioSettings::id);
    if (wanted != settings.radios.end()) {
      radio.reconfigure(*wanted);
    } else if (!radio.is_leaving()) {
      radio.leave();
    }
  }
  for (const RadioSettings& wanted : settings.radios) {
    if (std::ranges::find(radios_, wanted.id, id_of) == radios_.end()) {
      radios_.emplace_back(wanted, RadioMemory{});
    }
  }
  Effects effects = settle({}, at);
  if (!radios_.empty() && !looking_) {
    append(effects, look(at.now));
  } else if (looking_) {
    stale_ = true;
  }
  return effects;
}

void RadioFeature::wish_all(const KnownTime& at) {
  if (!shedding_) {
    return;
  }
  for (RadioControl& radio : radios_) {
    if (!radio.is_leaving()) {
      radio.want(radio_wish(radio.settings(), *shedding_, at, settings_.utc_offset));
    }
  }
}

// After every turn. What has to be taken back is on disk before it is done.
Effects RadioFeature::settle(Effects effects, const KnownTime& at) {
  Effects deeds;
  if (shedding_) {
    wish_all(at);
    for (RadioControl& radio : radios_) {
      append(deeds, radio.step(at.now, settings_.notice, requests_));
    }
  }
  persist(effects);
  append(effects, std::move(deeds));
  for (const RadioControl& radio : radios_) {
    say(radio, effects);
  }
  say_hours(effects);
  std::erase_if(radios_, [](const RadioControl& radio) { return radio.is_gone(); });
  return effects;
}

void RadioFeature::say(const RadioControl& radio, Effects& effects) {
  const std::string id = radio.settings().id.text();
  const std::string why = radio.is_gone() ? std::string{} : radio.alarm();
  const auto raised = alarms_.find(id);
  if (why.empty() && raised != alarms_.end()) {
    alarms_.erase(raised);
    effects.emplace_back(SetAlarm{{MessageId::RadioRefuses, id}, false, {}});
  } else if (!why.empty() && (raised == alarms_.end() || raised->second != why)) {
    alarms_[id] = why;
    effects.emplace_back(SetAlarm{{MessageId::RadioRefuses, id}, true, {{"why", why}}});
  }
}

void RadioFeature::say_hours(Effects& effects) {
  const bool unknown =
      std::ranges::any_of(radios_, [](const RadioControl& radio) { return radio.wish().hours_unknown; });
  if (unknown && !hours_unknown_) {
    effects.emplace_back(Note{MessageId::RadioHoursUnknown, {}});
  }
  hours_unknown_ = unknown;
}

void RadioFeature::persist(Effects& effects) {
  RadioMemories memories;
  for (const RadioControl& radio : radios_) {
    memories[radio.settings().id] = radio.memory();
  }
  const bool nothing = std::ranges::all_of(memories, [](const auto& each) { return each.second.empty(); });
  std::string text = nothing ? std::string{} : to_text(memories);
  if (text != told_memory_) {
    told_memory_ = text;
    effects.emplace_back(Persist{std::string{kStateKey}, std::move(text), true});
  }
}

Effects RadioFeature::tick(const KnownTime& at) {
  if (stopped_ || radios_.empty()) {
    return {};
  }
  Effects effects;
  if (at.now >= look_at_) {
    append(effects, look(at.now));
  }
  return at.now >= next_deadline() || !effects.empty() ? settle(std::move(effects), at) : effects;
}

Effects RadioFeature::stop() {
  stopped_ = true;
  Effects effects;
  for (const RadioControl& radio : radios_) {
    append(effects, radio.restore());
  }
  return effects;
}

Instant RadioFeature::next_deadline() const {
  if (stopped_ || radios_.empty()) {
    return Instant::max();
  }
  Instant next = look_at_;
  for (const RadioControl& radio : radios_) {
    next = std::min({next, radio.next_deadline(), radio.wish().next_change});
  }
  return next;
}

std::set<std::string> RadioFeature::resting() const {
  std::set<std::string> names;
  for (const RadioControl& radio : radios_) {
    names.insert(radio.memory().off.begin(), radio.memory().off.end());
    if (!radio.wish().on) {
      names.insert(radio.settings().interfaces.begin(), radio.settings().interfaces.end());
    }
  }
  return names;
}

std::vector<RadioNotice> RadioFeature::notices() const {
  std::vector<RadioNotice> all;
  for (const RadioControl& radio : radios_) {
    if (auto notice = radio.notice()) {
      all.push_back(std::move(*notice));
    }
  }
  return all;
}

std::vector<Sample> RadioFeature::samples() const {
  std::vector<Sample> all;
  for (const RadioControl& radio : radios_) {
    const std::string id = radio.settings().id.text();
    const auto& seen = radio.seen();
    const auto power = seen ? power_of(*seen) : std::nullopt;
    all.push_back({SeriesId::RadioOn, id, seen ? Value{is_on(*seen) ? 1.0 : 0.0} : Value{Absent::NotAvailable}});
    all.push_back({SeriesId::RadioPower, id, power ? Value{power->value()} : Value{Absent::NotAvailable}});
  }
  return all;
}

std::vector<RadioReport> RadioFeature::reports(Instant now) const {
  std::vector<RadioReport> all;
  for (const RadioControl& radio : radios_) {
    all.push_back(radio.report(now));
  }
  return all;
}

}  // namespace karkara
