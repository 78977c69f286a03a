// The tunnel as a feature of the site: present only when it is configured, its effects as the site's own, its alarms,
// numbers and sentences. Refuses to route: carried() is what the uplink feature plans with. Called by agent/site.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "agent/facts/effects.h"
#include "agent/uplink/route_plan.h"
#include "agent/uplink/tunnel.h"

namespace karkara {

class TunnelFeature {
 public:
  static constexpr const char* kStateKey = "tunnel-interface";  // of Persist

  // kept: what an earlier run persisted under kStateKey, or nothing.
  TunnelFeature(const std::optional<TunnelSettings>& settings, std::string kept, Instant now);

  // An interface that an earlier run made and that is no longer configured goes: it would send keepalives for ever.
  Effects start();

  Effects on(const TunnelSeen& event, Instant now);
  // The first look at the kernel: what an earlier run sent into the tunnel still goes in.
  void adopt(const KernelSnapshot& kernel, Instant now);
  // To be told once the kernel sends by the new routes.
  Effects follow(const OuterPath& path, Instant now);
  Effects reconfigure(const std::optional<TunnelSettings>& settings, Instant now);
  Effects tick(Instant now);
  [[nodiscard]] Instant next_deadline() const;

  // The interface into which the village's traffic goes now; nothing: it goes out directly.
  [[nodiscard]] std::optional<PlannedTunnel> carried(const KernelSnapshot& kernel) const;
  [[nodiscard]] const TunnelSettings* settings() const { return tunnel_ ? &tunnel_->settings() : nullptr; }
  [[nodiscard]] std::optional<TunnelReport> report(Instant now) const;
  [[nodiscard]] std::vector<Sample> samples(Instant now) const;

 private:
  void keep_name(Effects& effects);

  std::string kept_;
  std::optional<Tunnel> tunnel_;
};

}  // namespace karkara
