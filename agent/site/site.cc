#include "agent/site/site.h"

#include <algorithm>
#include <charconv>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/site/table_alarms.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

constexpr const char* kClockKey = "clock-floor";
constexpr Duration kClockSavePause = std::chrono::hours{1};  // one small write to flash an hour

// The kernel would not do what comes after a failover; the failover itself is done.
Effects refusal(const char* what, const Status& status) {
  if (status.ok()) {
    return {};
  }
  return {Note{MessageId::NetworkApplyFailed, {{"what", what}, {"why", status.error().text}}}};
}

Effects joined(Effects first, Effects second) {
  append(first, std::move(second));
  return first;
}

// A look at the counters comes up to ten times a second, and nearly always without any.
bool has_news(const Effects& effects) {
  return std::any_of(effects.begin(), effects.end(), [](const Effect& effect) {
    return !std::holds_alternative<ReadFlowCounters>(effect) && !std::holds_alternative<SayHello>(effect);
  });
}

std::string kept(const SiteStart& start, const std::string& key) {
  const auto at = start.persisted.find(key);
  return at == start.persisted.end() ? "" : at->second;
}

WallTime saved_time(const std::map<std::string, std::string>& persisted) {
  const auto at = persisted.find(kClockKey);
  std::int64_t seconds = 0;
  if (at != persisted.end()) {
    std::from_chars(at->second.data(), at->second.data() + at->second.size(), seconds);
  }
  // What no calendar has is no floor.
  return WallTime{std::chrono::seconds{seconds > 0 && seconds < kLatestDate ? seconds : 0}};
}

}  // namespace

Site::Site(SiteSettings settings, SiteStart start, Times at)
    : settings_{std::move(settings)},
      start_{std::move(start)},
      started_{at.now},
      power_{settings_.power, start_.persisted},
      feeds_{settings_.feeds},
      radios_{settings_.radios, kept(start_, std::string{RadioFeature::kStateKey})},
      mesh_{at.now},
      wifi_{settings_.wifi, kept(start_, std::string{WifiFeature::kStateKey}), settings_.radios.utc_offset},
      neighbours_{settings_.neighbours,
                  {kept(start_, NeighbourFeature::kStateKey), kept(start_, NeighbourFeature::kAddressKey),
                   kept(start_, NeighbourFeature::kRevokedKey)}},
      devices_{settings_.cellular, settings_.vsat, start_.persisted, at.now},
      uplink_{settings_.uplink, {start_.seed, start_.boot_id, start_.persisted, at.now}},
      tunnel_{settings_.tunnel, kept(start_, TunnelFeature::kStateKey), at.now},
      shaping_{settings_.shaping,
               {kept(start_, std::string{RateMemory::kStateKey}), kept(start_, std::string{ClassQuotas::kStateKey}),
                start_.boot_id, start_.router_memory},
               {at.now, std::nullopt}},
      telemetry_{settings_.telemetry, start_.boot_id, at.now},
      clock_{start_.build_time, saved_time(start_.persisted), settings_.set_system_clock},
      next_clock_save_{at.now + kClockSavePause} {}

Effects Site::start(Times at) {
  Effects effects;
  effects.push_back(Note{MessageId::AgentStarted, {{"site", settings_.id.text()}, {"version", start_.agent_version}}});
  append(effects, tell_unread_tables({}, settings_.unread_tables));
  effects.push_back(RequestDump{});
  append(effects, tunnel_.start());
  append(effects, power_.start(at.now));
  append(effects, feeds_.start(at.now));
  append(effects, radios_.start(at.now));
  append(effects, wifi_.start(at.now));
  settle(effects, at);
  return effects;
}

Effects Site::on(const Event& event, Times at) {
  know_wall(at);
  Effects effects = dispatch(event, at);
  const bool often = std::holds_alternative<FlowCountersRead>(event) || std::holds_alternative<RoundTripsSeen>(event) ||
                     std::holds_alternative<HelloHeard>(event);
  if (!often || has_news(effects) || neighbours_moved()) {
    settle(effects, at);
  }
  return effects;
}

Effects Site::dispatch(const Event& event, Times at) {
  const Instant now = at.now;
  return std::visit(Overloaded{
                        [&](const LinkChanged& e) {
                          radios_.on(e, now);
                          mesh_.on(e);
                          wifi_.on(e, now);
                          return uplink_.on(e, now);
                        },
                        [&](const LinkGone& e) { return uplink_.on(e, now); },
                        [&](const KernelSeen& e) {
                          if (!uplink_.kernel_known()) {
                            tunnel_.adopt(e.snapshot, now);
                          }
                          mesh_.on(e);
                          Effects effects = uplink_.on(e, now);
                          append(effects, reconciler_.on(e, now));
                          return effects;
                        },
                        [&](const BatchDone& e) { return reconciler_.on(e, now); },
                        [&](const EchoAnswered& e) { return handle(e, at); },
                        [&](const EchoFailed& e) {
                          shaping_.on_echo_lost(e.uplink, now);
                          return uplink_.on(e, now);
                        },
                        [&](const FlowCountersRead& e) {
                          shaping_.on(e, now);
                          neighbours_.on(e, now);
                          return uplink_.on(e, now);
                        },
                        [&](const TrafficCounted& e) { return shaping_.on(e, known_time(at)); },
                        [&](const HostsCounted& e) {
                          shaping_.on(e, now);
                          return Effects{};
                        },
                        [&](const RoundTripsSeen& e) { return shaping_.on(e, now); },
                        [&](const RoundTripsUnavailable& e) { return shaping_.on(e, now); },
                        [&](const MarkedFlowsFlushed& e) { return refusal("flows of a dead uplink", e.status); },
                        [&](const OwnConnectionsEnded& e) { return refusal("own connections", e.status); },
                        [&](const LeaseRead& e) { return uplink_.on(e, now); },
                        [&](const ContentChecked& e) { return uplink_.on(e, now); },
                        [&](const ResolverChecked& e) { return uplink_.on(e, now); },
                        [&](const ModemSeen& e) { return devices_.on_modem(e, now); },
                        [&](const ModemGone& e) { return devices_.on_modem(e, now); },
                        [&](const ModemBusState& e) { return devices_.on_modem(e, now); },
                        [&](const ModemCommandDone& e) { return devices_.on_modem(e, now); },
                        [&](const SnmpAnswered& e) {
                          return power_.owns(e.device) ? power_.on(e, now) : devices_.on_terminal(e, now);
                        },
                        [&](const SnmpSetDone& e) { return joined(power_.on(e, now), feeds_.on(e, now)); },
                        [&](const RelaySwitched& e) { return joined(power_.on(e, known_time(at)), feeds_.on(e, now)); },
                        [&](const RadiosSeen& e) { return radios_.on(e, known_time(at)); },
                        [&](const MeshSeen& e) {
                          Effects effects = mesh_.on(e, now);
                          know_links(now);
                          return effects;
                        },
                        [&](const WifiSeen& e) { return wifi_.on(e, known_time(at)); },
                        [&](const AirChanged& e) { return handle(e, now); },
                        [&](const WifiStepDone& e) { return wifi_.on(e, known_time(at)); },
                        [&](const NeighbourMet& e) { return neighbours_.on(e, now); },
                        [&](const NeighbourLost& e) { return neighbours_.on(e, now); },
                        [&](const HelloHeard& e) { return neighbours_.on(e, now); },
                        [&](const HelloRefused& e) { return neighbours_.on(e, now); },
                        [&](const HelloState& e) { return neighbours_.on(e, now); },
                        [&](const BatmanGatewaySet& e) { return neighbours_.on(e, now); },
                        [&](const CertificatesRevoked& e) { return neighbours_.on(e, now); },
                        [&](const RadioSet& e) { return radios_.on(e, known_time(at)); },
                        [&](const ModbusAnswered& e) { return joined(power_.on(e, now), feeds_.on(e, now)); },
                        [&](const DishSeen& e) { return devices_.on_terminal(e, now); },
                        [&](const TunnelSeen& e) { return tunnel_.on(e, now); },
                        [&](const SerialOpened& e) { return power_.on(e, now); },
                        [&](const SerialClosed& e) { return power_.on(e, now); },
                        [&](const SerialBytes& e) { return power_.on(e, now); },
                        [&](const IdentityKnown& e) {
                          clock_.raise_certain(e.floor);
                          return uplink_.on(e, now);
                        },
                        [&](const SessionOpened& e) { return handle(e, at); },
                        [&](const SessionClosed& e) {
                          session_open_ = false;
                          session_ = "closed: " + e.why;
                          Effects effects{Note{MessageId::SessionDown, {{"why", e.why}}}};
                          append(effects, telemetry_.on(e, now));
                          return effects;
                        },
                        [&](const SessionTrying& e) {
                          session_ = e.what;
                          return Effects{};
                        },
                        [&](const FrameAcknowledged& e) { return handle(e, at); },
                        [&](const SiteRequest& e) { return handle(e, at); },
                        [&](const SpoolOpened& e) { return telemetry_.on(e, now); },
                        [&](const BlockStored& e) { return telemetry_.on(e, now); },
                        [&](const BlockLoaded& e) { return telemetry_.on(e, now); },
                        [&](const SpoolFailed& e) { return telemetry_.on(e, now); },
                        [&](const SpoolTrimmed& e) { return telemetry_.on(e, now); },
                        [&](const ClockStepped& e) {
                          Effects effects = clock_.on(e);
                          persist_clock(at, effects);
                          return effects;
                        },
                        [&](const SelfMeasured& e) {
                          resident_bytes_ = e.resident_bytes;
                          return Effects{};
                        },
                        [&](const ReloadAsked& e) { return Effects{Reload{e.by}}; },
                        [&](const StopAsked&) { return stop(at); },
                    },
                    event);
}

Effects Site::on(const ConfigActivated& change, Times at) {
  Effects tables = tell_unread_tables(settings_.unread_tables, change.settings.unread_tables);
  settings_ = change.settings;
  Effects effects;
  effects.push_back(Note{MessageId::ConfigActivated,
                         {{"changed", std::to_string(change.changed_fields)}, {"cost", change.highest_cost}}});
  append(effects, std::move(tables));
  clock_.set_policy(settings_.set_system_clock);
  append(effects, power_.reconfigure(settings_.power, at.now));
  append(effects, feeds_.reconfigure(settings_.feeds, at.now));
  append(effects, radios_.reconfigure(settings_.radios, known_time(at)));
  append(effects, wifi_.reconfigure(settings_.wifi, settings_.radios.utc_offset, at.now));
  append(effects, devices_.reconfigure(settings_.cellular, settings_.vsat, at.now));
  append(effects, neighbours_.reconfigure(settings_.neighbours, at.now));
  append(effects, uplink_.reconfigure(settings_.uplink, at.now));
  append(effects, tunnel_.reconfigure(settings_.tunnel, at.now));
  append(effects, shaping_.reconfigure(settings_.shaping, known_time(at)));
  append(effects, telemetry_.configure(settings_.telemetry, at.now));
  settle(effects, at);
  return effects;
}

void Site::know_wall(Times at) {
  uplink_.know_wall(clock_.trusted(at.wall) ? std::optional<WallTime>{at.wall} : std::nullopt);
}

Effects Site::tick(Times at) {
  know_wall(at);
  Effects effects = power_.tick(known_time(at));
  if (const std::vector<PastSample> past = power_.take_past(); !past.empty()) {
    append(effects, telemetry_.add_past(past, at.now));
  }
  if (power_.take_flush()) {
    append(effects, keep_everything(at));
    write_at_once(effects);  // the cut may come within seconds
  }
  append(effects, feeds_.tick(at.now));
  append(effects, radios_.tick(known_time(at)));
  append(effects, mesh_.tick(at.now));
  append(effects, wifi_.tick(known_time(at)));
  append(effects, tick_neighbours(at));
  append(effects, devices_.tick(at.now));
  append(effects, uplink_.tick(at.now));
  append(effects, tunnel_.tick(at.now));
  append(effects, shaping_.tick(known_time(at)));
  if (telemetry_.wants_samples(at.now)) {
    append(effects, sample(at));
  }
  append(effects, telemetry_.tick(at.now));
  append(effects, reconciler_.tick(at.now));
  if (next_clock_save_ <= at.now) {
    persist_clock(at, effects);
  }
  // That the hub has been there for long enough comes with no effect.
  const bool tunnel_moved = uplink_.tunnel() != tunnel_.carried(uplink_.kernel());
  if (has_news(effects) || power_.shedding() != told_shedding_ || departure_by_ <= at.now || follow_by_ <= at.now ||
      tunnel_moved || neighbours_moved() || shaping_.wanted() != told_traffic_) {
    settle(effects, at);
  }
  return effects;
}

Instant Site::next_deadline() const {
  return std::min({power_.next_deadline(), feeds_.next_deadline(), radios_.next_deadline(), mesh_.next_deadline(),
                   wifi_.next_deadline(), neighbours_.next_deadline(), devices_.next_deadline(),
                   uplink_.next_deadline(), tunnel_.next_deadline(), shaping_.next_deadline(),
                   telemetry_.next_deadline(), reconciler_.next_deadline(), next_clock_save_, departure_by_,
                   follow_by_});
}

Effects Site::sample(Times at) {
  // The measurement asked for here is there at the next sample.
  Effects effects{MeasureSelf{}};
  append(effects, telemetry_.add_samples(samples(at), at.now, at.wall, clock_.trusted(at.wall)));
  return effects;
}

Effects Site::handle(const SessionOpened& event, Times at) {
  session_open_ = true;
  told_report_ = {};  // Hello may have been written before the last change: the state goes out once more
  session_ = "up";
  epoch_ = std::max(epoch_, event.epoch);
  Effects effects{Note{MessageId::SessionUp, {}}};
  for (SendAlarm& alarm : alarms_.restart_session()) {
    effects.push_back(std::move(alarm));
  }
  append(effects, telemetry_.on(event, at.now));
  return effects;
}

Effects Site::handle(const FrameAcknowledged& event, Times at) {
  switch (event.frame_class) {
    case FrameClass::Alarm:
      alarms_.acknowledged(event.sequence);
      return alarms_.unacknowledged() == 0 ? power_.alarms_heard() : Effects{};
    case FrameClass::Telemetry: return telemetry_.on(event, at.now);
    case FrameClass::Control:
    case FrameClass::Config:
    case FrameClass::Bulk: return {};
  }
  return {};
}

Effects Site::stop(Times at) {
  Effects effects{Note{MessageId::AgentStopping, {}}};
  append(effects, keep_everything(at));
  append(effects, neighbours_.stop());
  append(effects, radios_.stop());
  effects.push_back(Stop{});
  return effects;
}

void Site::persist_clock(Times at, Effects& effects) {
  next_clock_save_ = at.now + kClockSavePause;
  if (clock_.trusted(at.wall)) {
    clock_.save(at.wall);
    effects.push_back(Persist{kClockKey, std::to_string(at.wall.seconds())});
  }
}

void Site::settle(Effects& effects, Times at) {
  settle_wifi(at);
  settle_bridges(effects);
  settle_neighbours(effects, at);
  settle_devices(effects, at);
  settle_neighbours(effects, at);  // whether our traffic goes there now is what they are told
  settle_cures(effects, at);
  settle_tunnel(effects, at);
  settle_shaping(effects, at);
  settle_alarms(effects, at);
  settle_clock(effects, at);
  settle_network(effects, at);
  settle_departure(effects, at);
  settle_report(effects, at);
}

void Site::settle_alarms(Effects& effects, Times at) {
  Effects settled;
  settled.reserve(effects.size());
  for (Effect& effect : effects) {
    if (const auto* alarm = std::get_if<SetAlarm>(&effect)) {
      set_alarm(*alarm, at, settled);
    } else {
      settled.push_back(std::move(effect));
    }
  }
  effects = std::move(settled);
}

void Site::set_alarm(const SetAlarm& alarm, Times at, Effects& effects) {
  auto change = alarms_.set(alarm, alarm.at.value_or(at.wall));
  if (!change) {
    return;
  }
  Fields fields{{"alarm", change->change.raised ? "raised" : "cleared"}};
  if (!alarm.key.instance.empty()) {
    fields.emplace_back("instance", alarm.key.instance);
  }
  fields.insert(fields.end(), alarm.fields.begin(), alarm.fields.end());
  effects.push_back(Note{alarm.key.message, std::move(fields)});
  if (session_open_) {
    effects.push_back(std::move(*change));
  }
}

void Site::settle_clock(Effects& effects, Times at) {
  if (uplink_.anchor_time() && uplink_.anchor_time() != used_anchor_time_) {
    used_anchor_time_ = uplink_.anchor_time();
    append(effects, clock_.on(*used_anchor_time_, at.now, at.wall));
  }
  const bool allowed = clock_.trusted(at.wall);
  if (session_allowed_ != allowed) {
    session_allowed_ = allowed;
    effects.push_back(AllowSession{allowed});
    set_alarm(SetAlarm{{MessageId::ClockUntrusted, ""}, !allowed, {}}, at, effects);
    if (!allowed) {
      session_ = "waiting for the clock";
    }
  }
}

}  // namespace karkara
