#include "controller/fleet/fleet.h"

#include <algorithm>

#include "common/series.h"
#include "controller/fleet/sun/soiling_words.h"

namespace karkara {
namespace {

// What a site says each hour of the day before, into its days. A clock that is ahead of ours speaks of no day.
void take_array_day(SiteView& site, const SiteSample& sample, WallTime now) {
  const double* watts = std::get_if<double>(&sample.value);
  if (sample.key.series != static_cast<std::uint16_t>(SeriesId::ArrayClear) || watts == nullptr ||
      sample.measured > now + std::chrono::hours{1}) {
    return;
  }
  const std::optional<Degrees>& longitude = site.record.longitude;
  if (const auto day = day_before(sample.measured, longitude)) {
    site.array_days.take(*day, Watts{*watts}, solar_day(now, longitude));
  }
}

}  // namespace

Fleet::Fleet(FleetPolicy policy, std::uint64_t next_alarm_id) : policy_{policy}, next_alarm_id_{next_alarm_id} {}

FleetEffects Fleet::on(const FleetEvent& event, Moment now) {
  FleetEffects effects;
  std::visit([&](const auto& what) { handle(what, now, effects); }, event);
  return effects;
}

FleetEffects Fleet::tick(Moment now) {
  FleetEffects effects;
  while (!awaited_.empty() && awaited_.begin()->first <= now.at) {
    const SiteId id = awaited_.begin()->second;
    awaited_.erase(awaited_.begin());
    waiting_.erase(id);
    SiteView& site = sites_.at(id);
    if (!is_silent(site, now.at)) {
      await(site, *site.heard + policy_.silence_limit());
      continue;
    }
    judge(site, now, effects);
    if (site.session_open) {
      effects.emplace_back(SessionSilent{id});
    }
  }
  return effects;
}

Instant Fleet::next_deadline() const {
  return awaited_.empty() ? Instant::max() : awaited_.begin()->first;
}

const SiteView* Fleet::find(const SiteId& site) const {
  const auto at = sites_.find(site);
  return at == sites_.end() ? nullptr : &at->second;
}

void Fleet::handle(const SiteRegistered& event, Moment now, FleetEffects& effects) {
  const auto [at, is_new] = sites_.try_emplace(event.record.id);
  at->second.record = event.record;
  if (is_new) {
    at->second.state_since = now.at;
    at->second.state_since_wall = now.wall;
  }
  effects.emplace_back(SiteChanged{event.record.id});
}

void Fleet::handle(const SiteRemembered& event, Moment now, FleetEffects& effects) {
  SiteView* site = known(event.memory.site);
  if (site == nullptr) {
    return;
  }
  // A wall clock that was set back while we were away must not make ages negative.
  const auto back_then = [&](WallTime wall) {
    return Instant{now.at.since_boot() - std::max<Duration>(now.wall - wall, Duration{0})};
  };
  const SiteMemory& memory = event.memory;
  site->state = memory.state;
  site->state_since = back_then(memory.state_since);
  site->state_since_wall = memory.state_since;
  site->agent_version = memory.agent_version;
  site->report = memory.report;
  site->report_received = back_then(memory.report_received);
  site->report_received_wall = memory.report_received;
  for (const SiteSample& sample : memory.values) {
    site->values.take(sample, now);
  }
  site->array_days = memory.array_days;
  site->told_days = memory.told_days;
  for (const AlarmRecord& record : event.alarms) {
    site->alarms.restore(record);
    next_alarm_id_ = std::max(next_alarm_id_, record.id + 1);
  }
  if (memory.heard) {
    site->heard = back_then(*memory.heard);
    site->heard_wall = *memory.heard;
    // The silence until now may be our own: the site gets one whole limit from here to call.
    await(*site, now.at + policy_.silence_limit());
  }
  effects.emplace_back(SiteChanged{memory.site});
}

void Fleet::handle(const SiteCertified& event, Moment, FleetEffects& effects) {
  if (SiteView* site = known(event.site)) {
    site->certificate_expires = event.expires;
    effects.emplace_back(SiteChanged{event.site});
  }
}

void Fleet::handle(const SiteGreeted& event, Moment now, FleetEffects& effects) {
  SiteView* site = known(event.site);
  if (site == nullptr) {
    return;
  }
  site->session_open = true;
  site->session = event.session;
  site->agent_version = event.agent_version;
  site->report = event.report;
  site->report_received = now.at;
  site->report_received_wall = now.wall;
  for (AlarmRecord& record :
       site->alarms.take_list(event.active_alarms, event.device_time, event.site, now.wall, next_alarm_id_)) {
    const bool opened = record.active;
    effects.emplace_back(AlarmChanged{std::move(record), opened});
  }
  hear(*site, now, effects);
  effects.emplace_back(SiteChanged{event.site});
}

void Fleet::handle(const SiteHeard& event, Moment now, FleetEffects& effects) {
  if (SiteView* site = known(event.site)) {
    hear(*site, now, effects);
  }
}

void Fleet::handle(const SiteReported& event, Moment now, FleetEffects& effects) {
  if (SiteView* site = known(event.site)) {
    site->report = event.report;
    site->report_received = now.at;
    site->report_received_wall = now.wall;
    hear(*site, now, effects);
    effects.emplace_back(SiteChanged{event.site});
  }
}

void Fleet::handle(const SiteSignalled& event, Moment now, FleetEffects& effects) {
  SiteView* site = known(event.site);
  if (site == nullptr) {
    return;
  }
  const bool foreign = is_controllers_alarm(event.signal.key.message);  // no site may raise or clear it
  auto record = foreign ? std::nullopt : site->alarms.take(event.signal, event.site, now.wall, next_alarm_id_);
  if (record) {
    const bool opened = record->active;
    effects.emplace_back(AlarmChanged{std::move(*record), opened});
    effects.emplace_back(SiteChanged{event.site});
  }
  hear(*site, now, effects);
}

void Fleet::handle(const SiteSampled& event, Moment now, FleetEffects& effects) {
  SiteView* site = known(event.site);
  if (site == nullptr) {
    return;
  }
  bool newer = false;
  for (const SiteSample& sample : event.samples) {
    newer = site->values.take(sample, now) || newer;
    take_array_day(*site, sample, now.wall);
    newer = site->told_days.take(sample, now.wall, site->record.longitude) || newer;
  }
  hear(*site, now, effects);
  if (newer) {
    effects.emplace_back(SiteChanged{event.site});
  }
}

void Fleet::handle(const SiteHungUp& event, Moment, FleetEffects& effects) {
  if (SiteView* site = known(event.site); site != nullptr && site->session_open && site->session == event.session) {
    site->session_open = false;
    effects.emplace_back(SiteChanged{event.site});
  }
}

// A verdict that is missing today leaves the alarm as it is.
void Fleet::handle(const SoilingFound& event, Moment now, FleetEffects& effects) {
  SiteView* site = known(event.site);
  if (site == nullptr) {
    return;
  }
  const bool other = !site->soiling || site->soiling->verdict != event.finding.verdict;
  site->soiling = event.finding;
  site->compared = now.at;
  std::optional<AlarmRecord> record;
  switch (event.finding.verdict) {
    case SoilingVerdict::NoData:
    case SoilingVerdict::TooFewNeighbours: break;
    case SoilingVerdict::CleanPanels:
      record = site->alarms.take({panels_dirty(), true, now.wall, soiling_fields(event.finding)}, event.site, now.wall,
                                 next_alarm_id_);
      break;
    case SoilingVerdict::Fine:
    case SoilingVerdict::Haze:
    case SoilingVerdict::DustEverywhere:
      record = site->alarms.take({panels_dirty(), false, now.wall, {}}, event.site, now.wall, next_alarm_id_);
      break;
  }
  if (record) {
    const bool opened = record->active;
    effects.emplace_back(AlarmChanged{std::move(*record), opened});
  }
  if (record || other) {
    effects.emplace_back(SiteChanged{event.site});
  }
}

SiteView* Fleet::known(const SiteId& site) {
  const auto at = sites_.find(site);
  return at == sites_.end() ? nullptr : &at->second;
}

void Fleet::hear(SiteView& site, Moment now, FleetEffects& effects) {
  site.heard = now.at;
  site.heard_wall = now.wall;
  judge(site, now, effects);
  if (!waiting_.contains(site.record.id)) {
    await(site, now.at + policy_.silence_limit());
  }
}

void Fleet::judge(SiteView& site, Moment now, FleetEffects& effects) {
  SiteState state = SiteState::Unreachable;
  if (!is_silent(site, now.at)) {
    state = site.alarms.any_at_least(Level::Error) ? SiteState::Degraded : SiteState::Up;
  }
  if (state == site.state) {
    return;
  }
  effects.emplace_back(SiteStateChanged{site.record.id, site.state, state});
  effects.emplace_back(SiteChanged{site.record.id});
  site.state = state;
  site.state_since = now.at;
  site.state_since_wall = now.wall;
}

void Fleet::await(const SiteView& site, Instant until) {
  if (waiting_.insert(site.record.id).second) {
    awaited_.emplace(until, site.record.id);
  }
}

bool Fleet::is_silent(const SiteView& site, Instant now) const {
  return !site.heard || now - *site.heard >= policy_.silence_limit();
}

}  // namespace karkara
