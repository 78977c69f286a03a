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
  }
  return "unknown";
}

double seconds_of(Duration d) {
  return std::chrono::duration<double>(d).count();
}

WallTime wall_at(Instant at, Instant now, WallTime wall) {
  return wall + -std::chrono::duration_cast<std::chrono::microseconds>(now - at);
}

}  // namespace

UplinkReport UplinkFeature::report_of(const Uplink& uplink, Instant now, WallTime wall) const {
  const UplinkHealth& health = uplink.health;
  const Candidate candidate = candidate_of(uplink, now);
  UplinkReport report;
  report.id = health.settings().id.text();
  report.kind = to_string(health.settings().kind);
  report.interface = health.settings().interface;
  report.state = to_string(health.state());
  report.since = wall_at(health.since(), now, wall);
  if (const auto rtt = health.echoes().rtt().smoothed()) {
    report.rtt_seconds = seconds_of(*rtt);
  }
  report.loss_ratio = health.echoes().loss();
  report.evidence = health.evidence();
  report.metered = health.settings().metered;
  report.preference = health.settings().preference;
  report.chosen = choice_.active() == health.settings().id;
  report.verdict = choice_.verdict(candidate, now);
  if (const UplinkPath& path = health.path(); path.link != 0) {
    report.details.push_back(
        fmt::format("interface {} (#{}): {}", report.interface, path.link, path.carrier ? "carrier" : "no carrier"));
    report.details.push_back("address " + (path.source ? path.source->text() : "none") + ", gateway " +
                             (path.gateway ? path.gateway->text() : "none"));
  }
  if (report.rtt_seconds) {
    report.details.push_back(fmt::format("round trip {:.0f} ms, an echo counts as lost after {:.0f} ms",
                                         *report.rtt_seconds * 1000,
                                         seconds_of(health.echoes().rtt().time_out()) * 1000));
  }
  if (const Duration left = health.hold_down_left(now); left > Duration::zero()) {
    report.details.push_back(fmt::format("has to stay good for another {:.0f} s", seconds_of(left)));
  }
  return report;
}

StateReport UplinkFeature::report(Instant now, WallTime wall) const {
  StateReport report;
  report.active_uplink = choice_.active() ? choice_.active()->text() : "";
  report.reason = to_string(choice_.reason());
  for (const Uplink& uplink : uplinks_) {
    report.uplinks.push_back(report_of(uplink, now, wall));
  }
  return report;
}

std::vector<Sample> UplinkFeature::samples() const {
  std::vector<Sample> samples;
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    const std::string& id = health.settings().id.text();
    const auto rtt = health.echoes().rtt().smoothed();
    const auto loss = health.echoes().loss();
    const Link* link = kernel_.link_named(health.settings().interface);
    const Value no_link = Absent::NoSuchObject;
    samples.push_back({SeriesId::UplinkState, id, static_cast<double>(health.state())});
    samples.push_back({SeriesId::UplinkActive, id, choice_.active() == health.settings().id ? 1.0 : 0.0});
    samples.push_back({SeriesId::UplinkRtt, id, rtt ? Value{seconds_of(*rtt)} : Value{Absent::NotYet}});
    samples.push_back({SeriesId::UplinkLoss, id, loss ? Value{*loss} : Value{Absent::NotYet}});
    samples.push_back(
        {SeriesId::UplinkReceived, id, link ? Value{static_cast<double>(link->received_bytes)} : no_link});
    samples.push_back({SeriesId::UplinkSent, id, link ? Value{static_cast<double>(link->sent_bytes)} : no_link});
    samples.push_back({SeriesId::UplinkEchoBytes, id, static_cast<double>(health.echoes().bytes())});
  }
  samples.push_back({SeriesId::UplinkSwitches, "", static_cast<double>(switches_)});
  return samples;
}

std::vector<std::string> UplinkFeature::waiting() const {
  std::vector<std::string> waiting;
  for (const Uplink& uplink : uplinks_) {
    const UplinkHealth& health = uplink.health;
    if (health.path().link == 0) {
      waiting.push_back("interface " + health.settings().interface);
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
