// What the shaping feature tells people who ask: the report.
#include <fmt/format.h>

#include <algorithm>

#include "agent/shaping/class_shares.h"
#include "agent/shaping/leaf_choice.h"
#include "agent/shaping/shaping_feature.h"

namespace karkara {
namespace {

const char* name_of(QueueKind kind) {
  switch (kind) {
    case QueueKind::Cake: return "cake";
    case QueueKind::FqCodel: return "fq_codel";
    case QueueKind::Pfifo: return "pfifo";
  }
  return "";
}

// What the classes have, and why not what the kernel could do better.
std::string leaf_text(const QueuePlan& plan, const TrafficAbilities& can) {
  const bool poor = can.cake && plan.kind != QueueKind::Cake;
  const bool by_flow = plan.kind == QueueKind::FqCodel && !plan.by_host;
  return fmt::format("{}{}{}", name_of(plan.kind), poor ? " (the memory for queues is too small for cake)" : "",
                     by_flow ? ", by connection: the kernel has no cls_flow to tell devices apart" : "");
}

// A plain queue tells no delay: what waits takes as long as it needs at what passes.
std::optional<double> delay_of(const ShaperCount& now, const std::optional<double>& carried) {
  if (now.delay) {
    return static_cast<double>(*now.delay) / 1e6;
  }
  if (!carried || (now.backlog > 0 && *carried <= 0)) {
    return std::nullopt;
  }
  return now.backlog > 0 ? static_cast<double>(now.backlog) * 8 / *carried : 0;
}

double seconds_of(Duration time) {
  return std::chrono::duration<double>(time).count();
}

}  // namespace

ShapedClassReport ShapingFeature::report_of_class(std::size_t uplink, LinkDirection which, std::uint32_t number) const {
  const std::uint32_t link = queue_of(uplink, which);
  const std::uint16_t minor = leaf_minor(uplinks_[uplink].fact.slot, number);
  ShapedClassReport report;
  report.id = class_name(number);
  report.terms = terms_text(uplink, number);
  if (const ShaperClass* promised = wanted_class(link, minor)) {
    const auto said = said_guarantee(uplink, which, number);
    if (said && static_cast<double>(promised->rate) * 8 < said->value() * GuaranteeWatch::kEnough) {
      report.terms += fmt::format("{}{:.0f} kbit/s are configured and do not fit", report.terms.empty() ? "" : "; ",
                                  said->value() / 1000);
    }
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
    if (flow->bytes && span > 0) {
      report.carried = static_cast<double>(*flow->bytes) * 8 / span;
      report.drops = static_cast<double>(flow->drops) / span;
    }
    report.delay_seconds = delay_of(flow->now, report.carried);
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
  const EfficiencySeed& coding = uplinks_[uplink].coding;
  if (report.download && coding.efficiency() && coding.learned()) {
    report.evidence.push_back(fmt::format("a symbol carries {:.2f} bits; {:.0f} kbit/s were good at {:.2f}",
                                          *coding.efficiency(), coding.learned()->good.value() / 1000,
                                          coding.learned()->efficiency));
  }
  report.why_not = why_unshaped(uplink, which);
  report.shaped = report.why_not.empty();
  for (std::uint32_t number = 0; report.shaped && number < class_count(); ++number) {
    report.classes.push_back(report_of_class(uplink, which, number));
  }
  return report;
}

ShapingReport ShapingFeature::report(Instant now) const {
  ShapingReport report;
  report.enabled = settings_.enabled;
  report.leaf = now_.abilities ? leaf_text(queues_of(settings_, now_), *now_.abilities) : "";
  report.obstacles = obstacles();
  for (const auto& [of, looks] : quotas_.unbelieved()) {
    report.obstacles.push_back(fmt::format(
        "{} of the counters of {} told more than it can have carried, and count for no quota", looks, of.text()));
  }
  for (std::size_t i = 0; i < uplinks_.size(); ++i) {
    for (const LinkDirection which : {LinkDirection::Down, LinkDirection::Up}) {
      report.directions.push_back(report_of(i, which, now));
    }
  }
  for (const QuotaStanding& standing : quotas_.standings()) {
    const std::string kind = standing.key.kind ? std::string{word_of(*standing.key.kind)} : "";
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

}  // namespace karkara
