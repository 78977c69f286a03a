// What follows from all that the uplink feature knows: the choice of each class, the plan, and what is said about it.
#include <algorithm>
#include <map>
#include <utility>

#include "agent/uplink/choice_record.h"
#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

bool is_up(UplinkState state) {
  return state == UplinkState::Up || state == UplinkState::Suspect;
}

constexpr Duration kAnsweredLately = std::chrono::minutes{1};
constexpr Duration kFarewellPause = std::chrono::seconds{5};  // several round trips of a satellite

std::string name_of(const std::optional<UplinkId>& uplink) {
  return uplink ? uplink->text() : "none";
}

}  // namespace

Standing UplinkFeature::standing_of(const Uplink& uplink) const {
  StandingInputs inputs{uplink.health, uplink.advice, orders_.held(uplink.health.settings().id)};
  if (uplink.truth.verdict() == Truth::Portal) {
    inputs.portal = uplink.truth.evidence();
  }
  if (uplink.quota.exhausted()) {
    inputs.quota = uplink.quota.over ? "the bundle is not valid any more" : "the bundle is used up";
    inputs.quota_for_control = uplink.quota.control_allowed();
  }
  if (uplink.quota.overspent()) {
    inputs.cost = Allowance::money_sentence(uplink.quota);
  }
  return standing(inputs);
}

Candidate UplinkFeature::candidate_of(const Uplink& uplink, Instant now) const {
  const UplinkHealth& health = uplink.health;
  const UplinkSettings& settings = health.settings();
  const Standing stands = standing_of(uplink);
  Candidate candidate;
  candidate.id = settings.id;
  candidate.state = health.state();
  candidate.usable_path = health.path().usable();
  candidate.heard = health.heard_in_probation();
  candidate.unasked = health.unasked();
  candidate.metered = settings.metered;
  candidate.preference = settings.preference;
  candidate.in_state = now - (health.state() == UplinkState::Probation ? health.unproven_since() : health.since());
  candidate.held = stands.held;
  candidate.held_but_control = stands.held_but_control;
  candidate.draining = stands.draining;
  candidate.walled = stands.walled;
  candidate.lacks_v4 = health.path().lacks_v4();
  candidate.quality = health.quality().grade(now);
  candidate.ordered = orders_.ordered(settings.id);
  candidate.fits_pace = uplink.fits_pace;
  candidate.overspent = stands.overspent;
  candidate.cost_per_megabyte = allowance_of(uplink).cost().value();
  candidate.watts = settings.watts;
  candidate.borrowed = settings.kind == UplinkKind::Mesh;
  candidate.latency = health.echoes().rtt().smoothed();
  return candidate;
}

std::vector<Candidate> UplinkFeature::candidates(Instant now) const {
  std::vector<Candidate> all;
  all.reserve(uplinks_.size());
  for (const Uplink& uplink : uplinks_) {
    all.push_back(candidate_of(uplink, now));
  }
  return all;
}

bool UplinkFeature::carries(const UplinkId& uplink) const {
  return control_.active() == uplink || std::any_of(classes_.begin(), classes_.end(), [&](const TrafficClass& of) {
           return of.choice.active() == uplink;
         });
}

bool UplinkFeature::any_up() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& u) { return is_up(u.health.state()); });
}

bool UplinkFeature::any_way_out(Instant now) const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [&](const Uplink& uplink) {
    const UplinkHealth& health = uplink.health;
    const bool nobody_to_ask = health.state() == UplinkState::Addressed && health.path().usable();
    const bool heard = health.state() == UplinkState::Probation && health.heard_in_probation();
    return is_up(health.state()) || heard || health.unasked() || nobody_to_ask ||
           health.traffic().answered_within(kAnsweredLately, now);
  });
}

bool UplinkFeature::answered_lately(const UplinkId& uplink, Instant now) const {
  const auto index = index_of(uplink);
  return index && uplinks_[*index].health.traffic().answered_within(kAnsweredLately, now);
}

std::optional<UplinkState> UplinkFeature::state_of(const UplinkId& uplink) const {
  const auto index = index_of(uplink);
  return index ? std::optional<UplinkState>{standing_of(uplinks_[*index]).shown} : std::nullopt;
}

Effects UplinkFeature::settle(Effects effects, Instant now) {
  if (!kernel_known_) {
    return effects;
  }
  decide(effects, now);
  for (Uplink& uplink : uplinks_) {
    uplink.health.set_role(carries(uplink.health.settings().id), !any_up(), now);
    damping_.see(uplink.health.settings().id, uplink.health.damping(), now);
  }
  set_budgets(now);
  for (Uplink& uplink : uplinks_) {
    probe_further(uplink, effects, now);
  }
  plan();
  announce_states(effects);
  leave_the_dead(effects);
  say_farewell(effects, now);
  set_alarms(effects, now);
  set_class_alarms(effects);
  return effects;
}

// Classes that make the same move are told of together.
void UplinkFeature::decide(Effects& effects, Instant now) {
  const std::vector<Candidate> known = candidates(now);
  std::vector<std::pair<Change, std::string>> changes;
  const auto decide_one = [&](UplinkChoice& choice) {
    const UplinkChoice before = choice;
    const std::string from = name_of(choice.active());
    const ChoiceReason reason = choice.decide(known, now);
    if (reason == ChoiceReason::None) {
      return;
    }
    // A record that does not fit is one that nobody will miss: the change itself is told below.
    static_cast<void>(decisions_.append(record_decision(known, before, choice, now)));
    const Change change{from, name_of(choice.active()), reason};
    const auto same = std::find_if(changes.begin(), changes.end(), [&](const auto& c) { return c.first == change; });
    if (same != changes.end()) {
      same->second += ", " + choice.rule().id.text();
    } else {
      changes.emplace_back(change, choice.rule().id.text());
    }
  };
  decide_one(control_);
  const bool control_moved = !changes.empty();
  for (TrafficClass& of : classes_) {
    decide_one(of.choice);
  }
  for (const auto& [change, classes] : changes) {
    announce(change, classes, effects);
  }
  if (control_moved && control_.active()) {
    switches_ += changes.front().first.from == "none" ? 0 : 1;
    follow_control(changes.front().first, effects, now);
  }
}

// After a failure the session has to be made anew at once. After a planned move the old way still carries it: what is
// under way, such as the answer to the order that moved it, gets its time first.
void UplinkFeature::follow_control(const Change& change, Effects& effects, Instant now) {
  const auto from = UplinkId::parse(change.from);
  const auto index = from ? index_of(*from) : std::nullopt;
  const bool planned = index && is_up(uplinks_[*index].health.state()) && !standing_of(uplinks_[*index]).walled;
  if (planned) {
    farewell_from_ = uplinks_[*index].health.path().way().source;
    farewell_at_ = now + kFarewellPause;
  } else {
    // At once, even if a class that has no other way stays there: the session has one.
    if (const auto source = index ? std::exchange(uplinks_[*index].last_source, {}) : std::nullopt) {
      effects.push_back(EndOwnConnections{*source});
    }
    effects.push_back(HurrySession{"traffic moved to " + change.to});
  }
}

void UplinkFeature::say_farewell(Effects& effects, Instant now) {
  if (farewell_at_ > now) {
    return;
  }
  farewell_at_ = Instant::max();
  const auto active = control_.active() ? index_of(*control_.active()) : std::nullopt;
  if (farewell_from_ && active && uplinks_[*active].health.path().way().source != farewell_from_) {
    effects.push_back(EndOwnConnections{*farewell_from_});
    effects.push_back(HurrySession{"traffic moved to " + control_.active()->text()});
  }
  farewell_from_.reset();
}

void UplinkFeature::announce(const Change& change, const std::string& classes, Effects& effects) {
  effects.push_back(Note{MessageId::UplinkSwitched,
                         {{"from", change.from},
                          {"to", change.to},
                          {"why", std::string{to_string(change.reason)}},
                          {"classes", classes}}});
}

void UplinkFeature::announce_states(Effects& effects) {
  for (Uplink& uplink : uplinks_) {
    const Standing stands = standing_of(uplink);
    if (stands.shown == uplink.told_state) {
      continue;
    }
    effects.push_back(Note{MessageId::UplinkState,
                           {{"uplink", uplink.health.settings().id.text()},
                            {"from", std::string{to_string(uplink.told_state)}},
                            {"to", std::string{to_string(stands.shown)}},
                            {"why", stands.why}}});
    uplink.told_state = stands.shown;
  }
}

// What still hangs on an uplink that died and that nothing uses any more: flows would keep their NAT binding and our
// own connections their source address, both for minutes. Only its own flows; those of other uplinks are not touched.
void UplinkFeature::leave_the_dead(Effects& effects) {
  for (Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    const bool walled = standing_of(uplink).walled;
    if (!walled && (is_up(health.state()) || health.state() == UplinkState::Probation)) {
      uplink.flushed = false;
      uplink.last_source = health.path().way().source;
    } else if (!uplink.flushed && (walled || has_failed(health)) && !carries(health.settings().id)) {
      uplink.flushed = true;
      effects.push_back(FlushMarkedFlows{{flow_mark_of_slot(uplink.slot), kMarkMask}});
      if (uplink.last_source) {
        effects.push_back(EndOwnConnections{*uplink.last_source});
      }
    }
  }
  if (std::exchange(left_tunnel_, false)) {
    // Their packets have the village's own addresses, which no uplink answers: they begin anew, translated. Those that
    // may stay inside are picked up again by their next packet.
    effects.push_back(FlushMarkedFlows{{kTunnelMark, kMarkMask}});
  }
  const std::optional<std::size_t> active = control_.active() ? index_of(*control_.active()) : std::nullopt;
  if (!active) {
    return;
  }
  const std::vector<IpAddress>& resolvers = resolvers_of(uplinks_[*active]);
  if (!resolvers.empty() && resolvers != told_resolvers_) {
    told_resolvers_ = resolvers;
    effects.push_back(WriteResolvers{resolvers});
  }
}

void UplinkFeature::set_alarms(Effects& effects, Instant now) const {
  for (const Uplink& uplink : uplinks_) {
    set_uplink_alarms(uplink, effects, now);
  }
  const bool blind = identity_known_ && anchors_.empty();
  effects.push_back(SetAlarm{{MessageId::NoAnchors, ""}, blind, {}});
  const bool all_failed =
      !blind && std::all_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& u) { return has_failed(u.health); });
  if (any_up() || all_failed) {
    effects.push_back(SetAlarm{{MessageId::NoUplink, ""}, all_failed, {}});
  }
}

void UplinkFeature::set_uplink_alarms(const Uplink& uplink, Effects& effects, Instant now) const {
  const std::string& id = uplink.health.settings().id.text();
  const Standing stands = standing_of(uplink);
  const auto set = [&](MessageId alarm, bool raised, const std::string& why) {
    effects.push_back(SetAlarm{{alarm, id}, raised, raised ? Fields{{"why", why}} : Fields{}});
  };
  // Probation says nothing yet: neither raise nor clear.
  if (is_up(uplink.health.state())) {
    effects.push_back(SetAlarm{{MessageId::UplinkDown, id}, false, {}});
  } else if (has_failed(uplink.health)) {
    effects.push_back(SetAlarm{
        {MessageId::UplinkDown, id}, true, {{"state", std::string{to_string(stands.shown)}}, {"why", stands.why}}});
  }
  set(MessageId::UplinkDraining, stands.draining, stands.why);
  set(MessageId::UplinkPortal, stands.shown == UplinkState::Portal, stands.why);
  set(MessageId::UplinkTampered, uplink.truth.verdict() == Truth::Tampered, uplink.truth.evidence());
  const std::string quota = allowance_of(uplink).sentence(uplink.quota, known_time(now));
  const bool ended = uplink.quota.exhausted() || uplink.quota.overspent();
  set(MessageId::BundleUsedUp, uplink.quota.exhausted(), quota);
  set(MessageId::SpendReached, uplink.quota.overspent(), quota);
  set(MessageId::BundleRunsOut, !ended && uplink.quota.runs_out.has_value(), quota);
  const ProbeBudget* budget = probes_.find(uplink.health.settings().id);
  set(MessageId::ProbeBudgetSpent, budget && budget->empty(now), "echoes wait for the next hours' share");
}

// Of an uplink that is configured no longer.
void UplinkFeature::clear_alarms(const std::string& uplink, Effects& effects) {
  for (const MessageId alarm :
       {MessageId::UplinkDown, MessageId::UplinkDraining, MessageId::UplinkPortal, MessageId::UplinkTampered,
        MessageId::BundleUsedUp, MessageId::BundleRunsOut, MessageId::SpendReached, MessageId::ProbeBudgetSpent}) {
    effects.push_back(SetAlarm{{alarm, uplink}, false, {}});
  }
}

void UplinkFeature::set_class_alarms(Effects& effects) const {
  for (const TrafficClass& of : classes_) {
    // LOAD_SHED tells of what is off to save the battery.
    // And guests are no class of the village's.
    const bool shed = !of.members.guests && of.choice.rule().off.empty() && !of.choice.active() &&
                      of.choice.reason() == ChoiceReason::Shed;
    effects.push_back(SetAlarm{{MessageId::ClassShed, of.members.id.text()}, shed, {}});
  }
}

std::optional<std::size_t> UplinkFeature::index_of(const UplinkId& id) const {
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    if (uplinks_[i].health.settings().id == id) {
      return i;
    }
  }
  return std::nullopt;
}

std::vector<std::size_t> UplinkFeature::indices_of(const std::vector<UplinkId>& ids) const {
  std::vector<std::size_t> indices;
  for (const UplinkId& id : ids) {
    if (const auto index = index_of(id)) {
      indices.push_back(*index);
    }
  }
  return indices;
}

}  // namespace karkara
