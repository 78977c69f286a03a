// What is told of the radios that the agent sets up: alarms, series, lines for people, and what is kept over restarts.
#include <fmt/format.h>

#include <algorithm>

#include "agent/wifi/wifi_feature.h"

namespace karkara {
namespace {

std::string channel_text(const std::optional<ChannelPlan>& channel) {
  return channel ? fmt::format("{} ({} MHz), {} MHz wide", channel->channel, channel->frequency, channel->width)
                 : std::string{"not chosen yet"};
}

std::vector<std::string> interface_lines(const WifiRadioSettings& radio) {
  std::vector<std::string> lines;
  if (radio.mesh) {
    lines.push_back(fmt::format("{}: mesh '{}', {}{}", radio.mesh->interface, radio.mesh->mesh_id,
                                radio.mesh->passphrase.empty() ? "open" : "SAE",
                                radio.mesh->batman ? ", below " + radio.mesh->batman->interface : std::string{}));
  }
  for (const AccessPointSettings& point : radio.access_points) {
    const char* security = point.security == WifiSecurity::Open       ? "open"
                           : point.security == WifiSecurity::Wpa2     ? "WPA2"
                           : point.security == WifiSecurity::Wpa2Wpa3 ? "WPA2 and WPA3"
                                                                      : "WPA3";
    lines.push_back(fmt::format("{}: access point '{}', {}", point.interface, point.ssid, security));
  }
  return lines;
}

}  // namespace

std::string WifiFeature::trouble_of(const Radio& radio) const {
  // What did not last once or twice is well as long as it stands.
  const bool failing = radio.failures >= kAlarmAfter || (radio.verdict.deed && radio.verdict.trouble.empty());
  if (radio.failures > 0 && failing) {
    return fmt::format("{} ({})", radio.why, radio.failures == 1 ? "once" : fmt::format("{} times", radio.failures));
  }
  return radio.verdict.trouble;
}

// What the plan itself refuses is definite; what the kernel refuses may be a matter of a moment.
void WifiFeature::say(Effects& effects) {
  std::map<AlarmKey, Fields> wanted;
  for (const Radio& radio : radios_) {
    if (radio.failures >= kAlarmAfter || !radio.verdict.trouble.empty()) {
      wanted[{MessageId::WifiRefuses, radio.settings.id}] = {{"radio", radio.settings.id}, {"why", trouble_of(radio)}};
    }
  }
  if (!radios_.empty() && country_.is_substituted()) {
    wanted[{MessageId::RegdomainSubstituted, ""}] = {{"country", country_.wanted()}, {"instead", country_.instead()}};
  }
  for (const auto& [name, recovery] : recoveries_) {
    if (recovery.is_stuck()) {
      wanted[{MessageId::MeshRadioStuck, name}] = {{"interface", name}};
    }
  }
  for (const auto& [key, fields] : raised_) {
    if (!wanted.contains(key)) {
      effects.emplace_back(SetAlarm{key, false, {}});
    }
  }
  for (const auto& [key, fields] : wanted) {
    const auto raised = raised_.find(key);
    if (raised == raised_.end() || raised->second != fields) {
      effects.emplace_back(SetAlarm{key, true, fields});
    }
  }
  raised_ = std::move(wanted);
}

void WifiFeature::persist(Effects& effects) {
  WifiMemory kept = memory_;
  std::erase_if(kept.today, [](const auto& each) { return each.second == RecoveryCounts{}; });
  // Flash is not written for what tells nothing: a day without deeds, a place that the name tells.
  kept.day = kept.today.empty() ? 0 : kept.day;
  std::erase_if(kept.places, [&](const auto& each) {
    const bool configured =
        std::ranges::any_of(radios_, [&](const Radio& radio) { return radio.settings.phy == each.first; });
    return !configured || is_where_named(each.first, each.second);
  });
  std::string text = to_text(kept);
  if (text != told_memory_) {
    told_memory_ = text;
    effects.emplace_back(Persist{std::string{kStateKey}, std::move(text), false});
  }
}

std::vector<Sample> WifiFeature::samples() const {
  std::vector<Sample> all;
  for (const Radio& radio : radios_) {
    const bool as_wanted = seen_ && trouble_of(radio).empty() && !radio.verdict.deed && country_.is_decided();
    all.push_back({SeriesId::WifiAsWanted, radio.settings.id, as_wanted ? 1.0 : 0.0});
  }
  const bool has_mesh =
      std::ranges::any_of(radios_, [](const Radio& radio) { return radio.settings.mesh.has_value(); });
  if (has_mesh) {
    all.push_back({SeriesId::MeshRecoveries, "kick", static_cast<double>(counted_.kicks)});
    all.push_back({SeriesId::MeshRecoveries, "scan", static_cast<double>(counted_.scans)});
    all.push_back({SeriesId::MeshRecoveries, "rejoin", static_cast<double>(counted_.rejoins)});
    all.push_back({SeriesId::MeshRecoveries, "reset", static_cast<double>(counted_.resets)});
  }
  return all;
}

WifiReport WifiFeature::report() const {
  WifiReport report;
  if (radios_.empty()) {
    return report;
  }
  report.country = country_.text();
  for (const Radio& radio : radios_) {
    WifiRadioReport told{radio.settings.id, radio.verdict.phy, channel_text(radio.verdict.channel), {}, {}, {}};
    told.trouble = trouble_of(radio);
    told.state = !seen_ || !country_.is_decided() ? "waits for the rules of the air"
                 : radio.verdict.deed             ? "setting up: " + to_text(*radio.verdict.deed)
                 : !told.trouble.empty()          ? "not as configured"
                 : radio.verdict.rests            ? "rests to save the battery"
                                                  : "as configured";
    told.interfaces = interface_lines(radio.settings);
    report.radios.push_back(std::move(told));
  }
  for (const auto& [name, recovery] : recoveries_) {
    const auto today = memory_.today.find(name);
    const RecoveryCounts counts = today == memory_.today.end() ? RecoveryCounts{} : today->second;
    report.recoveries.push_back({name, recovery.text(), counts.kicks, counts.scans, counts.rejoins, counts.resets});
  }
  return report;
}

std::vector<CheckItem> WifiFeature::check() const {
  std::vector<CheckItem> items;
  for (const WifiRadioReport& radio : report().radios) {
    const bool well = radio.trouble.empty();
    items.push_back({"radio " + radio.id, well ? CheckVerdict::Pass : CheckVerdict::Fail,
                     well ? radio.state : radio.trouble,
                     well ? "" : "see 'karkara mesh explain SITE' and the message WIFI_REFUSES"});
  }
  return items;
}

}  // namespace karkara
