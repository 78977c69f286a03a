#include "tests/agent/site/tunnel_bench.h"

#include <algorithm>

namespace karkara {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

SiteSettings TunnelBench::without_tunnel() {
  SiteSettings made = settings();
  UplinkSettings lte;
  lte.id = *UplinkId::parse("lte");
  lte.interface = "lte0";
  lte.preference = 200;
  lte.metered = true;
  lte.standby_echo_interval = minutes{15};
  made.uplink.uplinks.push_back(lte);
  return made;
}

SiteSettings TunnelBench::with_tunnel(const std::string& interface) {
  SiteSettings made = without_tunnel();
  TunnelSettings tunnel;
  tunnel.interface = interface;
  tunnel.hub = *IpEndpoint::parse("198.51.100.7:51820");
  tunnel.hub_key.bytes.fill(std::byte{7});
  tunnel.key_file = "/var/lib/karkara/tunnel.key";
  tunnel.addresses = {*IpPrefix::parse("10.99.0.2/24")};
  made.tunnel = tunnel;
  return made;
}

void TunnelBench::boot_with(const SiteSettings& settings, std::map<std::string, std::string> persisted) {
  booted_with_ = settings;
  boot(kBuilt + hours{1}, std::move(persisted));
}

void TunnelBench::start() {
  know_anchors();
  KernelSnapshot both = kernel();
  add_link(both, 3, "lte0");
  give(KernelSeen{both});
}

void TunnelBench::start_and_carry() {
  start();
  run_for(seconds{20});
  ASSERT_EQ(site_->status(at_).state.active_uplink, "vsat");
  ASSERT_NE(wanted_link(), 0U);
  ASSERT_TRUE(rule_in_kernel());
  effects_.clear();
}

void TunnelBench::run_until_down() {
  const Instant patience = at_.now + minutes{2};
  while (tunnel_state() != "down" && at_.now < patience) {
    run_for(milliseconds{100});
  }
  ASSERT_EQ(tunnel_state(), "down");
}

bool TunnelBench::alarm_is_raised(const std::string& interface) const {
  const auto active = site_->status(at_).alarms;
  return std::any_of(active.begin(), active.end(), [&](const AlarmChange& alarm) {
    return alarm.key == AlarmKey{MessageId::TunnelDown, interface};
  });
}

std::uint32_t TunnelBench::wanted_link() const {
  for (const Route& route : site_->wanted_network().routes) {
    if (route.table == kTunnelTable) {
      return route.link;
    }
  }
  return 0;
}

bool TunnelBench::rule_in_kernel() const {
  return std::any_of(kernel_.rules.begin(), kernel_.rules.end(),
                     [](const Rule& rule) { return rule.mark == kTunnelMark; });
}

std::uint32_t TunnelBench::first_link_of_choice() const {
  const Route* first = nullptr;
  for (const Route& route : kernel_.routes) {
    if (route.table == kChoiceTable && (!first || route.metric < first->metric)) {
      first = &route;
    }
  }
  return first ? first->link : 0;
}

std::size_t TunnelBench::flushes() const {
  const auto flushed = all<FlushMarkedFlows>();
  return static_cast<std::size_t>(
      std::count(flushed.begin(), flushed.end(), FlushMarkedFlows{{kTunnelMark, kMarkMask}}));
}

std::string TunnelBench::chain(const std::string& name) const {
  const std::string& text = site_->wanted_network().nft_ruleset;
  const auto begin = text.find("  chain " + name + " {");
  return begin == std::string::npos ? "" : text.substr(begin, text.find("\n  }", begin) - begin);
}

}  // namespace karkara
