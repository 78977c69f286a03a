// What the shaping feature tells people: alarms and the report.
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

// What stands in for something better, and what of the kernel that would need; nothing: all is well.
struct Makeshift {
  std::string uses;
  std::string lacks;
};
Makeshift makeshift_of(const QueuePlan& plan, const TrafficAbilities& can) {
  if (plan.kind == QueueKind::Pfifo) {
    return {"pfifo", can.cake ? "sch_fq_codel, or memory for sch_cake" : "sch_cake, sch_fq_codel"};
  }
  if (plan.kind == QueueKind::FqCodel && !plan.by_host) {
    return {"fq_codel", "cls_flow: connections share a class equally, and not devices"};
  }
  return {};
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
  if (shapes_downloads() && !now_.abilities->redirect) {
    all.emplace_back("the kernel cannot shape downloads: it lacks an ifb, clsact or mirred");
  }
  if (shapes_downloads() && now_.abilities->redirect && now_.lan.empty()) {
    all.emplace_back("downloads are not shaped: no interface of lan.interfaces is there");
  }
  for (const TreeTrouble& trouble : troubles_) {
    if (trouble.kind == TreeTrouble::Kind::Taken || trouble.kind == TreeTrouble::Kind::Refused) {
      all.push_back(trouble_text(trouble));
    }
  }
  return all;
}

bool ShapingFeature::shapes_downloads() const {
  return std::any_of(uplinks_.begin(), uplinks_.end(), [](const Uplink& uplink) {
    return uplink.directions[static_cast<std::size_t>(LinkDirection::Down)].has_value();
  });
}

std::string ShapingFeature::trouble_text(const TreeTrouble& trouble) const {
  const auto known = names_.find(trouble.link);
  const std::string name = trouble.link == kDownloadLink ? std::string{kDownloadDevice}
                           : known != names_.end()       ? known->second
                                                         : "an interface";
  const bool redirect = trouble.link != trouble.tree;
  switch (trouble.kind) {
    case TreeTrouble::Kind::Missing: return fmt::format("what shapes it is not in place yet on {}", name);
    case TreeTrouble::Kind::Taken:
      return redirect ? fmt::format("{} has an {} of another program: its downloads are not shaped", name, trouble.why)
                      : fmt::format("{} has a queueing discipline of another program ({})", name, trouble.why);
    case TreeTrouble::Kind::Refused:
    case TreeTrouble::Kind::LeafRefused: return fmt::format("the kernel refuses {}: {}", name, trouble.why);
  }
  return "";
}

// Of downloads, that all ways into the device are closed: one that is open is shaped.
const TreeTrouble* ShapingFeature::unshaped(std::uint32_t tree) const {
  const TreeTrouble* closed = nullptr;
  std::size_t ways = 0;
  for (const TreeTrouble& trouble : troubles_) {
    const bool lacks = trouble.kind == TreeTrouble::Kind::Missing || trouble.kind == TreeTrouble::Kind::Taken;
    if (!lacks || trouble.tree != tree) {
      continue;
    }
    if (trouble.link == tree) {
      return &trouble;
    }
    closed = &trouble;
    ++ways;
  }
  return ways >= wanted_.redirects.size() ? closed : nullptr;
}

std::string ShapingFeature::why_unshaped(std::size_t uplink, LinkDirection which) const {
  if (!settings_.enabled) {
    return "shaping is switched off";
  }
  const std::uint32_t link = queue_of(uplink, which);
  const bool down = which == LinkDirection::Down;
  if (const TreeTrouble* trouble = down || link != 0 ? unshaped(down ? kDownloadLink : link) : nullptr) {
    const auto refused = std::find_if(troubles_.begin(), troubles_.end(), [&](const TreeTrouble& other) {
      return other.kind == TreeTrouble::Kind::Refused && other.link == trouble->link;
    });
    return trouble_text(trouble->kind == TreeTrouble::Kind::Missing && refused != troubles_.end() ? *refused
                                                                                                  : *trouble);
  }
  if (down && now_.abilities && now_.lan.empty()) {
    return "no interface of lan.interfaces is there";
  }
  const bool there = link != 0 && wanted_class(link, slot_minor(uplinks_[uplink].fact.slot)) != nullptr;
  return there ? ""
               : fmt::format("{} is not there", down ? std::string{kDownloadDevice} : uplinks_[uplink].fact.interface);
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
  auto [uses, lacks] =
      now_.abilities && now_.abilities->htb ? makeshift_of(queues_of(settings_, now_), *now_.abilities) : Makeshift{};
  for (const TreeTrouble& trouble : troubles_) {
    if (trouble.kind == TreeTrouble::Kind::LeafRefused) {
      lacks += (lacks.empty() ? "" : "; ") + trouble_text(trouble);
      uses = "pfifo";
    }
  }
  effects.push_back(SetAlarm{{MessageId::ShapingDegraded, ""},
                             shapes && !lacks.empty(),
                             {{"uses", uses.empty() ? "pfifo" : uses}, {"lacks", lacks.empty() ? "none" : lacks}}});
}

std::string ShapingFeature::terms_text(std::size_t uplink, std::uint32_t number) const {
  if (number == 0 || number > settings_.classes.size()) {
    return "";
  }
  const ClassShaping& of = settings_.classes[number - 1];
  const HoursNow& hours = hours_[number - 1];
  std::string text;
  const auto add = [&text](const std::string& reason) { text += (text.empty() ? "" : "; ") + reason; };
  if (hours.rule) {
    add(of.hours[*hours.rule].closed ? "closed by its hours" : "by its hours");
  } else if (!of.hours.empty() && !hours.clock_known) {
    add("outside of its hours, since the clock is not known");
  }
  for (const QuotaStanding& standing : quotas_.standings()) {
    const auto& kind = standing.key.kind;
    if (standing.key.of == of.id && standing.ceiling && (!kind || *kind == settings_.uplinks[uplink].kind)) {
      add(fmt::format("{:.0f} % of its quota used{}{}", standing.used.value(),
                      kind ? fmt::format(" on {}", word_of(*kind)) : "",
                      standing.dated ? "" : ", by uptime while the clock is not known"));
    }
  }
  if (const auto shed = shed_.find(of.id.text()); shed != shed_.end()) {
    add(fmt::format("{:g} % at most, to save the battery", shed->second.value()));
  }
  return text;
}

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
