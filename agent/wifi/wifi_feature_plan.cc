// What the Wi-Fi feature does about one look: takes away, sets up, recovers, in that order.
#include <fmt/format.h>

#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/wifi/wifi_feature.h"

namespace karkara {
namespace {

constexpr unsigned kMostClearings = 8;  // refused; what cannot be taken away stays then

}  // namespace

// One step, whatever is the most urgent; the next one follows the look behind it.
Effects WifiFeature::proceed(const KnownTime& at) {
  if (asked_ || !seen_ || is_idle()) {
    return {};
  }
  know_day(at);
  memory_.folder = settings_.folder;
  Effects effects;
  blind_ = seen_->status ? 0 : blind_ + 1;
  know_mute(at.now);
  if (blind_ > 0) {
    blind();
  } else if (auto deeds = set_up(at.now)) {
    effects = std::move(*deeds);
  } else if (auto recovery = recover(at)) {
    effects = std::move(*recovery);
  }
  for (const Radio& radio : radios_) {
    if (radio.due > at.now) {
      look_at_ = std::min(look_at_, radio.due);
    }
  }
  for (const auto& [name, retry] : uncleared_) {
    if (retry.due > at.now) {
      look_at_ = std::min(look_at_, retry.due);
    }
  }
  for (const auto& [name, recovery] : recoveries_) {
    if (recovery.next_deadline() > at.now) {  // else it was left out
      look_at_ = std::min(look_at_, std::max(recovery.next_deadline(), at.now + kLeastPause));
    }
  }
  look_at_ = std::min(look_at_, std::max(country_.next_deadline(), at.now + kLeastPause));
  say(effects);
  if (seen_->status || is_idle()) {  // else nobody knows what is where
    persist(effects);
  }
  return effects;
}

// A kernel that is busy may fail to tell once.
void WifiFeature::blind() {
  if (blind_ < 2) {
    return;
  }
  if (clearing_ && seen_->status.error().code == ErrorCode::NotFound) {
    clearing_ends();  // there is no Wi-Fi of which anything could stand
  }
  for (Radio& radio : radios_) {
    radio.verdict = {};
    radio.verdict.trouble = seen_->status.error().text;
  }
}

void WifiFeature::know_mute(Instant now) {
  std::map<std::string, Instant> since;
  mute_.clear();
  for (const WifiDaemonSeen& daemon : seen_->daemons) {
    if (daemon.state.empty()) {
      const auto before = mute_since_.find(daemon.interface);
      since[daemon.interface] = before == mute_since_.end() ? now : before->second;
      mute_[daemon.interface] = now - since[daemon.interface];
    }
  }
  mute_since_ = std::move(since);
}

// What cannot be taken away now must not hold up the rest.
std::optional<Effects> WifiFeature::clear(Instant now) {
  const std::vector<WifiDeed> deeds = clear_away(view());
  std::erase_if(uncleared_, [&](const auto& each) {
    return std::ranges::none_of(deeds, [&](const WifiDeed& deed) { return interface_of(deed) == each.first; });
  });
  bool hopeless = true;
  for (const WifiDeed& deed : deeds) {
    const auto retry = uncleared_.find(interface_of(deed));
    if (retry == uncleared_.end() || retry->second.due <= now) {
      return step(deed, {}, now, true);
    }
    hopeless = hopeless && retry->second.failures >= kMostClearings;
  }
  if (clearing_ && hopeless) {
    clearing_ends();
    memory_.folder = deeds.empty() ? "" : settings_.folder;  // the next run tries once more
  }
  return std::nullopt;
}

void WifiFeature::clearing_ends() {
  clearing_ = false;
  uncleared_.clear();
  memory_ = {};
  look_at_ = Instant::max();
}

std::optional<Effects> WifiFeature::set_up(Instant now) {
  if (auto deed = clear(now)) {
    return deed;
  }
  if (radios_.empty()) {
    return std::nullopt;
  }
  if (const auto country = country_.follow(seen_->country, now)) {
    return step(RequestCountry{*country}, {}, now);
  }
  share_out();
  if (!country_.is_settled()) {
    return hush(now);
  }
  Radio* next = nullptr;
  for (Radio& radio : radios_) {
    judge(radio, now);
    const bool first = next == nullptr || (radio.verdict.silent && !next->verdict.silent);
    next = radio.verdict.deed && radio.due <= now && first ? &radio : next;
  }
  return next != nullptr ? std::optional{step(*next->verdict.deed, next->settings.id, now)} : std::nullopt;
}

// While rules are asked for, what sends at 5 GHz under nobody's is ended.
std::optional<Effects> WifiFeature::hush(Instant now) {
  for (Radio& radio : radios_) {
    WifiVerdict verdict = judge_radio(radio.settings, seen_of(radio), chosen_channel(radio), view());
    if (radio.others || !verdict.silent || !verdict.deed) {
      continue;
    }
    radio.due = radio.verdict.silent ? radio.due : Instant{};  // what was refused before is another matter
    radio.verdict = std::move(verdict);
    if (radio.due <= now) {
      return step(*radio.verdict.deed, radio.settings.id, now);
    }
  }
  return std::nullopt;
}

// A name of the kernel's may have become another radio's, while its own is gone for a moment.
bool WifiFeature::is_elsewhere(const Radio& radio) const {
  const auto place = memory_.places.find(radio.settings.phy);
  const WifiRadioSeen* seen = seen_of(radio);
  return seen != nullptr && place != memory_.places.end() && place->second.path != seen->path;
}

// One radio has one channel and one mesh: of two sections that mean the same, the one that found it where it was has
// it, else the first.
void WifiFeature::share_out() {
  std::map<std::uint32_t, const Radio*> owners;
  for (const bool elsewhere : {false, true}) {
    for (Radio& radio : radios_) {
      const WifiRadioSeen* seen = seen_of(radio);
      if (is_elsewhere(radio) == elsewhere) {
        radio.others = seen != nullptr && !owners.emplace(seen->wiphy, &radio).second;
      }
    }
  }
  for (Radio& radio : radios_) {
    if (radio.others) {
      radio.verdict = {};
      radio.verdict.trouble = fmt::format("'{}' is the radio of '{}' already: one has one channel and one mesh",
                                          radio.settings.phy, owners.at(seen_of(radio)->wiphy)->settings.id);
    }
  }
}

const WifiRadioSeen* WifiFeature::seen_of(const Radio& radio) const {
  const auto place = memory_.places.find(radio.settings.phy);
  return find_wifi(radio.settings.phy, place == memory_.places.end() ? WifiPlace{} : place->second, seen_->radios);
}

// The name is the kernel's number, which a driver that is put on anew loses, for the rest of the boot.
void WifiFeature::know_place(const Radio& radio) {
  const WifiRadioSeen* seen = seen_of(radio);
  if (seen != nullptr && seen->phy == radio.settings.phy) {
    memory_.places[radio.settings.phy] = {seen->path, seen->mac};
  }
}

bool WifiFeature::is_where_named(const std::string& phy, const WifiPlace& place) const {
  return seen_ && std::ranges::any_of(seen_->radios, [&](const WifiRadioSeen& radio) {
           return radio.phy == phy && WifiPlace{radio.path, radio.mac} == place;
         });
}

std::optional<std::uint32_t> WifiFeature::chosen_channel(const Radio& radio) const {
  const auto at = memory_.channels.find(radio.settings.id);
  const auto& list = radio.settings.channels;
  const bool listed = at != memory_.channels.end() && std::ranges::find(list, at->second) != list.end();
  return listed ? std::optional{at->second} : std::nullopt;
}

void WifiFeature::judge(Radio& radio, Instant now) {
  if (radio.others) {
    return;
  }
  know_place(radio);
  const bool was_silent = radio.verdict.silent;
  radio.verdict = judge_radio(radio.settings, seen_of(radio), chosen_channel(radio), view());
  if (!radio.settings.channel) {
    judge_channels(radio, now);
  }
  if (radio.verdict.silent && !was_silent) {
    radio.due = {};  // to end sending is no new try of what was refused
  }
  const bool well = !radio.verdict.deed && radio.verdict.trouble.empty();
  if (well && now >= radio.restless_until) {
    radio.failures = 0;
    radio.why.clear();
    radio.due = {};
  }
}

// One that the rules refuse by now is forgotten as soon as nothing sends there any more.
void WifiFeature::judge_channels(Radio& radio, Instant now) {
  if (radio.verdict.silent && !radio.verdict.deed) {
    memory_.channels.erase(radio.settings.id);
    radio.surveyed = false;
    radio.verdict = judge_radio(radio.settings, seen_of(radio), std::nullopt, view());
  }
  if (radio.verdict.wants_channel && radio.surveyed) {
    choose_channel(radio);
    radio.surveyed = false;
    radio.none_allowed = !chosen_channel(radio);
    radio.due = radio.none_allowed ? now + kMostRetry : radio.due;
    radio.verdict = judge_radio(radio.settings, seen_of(radio), chosen_channel(radio), view());
  }
  if (radio.verdict.wants_channel && radio.none_allowed) {
    radio.verdict.trouble = "none of its channels is allowed";
    if (radio.due > now) {
      radio.verdict.deed.reset();
    }
  }
}

void WifiFeature::choose_channel(Radio& radio) {
  if (const WifiRadioSeen* seen = seen_of(radio)) {
    const auto channel =
        quietest_channel(radio.settings.channels, radio.settings.width, *seen, country_.rules_of(seen->country));
    if (channel) {
      memory_.channels[radio.settings.id] = *channel;
    }
  }
}

std::optional<Effects> WifiFeature::recover(const KnownTime& at) {
  for (const Radio& radio : radios_) {
    if (!settings_.recover || !radio.settings.mesh) {
      continue;
    }
    const std::string& name = radio.settings.mesh->interface;
    MeshRecovery& recovery = recoveries_[name];
    const auto links = std::ranges::find(links_, name, &MeshLinks::interface);
    // What is still being set up is not stuck; an access point that fails beside it is no reason to leave it so.
    const bool unfinished = radio.verdict.deed && interface_of(*radio.verdict.deed) == name;
    if (resting_.contains(name) || radio.verdict.silent || radio.others) {
      recovery.rest();
      continue;
    }
    if (links == links_.end()) {
      continue;  // as behind a reset, which is no new beginning
    }
    if (unfinished && radio.failures < kAlarmAfter) {
      continue;
    }
    const auto wanted = recovery.follow(*links, memory_.today[name], at.now);
    if (!wanted) {
      continue;
    }
    switch (wanted->rung) {
      case RecoveryRung::Kick: ++counted_.kicks; break;
      case RecoveryRung::Scan: ++counted_.scans; break;
      case RecoveryRung::Rejoin: ++counted_.rejoins; break;
      case RecoveryRung::Reset: ++counted_.resets; break;
    }
    if (auto deed = deed_for(*wanted, name)) {
      Effects effects{Note{MessageId::MeshRecoveryTried,
                           {{"interface", name}, {"deed", word_of(wanted->rung)}, {"why", wanted->why}}}};
      append(effects, step(std::move(*deed), {}, at.now));
      return effects;
    }
  }
  return std::nullopt;
}

// A mesh that was left is joined again, and a daemon that was ended started, by what is missing then.
std::optional<WifiDeed> WifiFeature::deed_for(const RecoveryDeed& wanted, const std::string& interface) const {
  const auto owner = std::ranges::find_if(
      radios_, [&](const Radio& radio) { return radio.settings.mesh && radio.settings.mesh->interface == interface; });
  const WifiRadioSeen* seen = owner == radios_.end() ? nullptr : seen_of(*owner);
  if (seen == nullptr) {
    return std::nullopt;
  }
  switch (wanted.rung) {
    case RecoveryRung::Kick: return KickMeshPeer{interface, wanted.peer};
    case RecoveryRung::Scan:
      return SurveyAir{interface, owner->verdict.channel ? std::vector{owner->verdict.channel->frequency}
                                                         : std::vector<std::uint32_t>{}};
    case RecoveryRung::Rejoin:
      return owner->settings.mesh->passphrase.empty() ? WifiDeed{LeaveMesh{interface}}
                                                      : WifiDeed{StopWifiDaemon{WifiDaemon::Supplicant, interface}};
    case RecoveryRung::Reset: return ResetRadio{seen->wiphy, seen->phy};
  }
  return std::nullopt;
}

}  // namespace karkara
