// What the shaping feature tells people: alarms, the report, the series.
#include <fmt/format.h>

#include <algorithm>

#include "agent/shaping/leaf_choice.h"
#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

constexpr LinkDirection kBoth[] = {LinkDirection::Up, LinkDirection::Down};

const char* name_of(LinkDirection which) {
  return which == LinkDirection::Up ? "up" : "down";
}

const char* name_of(UplinkKind kind) {
  switch (kind) {
    case UplinkKind::Ethernet: return "ethernet";
    case UplinkKind::Vsat: return "vsat";
    case UplinkKind::Cellular: return "cellular";
    case UplinkKind::Mesh: return "mesh";
  }
  return "";
}

std::string leaf_of(const TrafficAbilities& can) {
  return can.cake ? "cake" : can.fq_codel ? "fq_codel" : "pfifo";
}

double seconds_of(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

std::vector<std::string> ShapingFeature::obstacles() const {
  std::vector<std::string> all;
  if (!settings_.enabled || !now_.abilities) {
    return all;
  }
  if (!now_.abilities->htb) {
    all.emplace_back("the kernel has no HTB");
    return all;
  }
  if (!now_.abilities->redirect) {
    all.emplace_back("the kernel cannot shape downloads: it lacks an ifb, clsact or mirred");
  }
  for (const SeenRoot& root : roots_) {
    const bool wanted = std::any_of(wanted_.shapers.begin(), wanted_.shapers.end(),
                                    [&](const Shaper& shaper) { return shaper.link == root.link; });
    if (wanted && foreign_root(root.link)) {
      const auto name = names_.find(root.link);
      all.push_back(fmt::format("{} has a queueing discipline of another program ({})",
                                name != names_.end() ? name->second : "an interface", root.kind));
    }
  }
  return all;
}

const SeenRoot* ShapingFeature::foreign_root(std::uint32_t link) const {
  const auto at = std::find_if(roots_.begin(), roots_.end(), [&](const SeenRoot& root) { return root.link == link; });
  return at != roots_.end() && at->major != 0 && at->major != kShaperMajor ? &*at : nullptr;
}

void ShapingFeature::set_alarms(Effects& effects) const {
  if (settings_.enabled && !now_.abilities) {
    return;  // the kernel was not asked yet
  }
  const bool shapes = settings_.enabled && counts();
  std::string why;
  for (const std::string& obstacle : obstacles()) {
    why += (why.empty() ? "" : "; ") + obstacle;
  }
  effects.push_back(
      SetAlarm{{MessageId::ShapingOff, ""}, shapes && !why.empty(), {{"why", why.empty() ? "none" : why}}});
  const bool plain = now_.abilities && now_.abilities->htb && !now_.abilities->cake && !now_.abilities->fq_codel;
  effects.push_back(SetAlarm{
      {MessageId::ShapingDegraded, ""}, shapes && plain, {{"uses", "pfifo"}, {"lacks", "sch_cake, sch_fq_codel"}}});
}

std::string ShapingFeature::terms_text(std::uint32_t number) const {
  if (number == 0 || number > settings_.classes.size()) {
    return "";
  }
  const ClassShaping& of = settings_.classes[number - 1];
  const HoursNow& hours = hours_[number - 1];
  std::string text;
  if (hours.rule) {
    text = of.hours[*hours.rule].closed ? "closed by its hours" : "by its hours";
  } else if (!of.hours.empty() && !hours.clock_known) {
    text = "outside of its hours, since the clock is not known";
  }
  for (const QuotaStanding& standing : quotas_.standings()) {
    if (standing.key.of == of.id && standing.ceiling) {
      text += fmt::format("{}{:.0f} % of its quota used", text.empty() ? "" : "; ", standing.used.value());
    }
  }
  return text;
}

ShapedClassReport ShapingFeature::report_of_class(std::size_t uplink, LinkDirection which, std::uint32_t number) const {
  const std::uint32_t link = queue_of(uplink, which);
  const std::uint16_t minor = leaf_minor(uplinks_[uplink].fact.slot, number);
  ShapedClassReport report;
  report.id = class_name(number);
  report.terms = terms_text(number);
  if (const ShaperClass* promised = wanted_class(link, minor)) {
    report.guarantee = static_cast<double>(promised->rate) * 8;
    report.ceiling = static_cast<double>(promised->ceiling) * 8;
    report.priority = promised->priority;
  }
  const double span = seconds_of(counts_.span());
  if (number == 0 && carries_tunnel(uplink, which)) {
    report.terms = "with all that goes through the tunnel";
  }
  if (const auto flow = class_flow(uplink, which, number)) {
    report.bytes = flow->now.bytes;
    report.backlog = flow->now.backlog;
    if (flow->now.delay) {
      report.delay_seconds = static_cast<double>(*flow->now.delay) / 1e6;
    }
    if (flow->bytes && span > 0) {
      report.carried = static_cast<double>(*flow->bytes) * 8 / span;
      report.drops = static_cast<double>(flow->drops) / span;
    }
  }
  return report;
}

ShapedDirectionReport ShapingFeature::report_of(std::size_t uplink, LinkDirection which, Instant now) const {
  const UplinkShaping& settings = settings_.uplinks[uplink];
  const auto& of = uplinks_[uplink].directions[static_cast<std::size_t>(which)];
  ShapedDirectionReport report;
  report.uplink = settings.id.text();
  report.download = which == LinkDirection::Down;
  report.device = report.download ? std::string{kDownloadDevice} : uplinks_[uplink].fact.interface;
  report.adaptive = settings.adaptive;
  if (!of) {
    report.why_not = "no rate is configured";
    return report;
  }
  const RateLimits& limits_now = *limits(uplink, which);
  report.rate = of->rate.rate().value();
  report.floor = limits_now.floor.value();
  report.base = limits_now.base.value();
  report.most = limits_now.ceiling.value();
  report.since_seconds = std::chrono::duration_cast<std::chrono::seconds>(now - of->since).count();
  if (of->carried) {
    report.carried = of->carried->value();
  }
  if (of->rate.added() > Duration{}) {
    report.added_delay_seconds = seconds_of(of->rate.added());
  }
  const auto change = of->rate.last_change();
  report.reason = change ? std::string{to_string(change->reason)} : "start";
  if (change) {
    report.evidence.push_back(fmt::format("from {:.0f} to {:.0f} kbit/s at {:.0f} kbit/s carried, load {:.0f} %",
                                          change->from.value() / 1000, change->to.value() / 1000,
                                          change->carried.value() / 1000, change->load * 100));
    report.evidence.push_back(fmt::format("answers {:.0f} ms above the path's own {:.0f} ms; late from {:.0f} ms on",
                                          seconds_of(change->added) * 1000, seconds_of(change->baseline) * 1000,
                                          seconds_of(of->rate.limit()) * 1000));
  }
  if (const std::string overheard = overheard_text(uplink, now); !overheard.empty()) {
    report.evidence.push_back(overheard);
  }
  if (const auto good = of->rate.good()) {
    report.evidence.push_back(fmt::format("last good rate {:.0f} kbit/s", good->value() / 1000));
  }
  const std::uint32_t link = queue_of(uplink, which);
  const SeenRoot* foreign = foreign_root(link);
  report.shaped =
      link != 0 && foreign == nullptr && wanted_class(link, slot_minor(uplinks_[uplink].fact.slot)) != nullptr;
  if (foreign != nullptr) {
    report.why_not = fmt::format("{} has a queueing discipline of another program ({})", report.device, foreign->kind);
  } else if (!report.shaped) {
    report.why_not = settings_.enabled ? fmt::format("{} is not there", report.device) : "shaping is switched off";
  }
  for (std::uint32_t number = 0; report.shaped && number < class_count(); ++number) {
    report.classes.push_back(report_of_class(uplink, which, number));
  }
  return report;
}

ShapingReport ShapingFeature::report(Instant now) const {
  ShapingReport report;
  report.enabled = settings_.enabled;
  report.leaf = now_.abilities ? leaf_of(*now_.abilities) : "";
  report.obstacles = obstacles();
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : {LinkDirection::Down, LinkDirection::Up}) {
      report.directions.push_back(report_of(i, which, now));
    }
  }
  for (const QuotaStanding& standing : quotas_.standings()) {
    const std::string kind = standing.key.kind ? name_of(*standing.key.kind) : "";
    const auto told = [](const std::optional<Percent>& ceiling) {
      return ceiling ? std::optional{ceiling->value()} : std::nullopt;
    };
    if (standing.limits.daily) {
      report.quotas.push_back(
          {standing.key.of.text(), kind, "day", standing.today, *standing.limits.daily, told(standing.ceiling_by_day)});
    }
    if (standing.limits.monthly) {
      report.quotas.push_back({standing.key.of.text(), kind, "month", standing.month, *standing.limits.monthly,
                               told(standing.ceiling_by_month)});
    }
  }
  return report;
}

ShapingReport ShapingFeature::report_with_hosts(Instant now) const {
  ShapingReport with = report(now);
  for (const HostRate& host : hosts_.busiest(now)) {
    with.hosts.push_back({host.host.text(), class_name(host.mark / kClassStep), host.down, host.up, host.bytes});
  }
  with.hosts_unknown = hosts_.trouble(now);
  return with;
}

Effects ShapingFeature::count_hosts(Instant now) {
  return hosts_.ask(now) ? Effects{CountHosts{kClassMask}} : Effects{};
}

void ShapingFeature::on(const HostsCounted& event, Instant now) {
  hosts_.on(event, now);
}

std::string ShapingFeature::instance_of(std::size_t uplink, LinkDirection which) const {
  return fmt::format("{}/{}", settings_.uplinks[uplink].id.text(), name_of(which));
}

template <class Each>
void ShapingFeature::for_each_counted(const Each& each) const {
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBoth) {
      for (std::uint32_t number = 0; number < class_count(); ++number) {
        const auto* flow = counts_.find(queue_of(i, which), leaf_minor(uplinks_[i].fact.slot, number));
        if (flow && flow->now.bytes > 0) {
          each(instance_of(i, which) + "/" + class_name(number), *flow);
        }
      }
    }
  }
  // Counters must not jump from one uplink to another with the tunnel.
  for (std::uint32_t number = 0; now_.tunnel && number < class_count(); ++number) {
    const auto* flow = counts_.find(now_.tunnel->link.link, leaf_minor(kTunnelSlot, number));
    if (flow && flow->now.bytes > 0) {
      each("tunnel/up/" + class_name(number), *flow);
    }
  }
}

std::vector<Sample> ShapingFeature::samples() const {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBoth) {
      const auto& of = uplinks_[i].directions[static_cast<std::size_t>(which)];
      const auto* all = counts_.find(queue_of(i, which), slot_minor(uplinks_[i].fact.slot));
      if (of && settings_.uplinks[i].adaptive && all && all->now.bytes > 0) {
        samples.push_back({SeriesId::ShaperRate, instance_of(i, which), of->rate.rate().value() / 8});
      }
    }
  }
  for_each_counted([&](const std::string& instance, const TreeCounts::Flow& flow) {
    samples.push_back({SeriesId::ClassBytes, instance, static_cast<double>(flow.now.bytes)});
  });
  return samples;
}

std::vector<Sample> ShapingFeature::live_samples() const {
  std::vector<Sample> samples;
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : kBoth) {
      if (const auto& of = uplinks_[i].directions[static_cast<std::size_t>(which)]) {
        samples.push_back({SeriesId::ShaperAddedDelay, instance_of(i, which), seconds_of(of->rate.added())});
      }
    }
  }
  for_each_counted([&](const std::string& instance, const TreeCounts::Flow& flow) {
    samples.push_back({SeriesId::ClassDrops, instance, static_cast<double>(flow.now.drops)});
    if (flow.now.delay) {
      samples.push_back({SeriesId::ClassDelay, instance, static_cast<double>(*flow.now.delay) / 1e6});
    }
  });
  return samples;
}

}  // namespace karkara
