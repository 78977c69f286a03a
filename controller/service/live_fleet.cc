#include "controller/service/live_fleet.h"

#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr std::size_t kMostPerGroup = 400;

SiteId site_of(const FleetEvent& event) {
  return std::visit(Overloaded{
                        [](const SiteRegistered& one) { return one.record.id; },
                        [](const SiteRemembered& one) { return one.memory.site; },
                        [](const auto& one) { return one.site; },
                    },
                    event);
}

// Those that no telemetry block repeats: a report is acknowledged, so it must be stored with it.
bool stores_memory(const FleetEvent& event) {
  return std::holds_alternative<SiteReported>(event) || std::holds_alternative<SiteGreeted>(event);
}

}  // namespace

LiveFleet::LiveFleet(FleetPolicy policy, Store& store, const Clock& clock, Log& log)
    : store_{store}, clock_{clock}, log_{log}, fleet_{policy} {}

Status LiveFleet::restore() {
  auto sites = store_.load();
  if (!sites) {
    return sites.error();
  }
  const std::lock_guard lock{mutex_};
  const Moment moment = now();
  for (StoredSite& site : *sites) {
    fleet_.on(SiteRegistered{site.record}, moment);
    if (site.certificate_expires) {
      fleet_.on(SiteCertified{site.record.id, *site.certificate_expires}, moment);
    }
    SiteMemory memory = site.memory ? std::move(*site.memory) : SiteMemory{};
    memory.site = site.record.id;
    if (!site.memory) {
      memory.state_since = moment.wall;
    }
    fleet_.on(SiteRemembered{std::move(memory), std::move(site.alarms)}, moment);
  }
  return {};
}

void LiveFleet::apply(const FleetEvent& event, WriteDone durable) {
  FleetEffects effects;
  {
    const std::lock_guard lock{mutex_};
    effects = fleet_.on(event, now());
    WriteGroup writes = writes_for(event, effects);
    // Under the lock, so that the store sees changes of one alarm in the order in which they happened.
    if (!writes.empty() || durable) {
      submit(std::move(writes), site_of(event), std::move(durable));
    }
  }
  run_effects(effects);
}

void LiveFleet::tick() {
  FleetEffects effects;
  {
    const std::lock_guard lock{mutex_};
    const Moment moment = now();
    if (moment.at >= fleet_.next_deadline()) {
      effects = fleet_.tick(moment);
    }
    for (const FleetEffect& effect : effects) {
      if (const auto* changed = std::get_if<SiteChanged>(&effect)) {
        changed_.insert(changed->site);
      }
    }
    if (!unsaved_.empty() && store_.healthy()) {
      WriteGroup writes;
      while (!unsaved_.empty() && writes.size() < kMostPerGroup) {
        writes.emplace_back(PutAlarm{std::move(unsaved_.begin()->second)});
        unsaved_.erase(unsaved_.begin());
      }
      submit(std::move(writes), {}, {});
    }
  }
  run_effects(effects);
}

void LiveFleet::save_changed() {
  const std::lock_guard lock{mutex_};
  if (!store_.healthy()) {
    return;
  }
  for (const SiteId& site : changed_) {
    if (const SiteView* view = fleet_.find(site)) {
      store_.submit({PutMemory{memory_of(*view)}}, {});
    }
  }
  changed_.clear();
}

void LiveFleet::visit(const Visit& look) const {
  const std::lock_guard lock{mutex_};
  look(fleet_, now());
}

bool LiveFleet::has(const SiteId& site) const {
  const std::lock_guard lock{mutex_};
  return fleet_.find(site) != nullptr;
}

std::uint64_t LiveFleet::watch(Watcher watcher) {
  const std::lock_guard lock{watchers_mutex_};
  watchers_.emplace(next_watcher_, std::move(watcher));
  return next_watcher_++;
}

void LiveFleet::unwatch(std::uint64_t id) {
  const std::lock_guard lock{watchers_mutex_};
  watchers_.erase(id);
}

void LiveFleet::run_effects(const FleetEffects& effects) {
  std::set<SiteId> changed;
  const auto run = Overloaded{
      [&](const SiteChanged& effect) { changed.insert(effect.site); },
      [&](const SiteStateChanged& effect) {
        log_.write({MessageId::SiteStateChanged,
                    {{"site", effect.site.text()},
                     {"from", std::string{to_string(effect.from)}},
                     {"to", std::string{to_string(effect.to)}}}});
      },
      [&](const AlarmChanged& effect) {
        log_.write({effect.opened ? MessageId::AlarmRaised : MessageId::AlarmCleared,
                    {{"site", effect.record.site.text()},
                     {"alarm", effect.record.key.message},
                     {"instance", effect.record.key.instance},
                     {"number", std::to_string(effect.record.id)}}});
      },
      [&](const SessionSilent& effect) {
        if (end_session_) {
          end_session_(effect.site);
        }
      },
  };
  for (const FleetEffect& effect : effects) {
    std::visit(run, effect);
  }
  if (!changed.empty()) {
    tell_watchers(changed);
  }
}

void LiveFleet::tell_watchers(const std::set<SiteId>& changed) {
  std::vector<Watcher> watchers;
  {
    const std::lock_guard lock{watchers_mutex_};
    for (const auto& [id, watcher] : watchers_) {
      watchers.push_back(watcher);
    }
  }
  for (const SiteId& site : changed) {
    for (const Watcher& watcher : watchers) {
      watcher(site);
    }
  }
}

WriteGroup LiveFleet::writes_for(const FleetEvent& event, const FleetEffects& effects) {
  const SiteId site = site_of(event);
  WriteGroup writes;
  // What the store refused earlier comes along: its acknowledgement would otherwise say too much.
  for (auto at = unsaved_.lower_bound({site, 0}); at != unsaved_.end() && at->first.first == site;) {
    writes.emplace_back(PutAlarm{std::move(at->second)});
    at = unsaved_.erase(at);
  }
  for (const FleetEffect& effect : effects) {
    if (const auto* alarm = std::get_if<AlarmChanged>(&effect)) {
      writes.emplace_back(PutAlarm{alarm->record});
    }
  }
  const SiteView* view = fleet_.find(site);
  if (view == nullptr) {
    return writes;
  }
  if (stores_memory(event)) {
    writes.emplace_back(PutMemory{memory_of(*view)});
    changed_.erase(site);
  } else if (!std::holds_alternative<SoilingFound>(event)) {  // a finding is made anew from what is stored
    changed_.insert(site);
  }
  return writes;
}

void LiveFleet::submit(WriteGroup writes, const SiteId& site, WriteDone durable) {
  WriteGroup alarms;
  for (const Write& write : writes) {
    if (std::holds_alternative<PutAlarm>(write)) {
      alarms.push_back(write);
    }
  }
  store_.submit(
      std::move(writes), [this, alarms = std::move(alarms), site, durable = std::move(durable)](const Status& status) {
        note_outcome(alarms, status);
        if (durable) {
          durable(status && has_unsaved(site) ? Status{Error{ErrorCode::Unavailable, "an earlier alarm is not stored"}}
                                              : status);
        }
      });
}

// Outcomes come in the order of the writes, so the later one of an alarm is the truth about it.
void LiveFleet::note_outcome(const WriteGroup& alarms, const Status& status) {
  if (alarms.empty()) {
    return;
  }
  const std::lock_guard lock{mutex_};
  for (const Write& write : alarms) {
    const AlarmRecord& record = std::get<PutAlarm>(write).record;
    if (status) {
      unsaved_.erase({record.site, record.id});
    } else {
      unsaved_.insert_or_assign({record.site, record.id}, record);
    }
  }
}

bool LiveFleet::has_unsaved(const SiteId& site) const {
  const std::lock_guard lock{mutex_};
  const auto at = unsaved_.lower_bound({site, 0});
  return at != unsaved_.end() && at->first.first == site;
}

}  // namespace karkara
