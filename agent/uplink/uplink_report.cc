// What the uplink feature tells about itself: reports, samples, what it waits for.
#include <fmt/format.h>

#include "agent/uplink/uplink_feature.h"

namespace karkara {
namespace {

std::string_view to_string(UplinkKind kind) {
  switch (kind) {
    case UplinkKind::Ethernet: return "ethernet";
    case UplinkKind::Vsat: return "vsat";
    case UplinkKind::Cellular: return "cellular";
    case UplinkKind::Mesh: return "mesh";
  }
  return "unknown";
}

double seconds_of(Duration d) {
  return std::chrono::duration<double>(d).count();
}

void add_path(const UplinkPath& path, UplinkReport& report) {
  const auto text = [](const std::optional<IpAddress>& address) { return address ? address->text() : "none"; };
  if (path.link == 0) {
    return;
  }
  report.details.push_back(
      fmt::format("interface {} (#{}): {}", report.interface, path.link, path.carrier ? "carrier" : "no carrier"));
  report.details.push_back("address " + text(path.v4.source) + ", gateway " +
                           (path.v4.no_gateway_needed ? "not needed" : text(path.v4.gateway)));
  if (path.lacks_v4()) {
    report.details.push_back("IPv6 alone: IPv4 goes by other uplinks, or not at all");
  }
  if (path.v6.usable()) {
    report.details.push_back("IPv6 address " + text(path.v6.source) + ", gateway " + text(path.v6.gateway));
  }
}

std::string joined(const std::vector<IpAddress>& addresses) {
  std::string text;
  for (const IpAddress& address : addresses) {
    text += (text.empty() ? "" : ", ") + address.text();
  }
  return text;
}

WallTime wall_at(Instant at, Instant now, WallTime wall) {
  return wall + -std::chrono::duration_cast<std::chrono::microseconds>(now - at);
}

}  // namespace

UplinkReport UplinkFeature::report_of(const Uplink& uplink, Instant now, WallTime wall) const {
  const UplinkHealth& health = uplink.health;
  const Standing stands = standing_of(uplink);
  UplinkReport report;
  report.id = health.settings().id.text();
  report.kind = to_string(health.settings().kind);
  report.interface = interface_of(uplink);
  report.state = to_string(stands.shown);
  report.since = wall_at(health.since(), now, wall);
  if (const auto rtt = health.echoes().rtt().smoothed()) {
    report.rtt_seconds = seconds_of(*rtt);
  }
  report.loss_ratio = health.echoes().loss();
  report.evidence = stands.why;
  report.metered = health.settings().metered;
  report.preference = health.settings().preference;
  report.chosen = control_.active() == health.settings().id;
  report.verdict = control_.verdict(candidate_of(uplink, now), now);
  add_details(uplink, now, report);
  return report;
}

void UplinkFeature::add_details(const Uplink& uplink, Instant now, UplinkReport& report) const {
  const UplinkHealth& health = uplink.health;
  add_path(health.path(), report);
  if (const Uplink* other = bearer_on_interface_of(uplink)) {
    report.details.push_back("interface " + report.interface + " is the bearer of uplink '" +
                             other->health.settings().id.text() + "' now");
  }
  report.details.push_back(resolver_detail(uplink));
  if (report.rtt_seconds) {
    report.details.push_back(fmt::format("round trip {:.0f} ms, an echo counts as lost after {:.0f} ms",
                                         *report.rtt_seconds * 1000,
                                         seconds_of(health.echoes().rtt().time_out()) * 1000));
  }
  if (const auto lost = health.quality().loss(now)) {
    report.details.push_back(fmt::format("quality {}: {:.0f} % of its echoes were lost in the last minutes",
                                         to_string(health.quality().grade(now)), *lost * 100));
  }
  if (health.traffic().unanswered() > 0) {
    report.details.push_back(fmt::format("{} unanswered for {:.1f} s", health.traffic().unanswered_packets(),
                                         seconds_of(now - health.traffic().unanswered_since())));
  }
  if (health.only_traffic_speaks_for_it()) {
    report.details.push_back("traffic is answered, the anchors are not");
  }
  if (uplink.truth.verdict() != Truth::Unknown) {
    report.details.push_back(
        fmt::format("what it leads to: {}: {}", to_string(uplink.truth.verdict()), uplink.truth.evidence()));
  }
  if (const std::string money = Allowance::money_sentence(uplink.quota); !money.empty()) {
    report.details.push_back(money);
  }
  if (const Duration left = health.hold_down_left(now); left > Duration::zero()) {
    report.details.push_back(fmt::format("has to stay good for another {:.0f} s", seconds_of(left)));
  }
  const Candidate candidate = candidate_of(uplink, now);
  for (const TrafficClass& of : classes_) {
    report.details.push_back("class " + of.members.id.text() + ": " + of.choice.verdict(candidate, now));
  }
}

std::string UplinkFeature::resolver_detail(const Uplink& uplink) const {
  const std::vector<IpAddress>& resolvers = resolvers_of(uplink);
  if (resolvers.empty()) {
    return "resolvers: nobody named any, those of the uplink before stay in use";
  }
  const LeaseRead* lease = leases_.find(uplink.health.settings().id);
  const std::string from = !uplink.health.settings().resolvers.empty() ? "the configuration"
                           : !uplink.advice.resolvers.empty()          ? "the modem's network"
                                                                       : lease->from;
  return fmt::format("resolvers {} (from {})", joined(resolvers), from);
}

Error UplinkFeature::unknown(const UplinkId& id) const {
  std::string known;
  for (const Uplink& uplink : uplinks_) {
    known += (known.empty() ? "" : ", ") + uplink.health.settings().id.text();
  }
  return {ErrorCode::NotFound, fmt::format("there is no uplink '{}' at this site: it has {}", id.text(), known)};
}

StateReport UplinkFeature::report(Instant now, WallTime wall) const {
  StateReport report;
  report.active_uplink = control_.active() ? control_.active()->text() : "";
  report.reason = to_string(control_.reason());
  for (const Uplink& uplink : uplinks_) {
    report.uplinks.push_back(report_of(uplink, now, wall));
  }
  for (const TrafficClass& of : classes_) {
    report.classes.push_back({of.members.id.text(), of.choice.active() ? of.choice.active()->text() : "",
                              std::string{to_string(of.choice.reason())}});
  }
  return report;
}

// What has no value at a site is left out: each series costs satellite bytes.
void UplinkFeature::add_costs(const Uplink& uplink, Instant now, std::vector<Sample>& samples) const {
  const UplinkId& uplink_id = uplink.health.settings().id;
  const std::string& id = uplink_id.text();
  if (const KeyUsage* usage = ledger_.find(ledger_key_of(uplink)); usage && uplink.health.settings().metered) {
    samples.push_back({SeriesId::UplinkUsedCycle, id, static_cast<double>(usage->used_in_cycle())});
  }
  if (uplink.quota.remaining) {
    samples.push_back({SeriesId::UplinkRemaining, id, static_cast<double>(*uplink.quota.remaining)});
  }
  if (const auto mtu = uplink.mtu.mtu()) {
    samples.push_back({SeriesId::UplinkPathMtu, id, static_cast<double>(*mtu)});
  }
  if (uplink.truth.verdict() != Truth::Unknown) {
    samples.push_back({SeriesId::UplinkTruth, id, static_cast<double>(uplink.truth.verdict())});
  }
  if (const std::uint64_t anomalies = ledger_.anomalies(uplink_id); anomalies > 0) {
    samples.push_back({SeriesId::UplinkAnomalies, id, static_cast<double>(anomalies)});
  }
  if (const ProbeBudget* budget = probes_.find(uplink_id)) {
    samples.push_back({SeriesId::UplinkProbeSpent, id, static_cast<double>(budget->spent_today(now))});
    samples.push_back({SeriesId::UplinkProbeBudget, id, static_cast<double>(budget->policy().bytes_per_day)});
  }
}

std::vector<Sample> UplinkFeature::samples(Instant now) const {
  std::vector<Sample> samples;
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    const std::string& id = health.settings().id.text();
    const auto rtt = health.echoes().rtt().smoothed();
    const auto loss = health.echoes().loss();
    const Link* link = kernel_.link_named(interface_of(uplink));
    const Value no_link = Absent::NoSuchObject;
    samples.push_back({SeriesId::UplinkState, id, static_cast<double>(standing_of(uplink).shown)});
    samples.push_back({SeriesId::UplinkActive, id, control_.active() == health.settings().id ? 1.0 : 0.0});
    samples.push_back({SeriesId::UplinkRtt, id, rtt ? Value{seconds_of(*rtt)} : Value{Absent::NotYet}});
    samples.push_back({SeriesId::UplinkLoss, id, loss ? Value{*loss} : Value{Absent::NotYet}});
    samples.push_back(
        {SeriesId::UplinkReceived, id, link ? Value{static_cast<double>(link->received_bytes)} : no_link});
    samples.push_back({SeriesId::UplinkSent, id, link ? Value{static_cast<double>(link->sent_bytes)} : no_link});
    samples.push_back({SeriesId::UplinkEchoBytes, id, static_cast<double>(health.echoes().bytes())});
    add_costs(uplink, now, samples);
  }
  samples.push_back({SeriesId::UplinkSwitches, "", static_cast<double>(switches_)});
  return samples;
}

std::vector<std::string> UplinkFeature::waiting() const {
  std::vector<std::string> waiting;
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    if (health.path().link == 0) {
      waiting.push_back("interface " + interface_of(uplink));
    } else if (!health.path().usable()) {
      waiting.push_back(health.settings().id.text() + ": " + health.evidence());
    }
  }
  for (const std::string& name : settings_.lan_interfaces) {
    if (kernel_known_ && !kernel_.link_named(name)) {
      waiting.push_back("interface " + name + " of the village's side");
    }
  }
  return waiting;
}

}  // namespace karkara
