#include "agent/wifi/wifi_feature.h"

#include <algorithm>

#include "agent/facts/effect_list.h"
#include "common/doubled_pause.h"

namespace karkara {
namespace {

constexpr Duration kFirstRetry = std::chrono::seconds{5};
constexpr Duration kLookPatience = std::chrono::seconds{60};
constexpr Duration kLasts = std::chrono::minutes{2};  // what has to be done again sooner failed
constexpr Duration kDay = std::chrono::hours{24};

Duration retry_after(unsigned failures) {
  return doubled_pause(kFirstRetry, failures, WifiFeature::kMostRetry);
}

bool makes_news(const WifiDeed& deed) {
  return std::holds_alternative<JoinOpenMesh>(deed) || std::holds_alternative<StartWifiDaemon>(deed) ||
         std::holds_alternative<JoinBatman>(deed) || std::holds_alternative<MakeWifiInterface>(deed);
}

}  // namespace

WifiFeature::WifiFeature(const WifiSettings& settings, std::string kept, Duration utc_offset)
    : settings_{settings},
      utc_offset_{utc_offset},
      kept_{std::move(kept)},
      told_memory_{kept_},
      country_{settings.country, settings.stand_in} {
  if (auto memory = wifi_memory_from(kept_)) {
    memory_ = std::move(*memory);
  }
  make_radios();
}

void WifiFeature::make_radios() {
  std::vector<Radio> radios;
  for (const WifiRadioSettings& settings : settings_.radios) {
    radios.push_back({settings});
    const Radio* had = find(settings.id);
    if (had != nullptr && had->settings == settings) {
      radios.back() = *had;
    }
  }
  radios_ = std::move(radios);
}

WifiFeature::Radio* WifiFeature::find(const std::string& id) {
  const auto found = std::ranges::find(radios_, id, [](const Radio& radio) { return radio.settings.id; });
  return found == radios_.end() ? nullptr : &*found;
}

Effects WifiFeature::start(Instant now) {
  Effects effects;
  if (const auto memory = wifi_memory_from(kept_); !memory) {
    effects.emplace_back(Note{MessageId::MeshRecoveryUnread, {{"why", memory.error().text}}});
  }
  day_began_ = now;
  // It was taken out of the configuration while no agent ran, which alone would take away what stands.
  if (radios_.empty() && !memory_.folder.empty()) {
    clearing_ = true;
    settings_.folder = memory_.folder;
  }
  if (!is_idle()) {
    append(effects, look(now));
  }
  return effects;
}

Effects WifiFeature::look(Instant now) {
  looking_ = true;
  stale_ = false;
  looked_at_ = now;
  look_at_ = now + kLookPatience;
  LookAtWifi effect{settings_.folder, {}};
  for (const WifiRadioSettings& radio : settings_.radios) {
    for (std::string& name : marked_interfaces(radio)) {
      effect.interfaces.push_back(std::move(name));
    }
  }
  return {std::move(effect)};
}

Effects WifiFeature::on(const WifiSeen& event, const KnownTime& at) {
  looking_ = false;
  look_at_ = is_idle() ? Instant::max() : at.now + kLook;
  seen_ = event;
  Effects effects;
  if (!stale_) {
    effects = proceed(at);
  } else if (!asked_ && !is_idle()) {
    effects = look(at.now);
  }
  return effects;
}

Effects WifiFeature::on(const WifiStepDone& event, const KnownTime& at) {
  if (!asked_ || event.request != asked_->request) {
    return {};
  }
  const Asked asked = *asked_;
  asked_.reset();
  Effects effects;
  Radio* radio = find(asked.radio);
  if (event.status) {
    news_ = news_ || makes_news(asked.deed);
    effects.emplace_back(Note{MessageId::WifiChanged, {{"what", to_text(asked.deed)}, {"radio", asked.radio}}});
  }
  if (radio != nullptr) {
    done(*radio, asked, event.status, at.now);
  } else if (asked.clears && !event.status) {
    Retry& retry = uncleared_[interface_of(asked.deed)];
    retry.due = at.now + retry_after(++retry.failures);
  } else if (!asked.clears && !std::holds_alternative<RequestCountry>(asked.deed)) {
    forget_done();  // a recovery takes down what stands
  }
  append(effects, look(at.now));
  say(effects);
  return effects;
}

// A step that went well and is needed again soon after did not do what it should.
void WifiFeature::done(Radio& radio, const Asked& asked, const Status& status, Instant now) {
  radio.surveyed = radio.surveyed || std::holds_alternative<SurveyAir>(asked.deed);
  const std::string what = to_text(asked.deed);
  const auto before = radio.done.find(what);
  const bool again = status && before != radio.done.end() && now < before->second + kLasts;
  if (!status || again) {
    radio.why = again ? what + ", which did not last" : status.error().text;
    radio.due = now + retry_after(++radio.failures);
  } else {
    radio.due = {};
    if (now >= radio.restless_until) {
      radio.failures = 0;
      radio.why.clear();
    }
  }
  if (again) {
    radio.restless_until = radio.due + kLasts;
  }
  if (status) {
    radio.done[what] = std::max(now, radio.due);
  }
}

void WifiFeature::forget_done() {
  for (Radio& radio : radios_) {
    radio.done.clear();
  }
}

// A mesh that was left, an interface that came or went: at once, but links may flap.
void WifiFeature::on(const LinkChanged& event, Instant now) {
  const bool ours = std::ranges::any_of(settings_.radios, [&](const WifiRadioSettings& radio) {
    const auto names = marked_interfaces(radio);
    return std::ranges::find(names, event.link.name) != names.end();
  });
  if (ours && looking_) {
    stale_ = true;
  } else if (ours && !asked_) {
    look_at_ = std::min(look_at_, std::max(now, looked_at_ + kLeastPause));
  }
}

// The rules may have gone under what sends: at once, and a look that is under way may be from before.
void WifiFeature::on(const AirChanged& event, Instant now) {
  if (is_idle() || (!event.rules && !event.radios)) {
    return;
  }
  if (looking_) {
    stale_ = true;
  } else if (!asked_) {
    look_at_ = std::min(look_at_, event.rules ? now : std::max(now, looked_at_ + kLeastPause));
  }
}

Effects WifiFeature::reconfigure(const WifiSettings& settings, Duration utc_offset, Instant now) {
  utc_offset_ = utc_offset;
  if (settings == settings_) {
    return {};
  }
  const bool other_country = settings.country != settings_.country || settings.stand_in != settings_.stand_in;
  const std::string folder = settings_.folder;
  clearing_ = settings.radios.empty() && (clearing_ || !settings_.radios.empty());
  settings_ = settings;
  if (clearing_) {
    settings_.folder = folder;  // where what is to be taken away has its marks
  }
  if (other_country) {
    country_ = CountryChoice{settings.country, settings.stand_in};
  }
  make_radios();
  recoveries_.clear();
  Effects effects;
  if (!is_idle() && !asked_) {
    effects = look(now);
  }
  say(effects);
  return effects;
}

void WifiFeature::rest(std::set<std::string> interfaces, Instant now) {
  if (interfaces == resting_) {
    return;
  }
  resting_ = std::move(interfaces);
  forget_done();  // what went to sleep is set up again
  if (!is_idle() && !looking_ && !asked_) {
    look_at_ = std::min(look_at_, now);
  }
}

void WifiFeature::know(std::vector<MeshLinks> links, Instant now) {
  if (links == links_) {
    return;
  }
  links_ = std::move(links);
  if (!is_idle() && !looking_ && !asked_) {
    look_at_ = std::min(look_at_, now);
  }
}

Effects WifiFeature::tick(const KnownTime& at) {
  if (is_idle()) {
    return {};
  }
  Effects effects;
  if (asked_ && at.now >= asked_->give_up) {
    append(effects, on(WifiStepDone{asked_->request, Error{ErrorCode::DeadlineExceeded, "no answer"}}, at));
  } else if (!asked_ && at.now >= look_at_) {
    effects = look(at.now);
  }
  return effects;
}

Instant WifiFeature::next_deadline() const {
  if (is_idle()) {
    return Instant::max();
  }
  if (asked_) {
    return asked_->give_up;
  }
  Instant next = std::min(look_at_, looking_ ? Instant::max() : country_.next_deadline());
  return next;
}

Effects WifiFeature::step(WifiDeed deed, const std::string& radio, Instant now, bool clears) {
  stale_ = true;
  asked_ = Asked{++requests_, deed, radio, now + kPatience, clears};
  return {WifiStep{requests_, settings_.folder, std::move(deed)}};
}

// Without the time a day is 24 hours of the agent's running.
void WifiFeature::know_day(const KnownTime& at) {
  if (at.wall) {
    const auto local = at.wall->since_epoch() + std::chrono::duration_cast<std::chrono::microseconds>(utc_offset_);
    const std::int64_t day = std::chrono::floor<std::chrono::days>(local).count();
    if (day != memory_.day && memory_.day != 0) {
      memory_.today.clear();
    }
    memory_.day = day;
    day_began_ = at.now;
  } else if (at.now - day_began_ >= kDay) {
    memory_.today.clear();
    day_began_ = at.now;
  }
}

bool WifiFeature::take_news() {
  return std::exchange(news_, false);
}

}  // namespace karkara
