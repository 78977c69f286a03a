#include "agent/uplink/uplink_feature.h"

#include <algorithm>
#include <array>
#include <utility>

#include "agent/facts/effect_list.h"
#include "agent/uplink/nft_plan.h"

namespace karkara {
namespace {

constexpr const char* kOrdersKey = "uplink-orders";
constexpr Duration kMtuRepeat = std::chrono::hours{24};
constexpr Duration kMeteredMtuRepeat = std::chrono::hours{24 * 7};
constexpr Duration kCountersPatience = std::chrono::seconds{1};

ChoicePolicy policy_of(const UplinkFeatureSettings& settings) {
  return {settings.switch_back_after, settings.leave_metered_after, settings.min_dwell};
}

ClassRule control_rule() {
  return {*ClassId::parse("control"), MeteredUse::Always, true, {}, false};
}

// Without classes in the configuration all of the village is one; behind classes that do not take everything stands one
// that does.
std::vector<ClassSettings> all_classes(std::vector<ClassSettings> configured) {
  if (configured.empty() || !configured.back().takes_everything()) {
    ClassSettings rest;
    rest.id = *ClassId::parse(configured.empty() ? "village" : "other");
    rest.metered = configured.empty() ? MeteredUse::Always : MeteredUse::Never;
    configured.push_back(std::move(rest));
  }
  return configured;
}

std::uint64_t packets_named(const FlowCountersRead& event, const std::string& name) {
  const auto count = std::find_if(event.counters.begin(), event.counters.end(),
                                  [&](const FlowCounter& named) { return named.name == name; });
  return count == event.counters.end() ? 0 : count->packets;
}

}  // namespace

UplinkFeature::UplinkFeature(UplinkFeatureSettings settings, const UplinkStart& start)
    : settings_{std::move(settings)},
      nonce_seed_{start.nonce_seed},
      boot_{start.boot},
      control_{control_rule(), policy_of(settings_)},
      ledger_{ledger_settings()},
      damping_{start.boot} {
  const auto kept = [&](std::string_view key) -> std::string_view {
    const auto at = start.persisted.find(std::string{key});
    return at == start.persisted.end() ? std::string_view{} : std::string_view{at->second};
  };
  damping_.restore(kept(DampingBook::kStateKey), start.now);
  for (const UplinkSettings& uplink : settings_.uplinks) {
    add_uplink(uplink);
  }
  damping_.keep_only(ids());
  orders_.restore(kept(kOrdersKey), start.now);
  probes_.restore(kept(ProbeBook::kStateKey));
  if (!ledger_.restore(kept(UsageLedger::kStateKey)).empty()) {
    unread_.push_back(Persist{"usage-unread", std::string{kept(UsageLedger::kStateKey)}});
  }
  static_cast<void>(set_classes());
  set_budgets(start.now);
  plan();
}

void UplinkFeature::add_uplink(const UplinkSettings& settings) {
  const std::uint32_t slot = free_slot();
  // Far apart, so that the sequences of one uplink and of its neighbours do not meet.
  const std::uint64_t seed = nonce_seed_ + (std::uint64_t{slot} << 40U);
  uplinks_.push_back({slot, UplinkHealth{settings, settings_.hold_down, settings_.hold_down_max, seed},
                      UplinkTruth{settings.id, truth_policy(settings), seed + (1ULL << 38U)},
                      PathMtu{seed + (1ULL << 39U), settings.metered ? kMeteredMtuRepeat : kMtuRepeat}});
  uplinks_.back().health.restore(damping_.restored(settings.id));
}

// A class that stays keeps its choice; a new one starts with the control class's. Returns those that are gone.
std::vector<ClassId> UplinkFeature::set_classes() {
  control_.set_policy(control_rule(), policy_of(settings_));
  std::vector<TrafficClass> before = std::exchange(classes_, {});
  for (const ClassSettings& members : all_classes(settings_.classes)) {
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&](const TrafficClass& known) { return known.members.id == members.id; });
    UplinkChoice choice =
        old != before.end() ? std::move(old->choice) : UplinkChoice{rule_of(members), policy_of(settings_)};
    if (old == before.end() && control_.active()) {
      choice.adopt(*control_.active());
    }
    choice.set_policy(rule_of(members), policy_of(settings_));
    classes_.push_back({members, std::move(choice)});
  }
  std::vector<ClassId> gone;
  for (const TrafficClass& known : before) {
    if (std::none_of(classes_.begin(), classes_.end(),
                     [&](const TrafficClass& of) { return of.members.id == known.members.id; })) {
      gone.push_back(known.members.id);
    }
  }
  return gone;
}

std::uint32_t UplinkFeature::free_slot() const {
  std::uint32_t slot = 0;
  while (std::any_of(uplinks_.begin(), uplinks_.end(), [&](const Uplink& u) { return u.slot == slot; })) {
    ++slot;
  }
  return slot;
}

UplinkFeature::Uplink* UplinkFeature::find(const UplinkId& id) {
  const auto at =
      std::find_if(uplinks_.begin(), uplinks_.end(), [&](const Uplink& u) { return u.health.settings().id == id; });
  return at != uplinks_.end() ? &*at : nullptr;
}

Effects UplinkFeature::on(const LinkChanged& event, Instant now) {
  const auto at = std::find_if(kernel_.links.begin(), kernel_.links.end(),
                               [&](const Link& link) { return link.index == event.link.index; });
  if (at != kernel_.links.end()) {
    *at = event.link;
  } else {
    kernel_.links.push_back(event.link);
  }
  return see_kernel(now);
}

Effects UplinkFeature::on(const LinkGone& event, Instant now) {
  std::erase_if(kernel_.links, [&](const Link& link) { return link.index == event.index; });
  std::erase_if(kernel_.addresses, [&](const LinkAddress& address) { return address.link == event.index; });
  std::erase_if(kernel_.routes, [&](const Route& route) { return route.link == event.index; });
  return see_kernel(now);
}

Effects UplinkFeature::on(const KernelSeen& event, Instant now) {
  kernel_ = event.snapshot;
  if (!kernel_known_) {
    kernel_known_ = true;
    adopt_choice();
  }
  Effects effects = std::exchange(unread_, {});
  account(effects, now);
  append(effects, see_kernel(now));
  return effects;
}

void UplinkFeature::adopt_choice() {
  const Route* first = nullptr;
  for (const Route& route : kernel_.routes) {
    if (route.table == kChoiceTable && route.protocol == kOurProtocol && route.destination.is_everything() &&
        (!first || route.metric < first->metric)) {
      first = &route;
    }
  }
  for (const Uplink& uplink : uplinks_) {
    const Link* link = kernel_.link_named(interface_of(uplink));
    if (first && link && link->index == first->link) {
      control_.adopt(uplink.health.settings().id);
      for (TrafficClass& of : classes_) {
        of.choice.adopt(uplink.health.settings().id);
      }
    }
  }
}

Effects UplinkFeature::see_kernel(Instant now) {
  Effects effects;
  if (kernel_known_) {
    for (Uplink& uplink : uplinks_) {
      const auto echoes = uplink.health.see_path(path_of(uplink), now);
      send(uplink, echoes, effects, now);
    }
    ask_leases(effects, now);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const EchoAnswered& event, Instant now) {
  Effects effects;
  if (Uplink* uplink = find(event.uplink)) {
    const auto echoes = uplink->health.on(event, now);
    send_sized(*uplink, uplink->mtu.on(event, now), effects, now);
    const auto round_trip = uplink->health.last_round_trip();
    if (round_trip && event.anchor_time) {
      const auto one_way = std::chrono::duration_cast<std::chrono::microseconds>(*round_trip / 2);
      anchor_time_ = AnchorTime{now, *event.anchor_time + one_way, *round_trip / 2};
    }
    send(*uplink, echoes, effects, now);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const EchoFailed& event, Instant now) {
  Effects effects;
  if (Uplink* uplink = find(event.uplink)) {
    const auto echoes = uplink->health.on(event, now);
    send_sized(*uplink, uplink->mtu.on(event, now), effects, now);
    send(*uplink, echoes, effects, now);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const FlowCountersRead& event, Instant now) {
  counters_asked_at_.reset();
  carried_.on(event, now);
  Effects effects;
  bool changed = false;
  for (Uplink& uplink : uplinks_) {
    const UplinkState before = uplink.health.state();
    const PassiveEvidence::Count count{packets_named(event, sent_counter(uplink.slot)),
                                       packets_named(event, answered_counter(uplink.slot)),
                                       packets_named(event, named_counter(uplink.slot))};
    const auto echoes = uplink.health.see_traffic(count, now);
    send(uplink, echoes, effects, now);
    changed = changed || uplink.health.state() != before;
  }
  // Ten times a second and nearly always without news.
  return changed ? settle(std::move(effects), now) : effects;
}

Effects UplinkFeature::on(const IdentityKnown& event, Instant now) {
  Effects effects;
  anchors_ = event.anchors;
  identity_known_ = true;
  for (Uplink& uplink : uplinks_) {
    const auto echoes = uplink.health.set_anchors(anchors_, now);
    send(uplink, echoes, effects, now);
  }
  return settle(std::move(effects), now);
}

Effects UplinkFeature::on(const LeaseRead& event, Instant now) {
  if (!leases_.on(event)) {
    return {};
  }
  if (Uplink* uplink = find(event.uplink)) {
    uplink->truth.reconfigure(truth_policy(uplink->health.settings()), now);
  }
  return settle({}, now);
}

Effects UplinkFeature::on(const ContentChecked& event, Instant now) {
  if (Uplink* uplink = find(event.uplink)) {
    uplink->truth.on(event, now);
    probes_.charge(event.uplink, event.bytes, now);
  }
  return settle({}, now);
}

Effects UplinkFeature::on(const ResolverChecked& event, Instant now) {
  if (Uplink* uplink = find(event.uplink)) {
    uplink->truth.on(event, now);
    probes_.charge(event.uplink, event.bytes, now);
  }
  return settle({}, now);
}

Result<Effects> UplinkFeature::order(const UplinkOrder& order, Instant now) {
  if (!find(order.uplink)) {
    return unknown(order.uplink);
  }
  switch (order.act) {
    case UplinkAct::Switch: orders_.send_to(order.uplink, order.time, now); break;
    case UplinkAct::Hold: orders_.hold(order.uplink, order.why, order.time, now); break;
    case UplinkAct::Release: orders_.release(order.uplink); break;
  }
  return settle({Persist{kOrdersKey, orders_.text(now), true}}, now);
}

Effects UplinkFeature::tick(Instant now) {
  Effects effects;
  if (judgement_deadline() <= now) {
    if (orders_.tick(now)) {
      effects.push_back(Persist{kOrdersKey, orders_.text(now)});
    }
    for (Uplink& uplink : uplinks_) {
      const auto echoes = uplink.health.tick(now);
      send(uplink, echoes, effects, now);
      uplink.truth.tick(now);
      send_sized(uplink, uplink.mtu.tick(now), effects, now);
    }
    ask_leases(effects, now);
    effects = settle(std::move(effects), now);
    // Last: what the others spent just now is in it.
    for (std::optional<Persist>& state :
         std::array{probes_.tick(now), ledger_.tick(known_time(now)), damping_.tick(now)}) {
      if (state) {
        effects.push_back(std::move(*state));
      }
    }
  }
  look(effects, now);
  return effects;
}

void UplinkFeature::look(Effects& effects, Instant now) {
  if (counters_asked_at_ && now < *counters_asked_at_ + kCountersPatience) {
    return;
  }
  const bool due = std::any_of(uplinks_.begin(), uplinks_.end(),
                               [&](const Uplink& uplink) { return uplink.health.next_look() <= now; });
  if (due) {
    counters_asked_at_ = now;
    effects.push_back(ReadFlowCounters{});
  }
}

Effects UplinkFeature::reconfigure(const UplinkFeatureSettings& settings, Instant now) {
  Effects effects;
  std::vector<Uplink> before = std::exchange(uplinks_, {});
  settings_ = settings;
  std::vector<const UplinkSettings*> added;
  for (const UplinkSettings& uplink : settings_.uplinks) {
    const auto old = std::find_if(before.begin(), before.end(),
                                  [&](const Uplink& u) { return u.health.settings().id == uplink.id; });
    if (old == before.end()) {
      added.push_back(&uplink);
      continue;
    }
    old->health.reconfigure(uplink, settings_.hold_down, settings_.hold_down_max, now);
    old->truth.reconfigure(truth_policy(uplink), now);
    uplinks_.push_back(std::move(*old));
    before.erase(old);
  }
  // After the kept ones, so that a new uplink never takes the table and mark of one that stays.
  for (const UplinkSettings* uplink : added) {
    nonce_seed_ += 1ULL << 48U;
    add_uplink(*uplink);
    send(uplinks_.back(), uplinks_.back().health.set_anchors(anchors_, now), effects, now);
  }
  for (const Uplink& gone : before) {
    clear_alarms(gone.health.settings().id.text(), effects);
  }
  for (const ClassId& gone : set_classes()) {
    effects.push_back(SetAlarm{{MessageId::ClassShed, gone.text()}, false, {}});
  }
  configure_ledger();
  for (Uplink& uplink : uplinks_) {
    judge_quota(uplink, now);
  }
  damping_.keep_only(ids());
  append(effects, see_kernel(now));
  return effects;
}

std::set<UplinkId> UplinkFeature::ids() const {
  std::set<UplinkId> ids;
  for (const Uplink& uplink : uplinks_) {
    ids.insert(uplink.health.settings().id);
  }
  return ids;
}

void UplinkFeature::configure_ledger() {
  ledger_.keep_only(ids());
  ledger_.configure(ledger_settings());
}

Instant UplinkFeature::judgement_deadline() const {
  Instant next =
      std::min({control_.next_deadline(), orders_.next_deadline(), probes_.next_deadline(), ledger_.next_deadline(),
                damping_.next_deadline(), leases_.next_deadline(), farewell_at_, urgent_at_});
  for (const TrafficClass& of : classes_) {
    next = std::min(next, of.choice.next_deadline());
  }
  for (const Uplink& uplink : uplinks_) {
    const Instant further = std::max(uplink.truth.next_deadline(), uplink.further_at);
    next = std::min({next, uplink.health.next_deadline(), further, uplink.mtu.next_deadline()});
  }
  return next;
}

Instant UplinkFeature::next_deadline() const {
  Instant look = Instant::max();
  for (const Uplink& uplink : uplinks_) {
    look = std::min(look, uplink.health.next_look());
  }
  if (counters_asked_at_ && look != Instant::max()) {
    look = std::max(look, *counters_asked_at_ + kCountersPatience);
  }
  return std::min(judgement_deadline(), look);
}

}  // namespace karkara
