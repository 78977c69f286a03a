// What the shaping feature learns from the counters of its trees: load for the rates, bytes for the quotas, and whether
// guarantees are kept.
#include <fmt/format.h>

#include <algorithm>

#include "agent/shaping/class_shares.h"
#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr Duration kBusyCount = seconds{1};
constexpr Duration kIdleCount = seconds{10};  // quotas and alarms have time
constexpr Duration kBusyFor = seconds{5};
constexpr double kBusyPackets = 20;  // a second, both ways
constexpr double kFull = 0.9;        // of a rate, that there is no more to be had
constexpr double kSomeLoad = 0.05;   // of a rate, that a queue in the link may be of our making
constexpr Duration kLinkQueue = std::chrono::milliseconds{200};  // a call hears it

BitsPerSecond bits_in(std::uint64_t bytes, Duration span) {
  const double passed = std::chrono::duration<double>(span).count();
  return BitsPerSecond{passed > 0 ? static_cast<double>(bytes) * 8 / passed : 0};
}

}  // namespace

void ShapingFeature::on(const FlowCountersRead& event, Instant now) {
  std::uint64_t packets = 0;
  for (const FlowCounter& counter : event.counters) {
    packets += counter.packets;
  }
  if (packets_at_ && packets >= packets_ && now > *packets_at_) {
    const double passed = std::chrono::duration<double>(now - *packets_at_).count();
    if (static_cast<double>(packets - packets_) >= kBusyPackets * passed) {
      busy_until_ = now + kBusyFor;
      if (!asked_ && next_count_ != Instant::max()) {
        next_count_ = std::min(next_count_, now + kBusyCount);
      }
    }
  }
  packets_ = packets;
  packets_at_ = now;
}

Effects ShapingFeature::on(const TrafficCounted& event, const KnownTime& at) {
  asked_ = false;
  counts_.see(event.counts, at.now);
  Effects effects;
  std::vector<std::string> watched;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBothDirections) {
      if (direction(i, which)) {
        count_direction(i, which, at.now);
        watch_guarantees(i, which, watched, effects);
      }
    }
    decide(i, at.now, effects);
  }
  next_count_ = at.now + count_pause(at.now);
  for (const std::string& gone : guarantees_.forget_others(watched)) {
    effects.push_back(SetAlarm{{MessageId::GuaranteeUnmet, gone}, false, {}});
  }
  count_quotas(at);
  judge_terms(at, effects);
  plan();
  return effects;
}

// As often as the rates wish while anything flows.
Duration ShapingFeature::count_pause(Instant now) const {
  if (now >= busy_until_) {
    return kIdleCount;
  }
  Duration pause = kBusyCount;
  for (const Uplink& uplink : uplinks_) {
    for (const auto& of : uplink.directions) {
      pause = of ? std::min(pause, of->rate.count_wish(now)) : pause;
    }
  }
  return pause;
}

bool ShapingFeature::carries_tunnel(std::size_t uplink, LinkDirection which) const {
  return which == LinkDirection::Up && now_.tunnel && tunnel_over_ == uplink;
}

std::optional<TreeCounts::Flow> ShapingFeature::class_flow(std::size_t uplink, LinkDirection which,
                                                           std::uint32_t number) const {
  auto own = flow_on_link(queue_of(uplink, which), leaf_minor(uplinks_[uplink].fact.slot, number));
  if (!carries_tunnel(uplink, which) || number == 0) {
    return own;
  }
  const auto wrapped = flow_on_link(now_.tunnel->link.link, leaf_minor(kTunnelSlot, number));
  if (own && wrapped) {
    own->add(*wrapped);
  }
  return own ? own : wrapped;
}

// With what the link adds to each packet.
std::optional<TreeCounts::Flow> ShapingFeature::flow_on_link(std::uint32_t link, std::uint16_t minor) const {
  const TreeCounts::Flow* seen = counts_.find(link, minor);
  if (seen == nullptr) {
    return std::nullopt;
  }
  TreeCounts::Flow flow = *seen;
  const FramedClass* wanted = wanted_framed(link, minor);
  if (flow.bytes && wanted != nullptr) {
    flow.bytes = seen->on_link(wanted->framing);
  }
  return flow;
}

void ShapingFeature::count_direction(std::size_t uplink, LinkDirection which, Instant now) {
  const std::uint32_t slot = uplinks_[uplink].fact.slot;
  const std::uint32_t link = queue_of(uplink, which);
  const auto all = flow_on_link(link, slot_minor(slot));
  auto& of = direction(uplink, which);
  of->carried.reset();
  if (!all || !all->bytes || counts_.span() <= Duration{}) {
    return;
  }
  of->carried = bits_in(*all->bytes, counts_.span());
  LoadSeen load{.bytes = *all->bytes, .span = counts_.span()};
  for (std::uint32_t number = 0; number < class_count(); ++number) {
    const auto flow = class_flow(uplink, which, number);
    const ShaperClass* promised = wanted_class(link, leaf_minor(slot, number));
    if (!flow || !flow->bytes || !promised) {
      continue;
    }
    const double seconds_passed = std::chrono::duration<double>(counts_.span()).count();
    const auto guaranteed = static_cast<std::uint64_t>(static_cast<double>(promised->rate) * seconds_passed);
    load.firm_bytes += *flow->bytes <= guaranteed ? *flow->bytes : 0;
    load.drops += flow->drops;
    load.backlog += flow->now.backlog;
  }
  of->rate.on(load, now);
}

// A round trip goes both ways: either direction has to know what the other does.
void ShapingFeature::decide(std::size_t uplink, Instant now, Effects& effects) {
  auto& up = direction(uplink, LinkDirection::Up);
  auto& down = direction(uplink, LinkDirection::Down);
  const OtherDirection of_up = up ? up->rate.as_other(now) : OtherDirection{};
  const OtherDirection of_down = down ? down->rate.as_other(now) : OtherDirection{};
  for (const LinkDirection which : kBothDirections) {
    if (auto& of = direction(uplink, which); of && of->carried) {
      note(uplink, which, of->rate.decide(which == LinkDirection::Up ? of_down : of_up, now), now, effects);
      remember(uplink, which, now);
    }
  }
}

std::optional<BitsPerSecond> ShapingFeature::said_guarantee(std::size_t uplink, LinkDirection which,
                                                            std::uint32_t number) const {
  const auto& of = uplinks_[uplink].directions[static_cast<std::size_t>(which)];
  if (!of || number == 0 || number > settings_.classes.size() || number > now_.classes.size()) {
    return std::nullopt;
  }
  const auto said = guarantee_said(settings_.classes[number - 1], settings_.uplinks[uplink].kind,
                                   now_.classes[number - 1], static_cast<std::uint64_t>(of->rate.rate().value() / 8));
  return said ? std::optional{BitsPerSecond{static_cast<double>(*said) * 8}} : std::nullopt;
}

// Of a rate that does not adapt, or may go no lower: the link carries less, as in rain, and packets of every class wait
// in its own queue.
bool ShapingFeature::overfills_link(std::size_t uplink, LinkDirection which) {
  const auto& of = direction(uplink, which);
  const bool stays = !settings_.uplinks[uplink].adaptive || of->rate.at_floor();
  return stays && of->carried && *of->carried >= of->rate.rate() * kSomeLoad && of->rate.is_late() &&
         of->rate.added() >= std::max(kLinkQueue, of->rate.limit());
}

void ShapingFeature::watch_guarantees(std::size_t uplink, LinkDirection which, std::vector<std::string>& watched,
                                      Effects& effects) {
  const std::uint32_t slot = uplinks_[uplink].fact.slot;
  const std::uint32_t link = queue_of(uplink, which);
  const auto& of = direction(uplink, which);
  const bool full = of->carried && *of->carried >= of->rate.rate() * kFull;
  const bool overfilled = overfills_link(uplink, which);
  for (std::uint32_t number = 0; number < class_count(); ++number) {
    const auto flow = class_flow(uplink, which, number);
    const ShaperClass* promised = wanted_class(link, leaf_minor(slot, number));
    if (!flow || !flow->bytes || !promised || promised->rate == 0 || (number == 0 && carries_tunnel(uplink, which))) {
      continue;
    }
    const std::string instance = instance_of(uplink, which) + "/" + class_name(number);
    watched.push_back(instance);
    const BitsPerSecond given{static_cast<double>(promised->rate) * 8};
    const auto said = said_guarantee(uplink, which, number);
    const BitsPerSecond guarantee = std::max(said.value_or(given), given);
    const BitsPerSecond carried = bits_in(*flow->bytes, counts_.span());
    const bool sends = *flow->bytes > 0;
    const bool does_not_fit = given < guarantee * GuaranteeWatch::kEnough;
    const bool waits = flow->now.backlog > 0 || (said && flow->drops > 0) || (sends && full && does_not_fit);
    // At its floor a rate may be late of others' doing, as of a cell that is full: there only who gets less is told.
    const bool less = !settings_.uplinks[uplink].adaptive || carried < guarantee * GuaranteeWatch::kEnough;
    const bool lost = sends && said && overfilled && less;
    if (const auto news = guarantees_.see(instance, {guarantee, carried, waits, lost, counts_.span()})) {
      effects.push_back(
          SetAlarm{{MessageId::GuaranteeUnmet, instance},
                   *news,
                   {{"guarantee_kbit", fmt::format("{:.0f}", guarantee.value() / 1000)},
                    {"gets_kbit", fmt::format("{:.0f}", carried.value() / 1000)},
                    {"why", lost && settings_.uplinks[uplink].adaptive
                                ? "packets wait in the link, which carries less than the floor of its rate"
                            : lost         ? "packets wait in the link, whose fixed rate is too high"
                            : does_not_fit ? "the guarantees do not fit in the rate"
                                           : "its packets wait"}}});
    }
  }
}

void ShapingFeature::count_quotas(const KnownTime& at) {
  std::vector<ClassCount> counted;
  const auto count = [&](std::uint32_t link, std::uint32_t slot, UplinkKind kind) {
    for (std::uint32_t number = 1; number <= settings_.classes.size(); ++number) {
      const std::uint16_t minor = leaf_minor(slot, number);
      const TreeCounts::Flow* flow = counts_.find(link, minor);
      const ShaperClass* promised = wanted_class(link, minor);
      if (flow && promised) {
        const BitsPerSecond most{static_cast<double>(promised->ceiling) * 8};
        counted.push_back({settings_.classes[number - 1].id, kind, flow->now, most});
      }
    }
  };
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    count(queue_of(i, LinkDirection::Up), uplinks_[i].fact.slot, settings_.uplinks[i].kind);
    count(queue_of(i, LinkDirection::Down), uplinks_[i].fact.slot, settings_.uplinks[i].kind);
  }
  if (now_.tunnel && tunnel_over_) {  // its uploads pass the uplink's own tree wrapped, as the router's words
    count(now_.tunnel->link.link, kTunnelSlot, settings_.uplinks[*tunnel_over_].kind);
  }
  quotas_.on(counted, boot_, at);
}

}  // namespace karkara
