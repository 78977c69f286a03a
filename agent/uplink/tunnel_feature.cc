#include "agent/uplink/tunnel_feature.h"

#include <algorithm>

#include "agent/facts/effect_list.h"
#include "common/overloaded.h"

namespace karkara {
namespace {

Effect to_effect(TunnelSays says, const std::string& interface) {
  switch (says.message) {
    case TunnelMessage::Down: break;
    case TunnelMessage::State: return Note{MessageId::TunnelState, std::move(says.fields)};
    case TunnelMessage::Key: return Note{MessageId::TunnelKey, std::move(says.fields)};
  }
  return SetAlarm{{MessageId::TunnelDown, interface}, says.raised, std::move(says.fields)};
}

Effects to_effects(TunnelEffects from, const std::string& interface) {
  Effects effects;
  effects.reserve(from.size());
  for (TunnelEffect& effect : from) {
    std::visit(Overloaded{[&](TunnelSays& says) { effects.push_back(to_effect(std::move(says), interface)); },
                          [&](auto& other) { effects.emplace_back(std::move(other)); }},
               effect);
  }
  return effects;
}

constexpr std::uint32_t kSmallestMtu = 576;  // somebody else may set one in which no segment has room

bool has_family(const TunnelSettings& settings, IpFamily family) {
  return std::any_of(settings.addresses.begin(), settings.addresses.end(),
                     [&](const IpPrefix& prefix) { return prefix.address.family() == family; });
}

}  // namespace

TunnelFeature::TunnelFeature(const std::optional<TunnelSettings>& settings, std::string kept, Instant now)
    : kept_{std::move(kept)} {
  if (settings) {
    tunnel_.emplace(*settings, now);
  }
}

Effects TunnelFeature::start() {
  Effects effects;
  if (!kept_.empty() && (!tunnel_ || tunnel_->settings().interface != kept_)) {
    effects.emplace_back(WithdrawTunnel{kept_});
  }
  keep_name(effects);
  return effects;
}

void TunnelFeature::keep_name(Effects& effects) {
  const std::string name = tunnel_ ? tunnel_->settings().interface : "";
  if (name != kept_) {
    kept_ = name;
    effects.emplace_back(Persist{kStateKey, name});
  }
}

Effects TunnelFeature::on(const TunnelSeen& event, Instant now) {
  return tunnel_ ? to_effects(tunnel_->on(event, now), tunnel_->settings().interface) : Effects{};
}

void TunnelFeature::adopt(const KernelSnapshot& kernel, Instant now) {
  const bool used = std::any_of(kernel.rules.begin(), kernel.rules.end(), [](const Rule& rule) {
    return rule.protocol == kOurProtocol && rule.mark == kTunnelMark && rule.table == kTunnelTable;
  });
  if (tunnel_ && used && kernel.link_named(tunnel_->settings().interface)) {
    tunnel_->adopt(now);
  }
}

Effects TunnelFeature::follow(const OuterPath& path, Instant now) {
  return tunnel_ ? to_effects(tunnel_->follow(path, now), tunnel_->settings().interface) : Effects{};
}

Effects TunnelFeature::reconfigure(const std::optional<TunnelSettings>& settings, Instant now) {
  if (tunnel_ && settings && tunnel_->settings().interface == settings->interface) {
    return to_effects(tunnel_->reconfigure(*settings, now), settings->interface);
  }
  Effects effects;
  if (tunnel_) {
    const std::string gone = tunnel_->settings().interface;
    effects = to_effects(tunnel_->withdraw(), gone);
    effects.emplace_back(SetAlarm{{MessageId::TunnelDown, gone}, false, {}});
    tunnel_.reset();
  }
  if (settings) {
    tunnel_.emplace(*settings, now);  // its first tick asks for the interface
  }
  keep_name(effects);
  return effects;
}

Effects TunnelFeature::tick(Instant now) {
  if (!tunnel_ || now < tunnel_->next_deadline()) {
    return {};
  }
  return to_effects(tunnel_->tick(now), tunnel_->settings().interface);
}

Instant TunnelFeature::next_deadline() const {
  return tunnel_ ? tunnel_->next_deadline() : Instant::max();
}

std::optional<PlannedTunnel> TunnelFeature::carried(const KernelSnapshot& kernel) const {
  if (!tunnel_ || !tunnel_->carries()) {
    return std::nullopt;
  }
  const TunnelSettings& settings = tunnel_->settings();
  const Link* link = kernel.link_named(settings.interface);
  if (!link || !link->admin_up || link->mtu < kSmallestMtu) {
    return std::nullopt;
  }
  return PlannedTunnel{settings.interface,
                       link->index,
                       link->mtu,
                       has_family(settings, IpFamily::V4),
                       has_family(settings, IpFamily::V6),
                       settings.hub,
                       settings.classes};
}

std::optional<TunnelReport> TunnelFeature::report(Instant now) const {
  if (!tunnel_) {
    return std::nullopt;
  }
  return TunnelReport{tunnel_->settings().interface, tunnel_->settings().hub.text(),
                      std::string{to_string(tunnel_->state(now))}, tunnel_->carries(), tunnel_->explain(now)};
}

std::vector<Sample> TunnelFeature::samples(Instant now) const {
  if (!tunnel_) {
    return {};
  }
  const std::string& id = tunnel_->settings().interface;
  std::vector<Sample> samples{{SeriesId::TunnelState, id, static_cast<double>(tunnel_->state(now))},
                              {SeriesId::TunnelCarries, id, tunnel_->carries() ? 1.0 : 0.0}};
  const auto& hub = tunnel_->hub();
  const auto bytes = [&](std::uint64_t HubTraffic::*count) {
    return hub ? Value{static_cast<double>((*hub).*count)} : Value{Absent::NotYet};
  };
  samples.push_back({SeriesId::TunnelReceived, id, bytes(&HubTraffic::received_bytes)});
  samples.push_back({SeriesId::TunnelSent, id, bytes(&HubTraffic::sent_bytes)});
  return samples;
}

}  // namespace karkara
