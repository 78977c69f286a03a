#include "agent/power/power_feature.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "agent/facts/effect_list.h"

namespace karkara {
namespace {

bool is_same_port(const PowerSourceSettings& a, const PowerSourceSettings& b) {
  return a.kind == b.kind && a.device == b.device;
}

}  // namespace

PowerFeature::PowerFeature(PowerSettings settings) {
  for (PowerSourceSettings& source : settings.sources) {
    sources_.emplace_back(std::move(source));
  }
}

VeDirectSource* PowerFeature::find(const DeviceId& id) {
  const auto found = std::ranges::find(sources_, id, [](const VeDirectSource& source) { return source.settings().id; });
  return found != sources_.end() ? &*found : nullptr;
}

Effects PowerFeature::start(Instant /*now*/) {
  Effects effects;
  for (const VeDirectSource& source : sources_) {
    append(effects, source.open());
  }
  return effects;
}

Effects PowerFeature::on(const SerialOpened& event, Instant now) {
  VeDirectSource* source = find(event.device);
  return source != nullptr ? source->on_opened(now) : Effects{};
}

Effects PowerFeature::on(const SerialClosed& event, Instant /*now*/) {
  VeDirectSource* source = find(event.device);
  return source != nullptr ? source->on_closed(event.why) : Effects{};
}

Effects PowerFeature::on(const SerialBytes& event, Instant now) {
  VeDirectSource* source = find(event.device);
  return source != nullptr ? source->on_bytes(event.bytes, now) : Effects{};
}

Effects PowerFeature::reconfigure(const PowerSettings& settings, Instant /*now*/) {
  Effects closing;
  Effects opening;
  std::vector<VeDirectSource> kept;
  for (const PowerSourceSettings& wanted : settings.sources) {
    VeDirectSource* source = find(wanted.id);
    if (source != nullptr && is_same_port(source->settings(), wanted)) {
      source->set_deadline(wanted.deadline);
      kept.push_back(*source);
    } else {
      kept.emplace_back(wanted);
      append(opening, kept.back().open());
    }
  }
  for (VeDirectSource& source : sources_) {
    const bool stays = std::ranges::any_of(settings.sources, [&](const PowerSourceSettings& wanted) {
      return wanted.id == source.settings().id && is_same_port(wanted, source.settings());
    });
    if (!stays) {
      append(closing, source.retire());
    }
  }
  sources_ = std::move(kept);
  append(closing, std::move(opening));
  return closing;
}

Effects PowerFeature::tick(Instant now) {
  Effects effects;
  for (VeDirectSource& source : sources_) {
    append(effects, source.tick(now));
  }
  return effects;
}

Instant PowerFeature::next_deadline() const {
  Instant next = Instant::max();
  for (const VeDirectSource& source : sources_) {
    next = std::min(next, source.next_deadline());
  }
  return next;
}

std::vector<Sample> PowerFeature::samples(Instant now) const {
  std::vector<Sample> all;
  for (const VeDirectSource& source : sources_) {
    const std::vector<Sample> some = source.samples(now);
    all.insert(all.end(), some.begin(), some.end());
  }
  return all;
}

std::vector<PowerSourceReport> PowerFeature::reports(Instant now) const {
  std::vector<PowerSourceReport> reports;
  for (const VeDirectSource& source : sources_) {
    reports.push_back(source.report(now));
  }
  return reports;
}

std::vector<std::string> PowerFeature::waiting() const {
  std::vector<std::string> waiting;
  for (const VeDirectSource& source : sources_) {
    if (source.state() == VeDirectSource::State::WaitingForDevice) {
      waiting.push_back(fmt::format("power device {} ({})", source.settings().id.text(), source.settings().device));
    }
  }
  return waiting;
}

}  // namespace karkara
