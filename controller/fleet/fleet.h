// The country's picture: one SiteView per registered site, and the judgement which of them are up. Liveness is a fresh
// frame within 2.5 heartbeat intervals, never the state of a socket. Refuses to read a clock, store or send: it answers
// with effects that controller/service runs.
#pragma once

#include <map>
#include <set>
#include <utility>

#include "controller/fleet/fleet_events.h"

namespace karkara {

struct FleetPolicy {
  Duration heartbeat_interval = std::chrono::minutes{4};
  [[nodiscard]] Duration silence_limit() const { return heartbeat_interval * 5 / 2; }
};

class Fleet {
 public:
  explicit Fleet(FleetPolicy policy, std::uint64_t next_alarm_id = 1);

  FleetEffects on(const FleetEvent& event, Moment now);
  FleetEffects tick(Moment now);                // after it, next_deadline() > now.at
  [[nodiscard]] Instant next_deadline() const;  // Instant::max() when nobody is awaited

  [[nodiscard]] const std::map<SiteId, SiteView>& sites() const { return sites_; }
  [[nodiscard]] const SiteView* find(const SiteId& site) const;

 private:
  void handle(const SiteRegistered& event, Moment now, FleetEffects& effects);
  void handle(const SiteRemembered& event, Moment now, FleetEffects& effects);
  void handle(const SiteCertified& event, Moment now, FleetEffects& effects);
  void handle(const SiteGreeted& event, Moment now, FleetEffects& effects);
  void handle(const SiteHeard& event, Moment now, FleetEffects& effects);
  void handle(const SiteReported& event, Moment now, FleetEffects& effects);
  void handle(const SiteSignalled& event, Moment now, FleetEffects& effects);
  void handle(const SiteSampled& event, Moment now, FleetEffects& effects);
  void handle(const SiteHungUp& event, Moment now, FleetEffects& effects);
  void handle(const SoilingFound& event, Moment now, FleetEffects& effects);

  SiteView* known(const SiteId& site);
  void hear(SiteView& site, Moment now, FleetEffects& effects);
  void judge(SiteView& site, Moment now, FleetEffects& effects);
  void await(const SiteView& site, Instant until);
  [[nodiscard]] bool is_silent(const SiteView& site, Instant now) const;

  FleetPolicy policy_;
  std::uint64_t next_alarm_id_;
  std::map<SiteId, SiteView> sites_;
  // One entry per awaited site. A frame does not move it: when it is due, it is set anew from what was heard since.
  std::set<std::pair<Instant, SiteId>> awaited_;
  std::set<SiteId> waiting_;
};

}  // namespace karkara
