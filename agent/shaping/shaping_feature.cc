#include "agent/shaping/shaping_feature.h"

#include <algorithm>
#include <utility>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

using std::chrono::seconds;
constexpr Duration kBusyCount = seconds{1};
constexpr Duration kIdleCount = seconds{10};       // quotas and alarms have time
constexpr Duration kAnswerPatience = seconds{30};  // a count that does not come must not be the last

}  // namespace

ShapingFeature::ShapingFeature(ShapingSettings settings, const ShapingStart& start, const KnownTime& at)
    : boot_{start.boot} {
  if (!memory_.restore(start.rates).empty()) {
    unread_.push_back(Persist{"shaping-rates-unread", start.rates});
  }
  if (!quotas_.restore(start.quotas).empty()) {
    unread_.push_back(Persist{"class-quota-unread", start.quotas});
  }
  now_.router_memory = start.router_memory.value_or(now_.router_memory);
  append(unread_, reconfigure(std::move(settings), at));
}

Effects ShapingFeature::reconfigure(ShapingSettings settings, const KnownTime& at) {
  std::map<UplinkId, Uplink> before;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    before.emplace(settings_.uplinks[i].id, std::move(uplinks_[i]));
  }
  settings_ = std::move(settings);
  uplinks_.clear();
  hours_.clear();
  std::set<UplinkId> ids;
  for (const UplinkShaping& uplink : settings_.uplinks) {
    const auto known = before.find(uplink.id);
    uplinks_.push_back(known != before.end() ? std::move(known->second) : Uplink{});
    const auto good = memory_.find(uplink.id, LinkDirection::Down);
    const auto efficiency = memory_.efficiency_of(uplink.id, LinkDirection::Down);
    if (known == before.end() && good && efficiency) {
      uplinks_.back().coding.restore(EfficiencySeed::Learned{*good, *efficiency});
    }
    ids.insert(uplink.id);
  }
  memory_.keep_only(ids);
  quotas_.configure(settings_, at);
  Effects effects;
  set_rates(at, effects);
  judge_terms(at, effects);
  next_count_ = counts() ? at.now + kBusyCount : Instant::max();
  plan();
  return effects;
}

const std::optional<RateLimits>& ShapingFeature::limits(std::size_t uplink, LinkDirection which) const {
  return which == LinkDirection::Up ? settings_.uplinks[uplink].up : settings_.uplinks[uplink].down;
}

AdaptiveRateSettings ShapingFeature::rate_settings(std::size_t uplink, LinkDirection which) const {
  const UplinkShaping& of = settings_.uplinks[uplink];
  const std::uint32_t mtu = uplinks_[uplink].link ? uplinks_[uplink].link->mtu : 1500;
  const auto packet = static_cast<std::int64_t>(mtu) + of.framing.overhead;
  return {*limits(uplink, which), of.metered, which == LinkDirection::Up,
          static_cast<std::uint32_t>(std::max<std::int64_t>(packet, 64))};
}

void ShapingFeature::set_rates(const KnownTime& at, Effects& effects) {
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBothDirections) {
      auto& of = direction(i, which);
      if (!limits(i, which)) {
        of.reset();
      } else if (of) {
        note(i, which, of->rate.configure(rate_settings(i, which), at.now), at.now, effects);
      } else {
        const auto remembered = memory_.find(settings_.uplinks[i].id, which);
        of = Direction{which, AdaptiveRate{rate_settings(i, which), remembered, at.now}, at.now, {}};
      }
    }
  }
}

std::optional<BitsPerSecond> ShapingFeature::download_rate(const UplinkId& uplink) const {
  const auto index = index_of(uplink);
  const auto* down = index ? &uplinks_[*index].directions[static_cast<std::size_t>(LinkDirection::Down)] : nullptr;
  return down != nullptr && *down ? std::optional{(*down)->rate.rate()} : std::nullopt;
}

std::optional<std::size_t> ShapingFeature::index_of(const UplinkId& uplink) const {
  for (std::size_t i = 0; i < settings_.uplinks.size(); ++i) {
    if (settings_.uplinks[i].id == uplink) {
      return i;
    }
  }
  return std::nullopt;
}

std::uint32_t ShapingFeature::queue_of(std::size_t uplink, LinkDirection which) const {
  if (which == LinkDirection::Down) {
    return download_link_;
  }
  return uplinks_[uplink].link ? uplinks_[uplink].link->link : 0;
}

std::uint32_t ShapingFeature::class_count() const {
  return other_class(settings_.classes.size()) + 1;
}

std::string ShapingFeature::class_name(std::uint32_t number) const {
  if (number == 0) {
    return "control";
  }
  return number <= settings_.classes.size() ? settings_.classes[number - 1].id.text() : "other";
}

bool ShapingFeature::counts() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& uplink) {
    return uplink.directions[0].has_value() || uplink.directions[1].has_value();
  });
}

Effects ShapingFeature::on_round_trip(const UplinkId& uplink, const EchoSeen& echo, Instant now) {
  Effects effects;
  const auto index = index_of(uplink);
  if (!index) {
    return effects;
  }
  // Our own echoes leave ahead of every queue of ours.
  DelaySeen seen{.path = echo.anchor, .round_trip = echo.round_trip};
  for (const LinkDirection which : kBothDirections) {
    if (echo.there) {  // by two clocks, of which only the changes count
      const Duration back = now.since_boot() - Duration{echo.there->since_epoch()};
      seen.one_way = which == LinkDirection::Down ? back : echo.round_trip - back;
    }
    if (auto& of = direction(*index, which)) {
      note(*index, which, of->rate.on(seen, now), now, effects);
    }
  }
  if (!effects.empty()) {
    plan();
  }
  return effects;
}

void ShapingFeature::on_waiting(const UplinkId& uplink, std::optional<Instant> since) {
  if (const auto index = index_of(uplink)) {
    for (const LinkDirection which : kBothDirections) {
      if (auto& of = direction(*index, which)) {
        of->rate.waiting(since);
      }
    }
  }
}

void ShapingFeature::on_echo_lost(const UplinkId& uplink, Instant now) {
  if (const auto index = index_of(uplink)) {
    for (const LinkDirection which : kBothDirections) {
      if (auto& of = direction(*index, which)) {
        of->rate.echo_lost(now);
      }
    }
  }
}

Effects ShapingFeature::tick(const KnownTime& at) {
  Effects effects;
  for (Uplink& uplink : uplinks_) {
    for (auto& of : uplink.directions) {
      if (of) {
        of->rate.tick(at.now);
      }
    }
  }
  watch_flows(at.now, effects);
  if (auto persist = memory_.tick(at.now)) {
    effects.push_back(std::move(*persist));
  }
  if (next_hours_ <= at.now || quotas_.next_deadline() <= at.now) {
    judge_terms(at, effects);
    plan();
  }
  if (next_count_ <= at.now) {
    ReadTraffic read;
    for (const Shaper& shaper : wanted_.shapers) {
      const std::uint32_t link = shaper.link == kDownloadLink ? download_link_ : shaper.link;
      if (link != 0) {
        read.links.push_back(link);
      }
    }
    asked_ = !read.links.empty();
    next_count_ = at.now + (asked_ ? kAnswerPatience : kIdleCount);
    if (asked_) {
      effects.push_back(std::move(read));
    }
  }
  return effects;
}

Instant ShapingFeature::next_deadline() const {
  Instant earliest = std::min({next_count_, next_hours_, memory_.next_deadline(), quotas_.next_deadline()});
  for (const Uplink& uplink : uplinks_) {
    for (const auto& of : uplink.directions) {
      earliest = of ? std::min(earliest, of->rate.next_deadline()) : earliest;
    }
    earliest = uplink.deaf.empty() ? earliest : std::min(earliest, uplink.deaf_until);
  }
  return earliest;
}

std::vector<std::pair<UplinkId, std::optional<Duration>>> ShapingFeature::echo_wishes(Instant now) const {
  std::vector<std::pair<UplinkId, std::optional<Duration>>> wishes;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    std::optional<Duration> wish;
    for (const auto& of : uplinks_[i].directions) {
      const auto each = of ? of->rate.echo_wish(now) : std::nullopt;
      wish = each && (!wish || *each < *wish) ? each : wish;
    }
    wishes.emplace_back(settings_.uplinks[i].id, wish);
  }
  return wishes;
}

void ShapingFeature::plan() {
  now_.uplinks.clear();
  for (const Uplink& uplink : uplinks_) {
    UplinkNow told{uplink.fact.slot, uplink.link, {}, {}};
    for (const auto& of : uplink.directions) {
      if (of) {
        (of->which == LinkDirection::Up ? told.up : told.down) = of->rate.rate();
      }
    }
    now_.uplinks.push_back(told);
  }
  wanted_ = wanted_traffic(settings_, now_);
}

const ShaperClass* ShapingFeature::wanted_class(std::uint32_t link, std::uint16_t minor) const {
  const FramedClass* framed = wanted_framed(link, minor);
  return framed == nullptr ? nullptr : &framed->content;
}

const FramedClass* ShapingFeature::wanted_framed(std::uint32_t link, std::uint16_t minor) const {
  for (const Shaper& shaper : wanted_.shapers) {
    if ((shaper.link == kDownloadLink ? download_link_ : shaper.link) != link) {
      continue;
    }
    for (const FramedClass& of : shaper.classes) {
      if (of.content.minor == minor) {
        return &of;
      }
    }
  }
  return nullptr;
}

Effects ShapingFeature::last_words() const {
  return {memory_.state(), quotas_.state()};
}

}  // namespace karkara
