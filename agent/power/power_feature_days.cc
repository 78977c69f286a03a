// The past days of chargers, as far as they concern the whole feature: rest of PowerFeature.
#include <algorithm>

#include "agent/facts/effect_list.h"
#include "agent/power/missed_days.h"
#include "agent/power/power_feature.h"

namespace karkara {

PowerHistoryReport PowerFeature::history() const {
  PowerHistoryReport report;
  for (const auto& source : sources_) {
    if (auto history = source->history()) {
      report.chargers.push_back(std::move(*history));
    }
  }
  return report;
}

std::vector<PastSample> PowerFeature::take_past() {
  std::vector<PastSample> past = std::exchange(past_, {});
  std::stable_sort(past.begin(), past.end(), [](const auto& a, const auto& b) { return a.at < b.at; });
  return past;
}

// Days that a charger told because nobody had listened: into telemetry, the events and the forecast, each once.
Effects PowerFeature::fill_days(PowerSource& source, const KnownTime& at) {
  Effects effects;
  const std::vector<ChargerDay> days = source.take_missed(at, settings_.utc_offset);
  if (!days.empty()) {
    const DeviceId& id = source.settings().id;
    for (PastSample& past : samples_of(id, days, settings_.utc_offset)) {
      past_.push_back(std::move(past));
    }
    const std::string sentence = sentence_of(days);
    events_.add(at, "missed days", id.text() + " told " + sentence);
    effects.emplace_back(Note{MessageId::MissedDays, {{"source", id.text()}, {"days", sentence}}});
    keep_events(effects);
    learn_days(source, days, at, effects);
  }
  append(effects, source.keep(at.now, false));
  return effects;
}

// The forecast knows one array: where several chargers share the site's sun, a day of one of them tells it nothing.
void PowerFeature::learn_days(const PowerSource& source, const std::vector<ChargerDay>& days, const KnownTime& at,
                              Effects& effects) {
  const bool alone = std::ranges::all_of(told_, [&](const auto& told) {
    const EnergySample& said = told.second;
    return told.first == source.settings().id || (!said.panel_power && !said.charge_current);
  });
  if (!energy_ || !alone) {
    return;
  }
  for (const ChargerDay& day : days) {
    append(effects, energy_->see_missed_day(day, at));
  }
}

void PowerFeature::keep_events(Effects& effects) {
  if (events_.take_changed()) {
    effects.emplace_back(Persist{std::string{PowerEvents::kStateKey}, events_.memory()});
  }
}

}  // namespace karkara
