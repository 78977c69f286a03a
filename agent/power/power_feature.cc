#include "agent/power/power_feature.h"

#include <fmt/format.h>

#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/power/charger_days.h"
#include "agent/power/make_source.h"

namespace karkara {
namespace {

constexpr Duration kLook = std::chrono::seconds{10};  // at the energy; chargers tell theirs once a second

bool is_same_device(PowerSourceSettings a, const PowerSourceSettings& b) {
  a.deadline = b.deadline;
  return a == b;
}

// What may be wanted later in this run: of sources, and of the battery.
std::map<std::string, std::string> worth_shelving(std::map<std::string, std::string> kept) {
  std::erase_if(kept, [](const auto& one) {
    const std::string& key = one.first;
    return !key.starts_with("days-") && !key.starts_with("counts-") && key != EnergyWatch::kBatteryKey &&
           key != EnergyWatch::kForecastKey;
  });
  return kept;
}

bool sheds(const PowerSettings& settings) {
  const SheddingSettings& shedding = settings.shedding;
  return settings.battery &&
         (!shedding.stages.empty() || !shedding.relays.empty() || !shedding.power_off_command.empty());
}

}  // namespace

PowerFeature::PowerFeature(PowerSettings settings, const std::map<std::string, std::string>& kept)
    : settings_{std::move(settings)}, shelf_{worth_shelving(kept)} {
  for (const PowerSourceSettings& source : settings_.sources) {
    sources_.push_back(make_source(source, settings_));
    append(unread_, take_from_shelf(*sources_.back()));
  }
  if (settings_.battery) {
    energy_.emplace(*settings_.battery, settings_.sun, kept);
  }
  if (sheds(settings_)) {
    shed_.emplace(settings_, kept, Instant{});  // the router's start
  }
  if (const auto events = kept.find(std::string{PowerEvents::kStateKey}); events != kept.end()) {
    if (const unsigned lost = events_.restore(events->second); lost > 0) {
      unread_.emplace_back(
          Note{MessageId::PowerStateUnread, {{"what", "events"}, {"why", fmt::format("{} lines are none", lost)}}});
    }
  }
}

PowerSource* PowerFeature::find(const DeviceId& id) const {
  const auto found = std::ranges::find_if(
      sources_, [&](const auto& source) { return source != nullptr && source->settings().id == id; });
  return found != sources_.end() ? found->get() : nullptr;
}

// A device that was away may have its relays as it likes.
void PowerFeature::see_return(const PowerSource& source, Instant now, Effects& effects) {
  const bool is_back = std::ranges::any_of(effects, [](const Effect& effect) {
    const auto* alarm = std::get_if<SetAlarm>(&effect);
    return alarm != nullptr && alarm->key.message == MessageId::PowerSourceLost && !alarm->raised;
  });
  if (is_back && shed_) {
    append(effects, shed_->device_back(source.settings(), now));
  }
}

bool PowerFeature::owns(const DeviceId& device) const {
  return find(device) != nullptr;
}

Effects PowerFeature::start(Instant now) {
  Effects effects = std::exchange(unread_, {});
  for (const auto& source : sources_) {
    append(effects, source->start(now));
  }
  look_at_ = energy_ ? now : Instant::max();  // at once: what was shed before a restart stays shed
  return effects;
}

template <class Answer>
Effects PowerFeature::tell_relays(const Answer& answer, Instant now) {
  Effects effects;
  for (std::optional<ShedControl>* control : {&shed_, &leaving_}) {
    if (*control) {
      append(effects, (*control)->on(answer, now));
    }
  }
  return effects;
}

Effects PowerFeature::on(const ModbusAnswered& event, Instant now) {
  return owns(event.device) ? tell(event, event.device, now) : tell_relays(event, now);
}

Effects PowerFeature::on(const SnmpSetDone& event, Instant now) {
  return tell_relays(event, now);
}

Effects PowerFeature::on(const RelaySwitched& event, const KnownTime& at) {
  Effects effects;
  for (std::optional<ShedControl>* control : {&shed_, &leaving_}) {
    if (*control) {
      append(effects, (*control)->on(event, at, events_));
    }
  }
  return effects;
}

Effects PowerFeature::reconfigure_sources(const PowerSettings& settings, Instant now) {
  Effects closing;
  Effects opening;
  const bool other_tables = *settings.tables != *settings_.tables;
  std::vector<std::unique_ptr<PowerSource>> kept;
  for (const PowerSourceSettings& wanted : settings.sources) {
    const auto same = std::ranges::find_if(sources_, [&](const auto& source) {
      return source != nullptr && source->settings().id == wanted.id && is_same_device(source->settings(), wanted);
    });
    const bool by_table = wanted.kind == PowerSourceKind::Modbus || wanted.kind == PowerSourceKind::Snmp;
    if (same != sources_.end() && !(by_table && other_tables)) {
      (*same)->set_deadline(wanted.deadline);
      kept.push_back(std::move(*same));
    } else {
      kept.push_back(make_source(wanted, settings));
      if (PowerSource* before = find(wanted.id)) {
        put_on_shelf(*before);
      }
      append(opening, take_from_shelf(*kept.back()));
      append(opening, kept.back()->start(now));
    }
  }
  for (const auto& source : sources_) {
    if (source != nullptr) {
      put_on_shelf(*source);
      append(closing, source->retire());
    }
  }
  sources_ = std::move(kept);
  std::erase_if(told_, [&](const auto& told) { return find(told.first) == nullptr; });
  append(closing, std::move(opening));
  return closing;
}

Effects PowerFeature::reconfigure_energy(const PowerSettings& settings, Instant now) {
  Effects effects;
  if (!settings.battery) {
    append(effects, energy_ ? energy_->retire() : Effects{});
    if (energy_) {
      resting_ = std::exchange(energy_, std::nullopt);
    }
  } else if (energy_ || resting_) {
    if (!energy_) {
      energy_ = std::exchange(resting_, std::nullopt);
    }
    append(effects, energy_->reconfigure(*settings.battery, settings.sun));
  } else {
    energy_.emplace(*settings.battery, settings.sun, shelf_);
  }
  if (shed_ && !sheds(settings)) {
    append(effects, shed_->retire(now));
    leaving_ = std::move(shed_);
    shed_.reset();
  } else if (sheds(settings) && (shed_ || leaving_)) {
    if (!shed_) {
      shed_ = std::exchange(leaving_, std::nullopt);  // with the relays that are on their way back on
    }
    leaving_.reset();
    append(effects, shed_->reconfigure(settings, now));
  } else if (sheds(settings)) {
    shed_.emplace(settings, std::map<std::string, std::string>{}, now);
  }
  look_at_ = energy_ ? now + kLook : Instant::max();
  return effects;
}

Effects PowerFeature::reconfigure(const PowerSettings& settings, Instant now) {
  Effects effects = reconfigure_sources(settings, now);
  append(effects, reconfigure_energy(settings, now));
  settings_ = settings;
  return effects;
}

Effects PowerFeature::look(const KnownTime& at) {
  look_at_ = at.now + kLook;
  Effects effects = energy_->see(energy(at.now), stage(), at, events_);
  if (shed_) {
    append(effects, shed_->see(*energy_, at, events_));
  }
  keep_events(effects);
  return effects;
}

Effects PowerFeature::tick(const KnownTime& at) {
  Effects effects;
  for (const auto& source : sources_) {
    append(effects, source->tick(at.now));
    append(effects, fill_days(*source, at));
  }
  append(effects, keep_counts(at, false));
  if (energy_ && at.now >= look_at_) {
    append(effects, look(at));
  }
  for (std::optional<ShedControl>* control : {&shed_, &leaving_}) {
    if (*control) {
      append(effects, (*control)->tick(at, events_));
    }
  }
  return effects;
}

Effects PowerFeature::stop(const KnownTime& at) {
  Effects effects;
  for (std::optional<EnergyWatch>* energy : {&energy_, &resting_}) {
    append(effects, *energy ? (*energy)->keep(at, true) : Effects{});
  }
  for (const auto& source : sources_) {
    append(effects, source->keep(at.now, true));
  }
  append(effects, keep_counts(at, true));
  return effects;
}

Instant PowerFeature::next_deadline() const {
  Instant next = look_at_;
  for (const auto& source : sources_) {
    next = std::min(next, source->next_deadline());
  }
  for (const std::optional<ShedControl>* control : {&shed_, &leaving_}) {
    next = *control ? std::min(next, (*control)->next_deadline()) : next;
  }
  return next;
}

std::vector<Sample> PowerFeature::source_samples(Instant now) const {
  std::vector<Sample> all;
  for (const auto& source : sources_) {
    const std::vector<Sample> some = source->samples(now);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<Sample> PowerFeature::samples(const KnownTime& at) const {
  std::vector<Sample> all = source_samples(at.now);
  if (energy_) {
    const std::vector<Sample> some = energy_->samples(stage(), at);
    all.insert(all.end(), some.begin(), some.end());
  }
  if (shed_) {
    all.push_back({SeriesId::ShedStage, "", static_cast<double>(stage())});
  }
  return all;
}

std::vector<PowerSourceReport> PowerFeature::reports(Instant now) const {
  std::vector<PowerSourceReport> reports;
  for (const auto& source : sources_) {
    reports.push_back(source->report(now));
  }
  return reports;
}

EnergyReport PowerFeature::energy_report(const KnownTime& at) const {
  EnergyReport report;
  if (energy_) {
    report = energy_->report(stage(), at);
  } else {
    report.explanation = {"Nothing is believed of the battery: no 'battery' is configured."};
  }
  if (shed_) {
    shed_->add_to(report, at);
  }
  report.events = events_.newest_first();
  return report;
}

std::vector<std::string> PowerFeature::waiting() const {
  std::vector<std::string> waiting;
  for (const auto& source : sources_) {
    if (const std::string what = source->waiting_for(); !what.empty()) {
      waiting.push_back(fmt::format("power device {} ({})", source->settings().id.text(), what));
    }
  }
  return waiting;
}

}  // namespace karkara
