// The fleet as it runs: the pure Fleet behind one lock, with the clock, the store, the log and the watchers around it.
// Refuses to block on the disk: `durable` is called when it has written. Called by the services on gRPC's threads and
// by the ticking loop; visited by metrics.
#pragma once

#include <map>
#include <mutex>
#include <set>

#include "common/host/log.h"
#include "controller/fleet/fleet_access.h"
#include "controller/store/store.h"

namespace karkara {

class LiveFleet final : public FleetAccess {
 public:
  using Watcher = std::function<void(const SiteId& site)>;

  LiveFleet(FleetPolicy policy, Store& store, const Clock& clock, Log& log);

  Status restore();  // once, before anything else
  // durable: when all that this event and the site's earlier ones changed is stored, or cannot be (Unavailable).
  void apply(const FleetEvent& event, WriteDone durable = {});
  void tick();  // deadlines, and what could not be stored earlier; a few times a second
  void
  save_changed();  // the last known of the sites that changed since the last call; every half minute and at the end

  void visit(const Visit& look) const override;
  [[nodiscard]] bool has(const SiteId& site) const;
  [[nodiscard]] Moment now() const { return moment_of(clock_); }

  // The watcher is called on any thread, must not block and may be called once more after unwatch().
  std::uint64_t watch(Watcher watcher);
  void unwatch(std::uint64_t id);
  // Who ends the session of a site that is silent; set once.
  void when_silent(Watcher end_session) { end_session_ = std::move(end_session); }

 private:
  using AlarmId = std::pair<SiteId, std::uint64_t>;
  void run_effects(const FleetEffects& effects);
  void tell_watchers(const std::set<SiteId>& changed);
  WriteGroup writes_for(const FleetEvent& event, const FleetEffects& effects);
  void submit(WriteGroup writes, const SiteId& site, WriteDone durable);
  void note_outcome(const WriteGroup& alarms, const Status& status);
  [[nodiscard]] bool has_unsaved(const SiteId& site) const;

  Store& store_;
  const Clock& clock_;
  Log& log_;
  Watcher end_session_;

  mutable std::mutex mutex_;
  Fleet fleet_;
  std::map<AlarmId, AlarmRecord> unsaved_;  // the store refused them; the newest of each
  std::set<SiteId> changed_;                // whose last known is not stored yet

  std::mutex watchers_mutex_;
  std::map<std::uint64_t, Watcher> watchers_;
  std::uint64_t next_watcher_ = 1;
};

}  // namespace karkara
