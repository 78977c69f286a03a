// The site as a whole: hands each event to the features in one fixed order (power, radios, mesh, uplink, tunnel,
// shaping, telemetry), carries their facts on, settles what concerns more than one, and answers questions about all of
// them. Pure; owns no adapter. Called by agent/runtime only.
#pragma once

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/mesh/bridge_watch.h"
#include "agent/mesh/mesh_watch.h"
#include "agent/mesh/neighbour_feature.h"
#include "agent/mesh/radio_feature.h"
#include "agent/power/power_feature.h"
#include "agent/power/shed/feed_cycle.h"
#include "agent/reconcile/reconciler.h"
#include "agent/shaping/shaping_feature.h"
#include "agent/site/alarm_book.h"
#include "agent/site/clock_keeper.h"
#include "agent/site/settings.h"
#include "agent/site/uplink_devices.h"
#include "agent/telemetry/telemetry_feature.h"
#include "agent/uplink/tunnel_feature.h"
#include "agent/uplink/uplink_feature.h"
#include "agent/wifi/wifi_feature.h"

namespace karkara {

// Both clocks, read once for each turn of the loop.
struct Times {
  Instant now;
  WallTime wall;
};

// What the site is given at start beside its configuration.
struct SiteStart {
  std::string agent_version;
  std::uint64_t seed = 0;                        // 64 random bits
  std::uint64_t boot_id = 0;                     // changes with each boot of the router
  WallTime build_time;                           // the clock cannot be before it
  std::map<std::string, std::string> persisted;  // what an earlier run persisted, by key
  std::optional<std::uint64_t> router_memory{};  // bytes
};

struct ConfigActivated {
  SiteSettings old_settings;
  SiteSettings settings;
  std::string highest_cost;  // "none", "reload", ... for the log
  std::size_t changed_fields = 0;
};

class Site {
 public:
  Site(SiteSettings settings, SiteStart start, Times at);

  Effects start(Times at);
  Effects on(const Event& event, Times at);
  Effects on(const ConfigActivated& change, Times at);
  Effects tick(Times at);
  [[nodiscard]] Instant next_deadline() const;

  [[nodiscard]] SiteStatus status(Times at) const;
  [[nodiscard]] const SiteSettings& settings() const { return settings_; }
  [[nodiscard]] WantedNetwork wanted_network() const;

 private:
  void know_wall(Times at);
  Effects dispatch(const Event& event, Times at);
  Effects handle(const SessionOpened& event, Times at);
  Effects handle(const SiteRequest& event, Times at);
  Effects handle(const EchoAnswered& event, Times at);
  Effects handle(const FrameAcknowledged& event, Times at);
  Effects handle(const AirChanged& event, Instant now);
  Effects act(const SiteRequest& request, AnswerRequest& reply, Times at);
  Effects stop(Times at);
  Effects keep_everything(Times at);
  Effects keep_everything_now(Times at);
  static void write_at_once(Effects& effects);
  Effects sample(Times at);
  void settle(Effects& effects, Times at);  // after every turn: alarms, network, clock, what is told
  void settle_devices(Effects& effects, Times at);
  void settle_cures(Effects& effects, Times at);
  [[nodiscard]] std::vector<UplinkAdvice> advice(Instant now);
  void settle_wifi(Times at);
  void know_links(Instant now);
  void settle_bridges(Effects& effects);
  void settle_neighbours(Effects& effects, Times at);
  Effects tick_neighbours(Times at);
  [[nodiscard]] bool neighbours_moved() const;
  [[nodiscard]] Surroundings surroundings(Times at);
  [[nodiscard]] MeshReport mesh_report(Times at) const;
  void settle_tunnel(Effects& effects, Times at);
  void settle_shaping(Effects& effects, Times at);
  void settle_network(Effects& effects, Times at);
  [[nodiscard]] bool network_is_told() const;
  [[nodiscard]] KnownTime known_time(Times at) const;
  void settle_alarms(Effects& effects, Times at);
  void settle_clock(Effects& effects, Times at);
  void settle_departure(Effects& effects, Times at);
  void settle_report(Effects& effects, Times at);
  void set_alarm(const SetAlarm& alarm, Times at, Effects& effects);
  void persist_clock(Times at, Effects& effects);
  [[nodiscard]] std::vector<Sample> samples(Times at) const;
  [[nodiscard]] StateReport state(Times at) const;
  [[nodiscard]] StateReport explain(Times at) const;
  [[nodiscard]] std::vector<CheckItem> check(Times at) const;
  [[nodiscard]] std::vector<UsageReport> usage(Times at) const;
  [[nodiscard]] AnswerRequest answer(const SiteRequest& request, Times at) const;

  SiteSettings settings_;
  SiteStart start_;
  Instant started_;
  PowerFeature power_;
  FeedCycle feeds_;
  RadioFeature radios_;
  MeshWatch mesh_;
  BridgeWatch bridges_;
  WifiFeature wifi_;
  NeighbourFeature neighbours_;
  UplinkDevices devices_;
  UplinkFeature uplink_;
  TunnelFeature tunnel_;
  ShapingFeature shaping_;
  TelemetryFeature telemetry_;
  Reconciler reconciler_;
  AlarmBook alarms_;
  ClockKeeper clock_;
  std::string session_ = "not started";
  bool session_open_ = false;
  std::uint64_t epoch_ = 0;
  std::optional<bool> session_allowed_;
  std::optional<AnchorTime> used_anchor_time_;
  WantedNetwork told_network_;  // without its traffic
  WantedTraffic told_traffic_;
  bool network_told_ = false;
  StateReport told_report_;
  std::optional<DescribeSelf> told_description_;
  std::set<UplinkId> advised_;  // who was told something
  Shedding told_shedding_;
  Guests told_guests_;
  std::optional<UplinkAdvice> told_lender_;
  std::optional<std::uint8_t> charge_;  // percent, as neighbours are told
  Instant charge_at_{};
  Effects departure_;  // from the old uplink; waits until the kernel sends traffic over the new one
  Instant departure_by_ = Instant::max();
  Instant follow_by_ = Instant::max();  // the tunnel waits for the kernel no longer
  std::optional<std::uint64_t> resident_bytes_;
  Instant next_clock_save_;
};

}  // namespace karkara
