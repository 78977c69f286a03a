// A site whose satellite link is shaped, with an adaptive rate, a clinic and everybody else. Used by tests of the site.
#pragma once

#include "tests/agent/site/site_bench.h"

namespace karkara {

inline constexpr std::uint32_t kVsatLink = 2;
inline constexpr std::uint32_t kLan = 3;
inline constexpr std::uint32_t kDownloads = 50;

class SiteShaping : public SiteBench {
 protected:
  explicit SiteShaping(const SiteSettings& settings = shaped()) : SiteBench{settings} {}

  static SiteSettings shaped() {
    SiteSettings settings = SiteBench::settings();
    settings.uplink.lan_interfaces = {"br-lan"};
    settings.uplink.shaped = true;
    ClassSettings health;
    health.id = *ClassId::parse("health");
    health.subnets = {*IpPrefix::parse("10.20.1.0/24")};
    ClassSettings open;
    open.id = *ClassId::parse("public");
    settings.uplink.classes = {health, open};
    settings.shaping.lan_interfaces = {"br-lan"};
    UplinkShaping vsat;
    vsat.id = *UplinkId::parse("vsat");
    vsat.kind = UplinkKind::Vsat;
    vsat.interface = "vsat0";
    vsat.adaptive = true;
    vsat.down = RateLimits{BitsPerSecond{256e3}, BitsPerSecond{2e6}, BitsPerSecond{4e6}};
    vsat.up = RateLimits{BitsPerSecond{64e3}, BitsPerSecond{512e3}, BitsPerSecond{1e6}};
    settings.shaping.uplinks = {vsat};
    ClassShaping first;
    first.id = health.id;
    first.terms.guarantee = Percent{30};
    ClassShaping rest;
    rest.id = open.id;
    rest.takes_everything = true;
    settings.shaping.classes = {first, rest};
    return settings;
  }

  void see_village(TrafficAbilities can = {true, true, false, true, true}) {
    KernelSnapshot seen = kernel();
    Link lan;
    lan.index = kLan;
    lan.name = "br-lan";
    lan.admin_up = lan.carrier = true;
    lan.mtu = 1500;
    seen.links[0].mtu = 1500;
    seen.links.push_back(lan);
    Link downloads = lan;
    downloads.index = kDownloads;
    downloads.name = kDownloadDevice;
    seen.links.push_back(downloads);
    seen.traffic.abilities = can;
    know_anchors();
    give(KernelSeen{seen});
    run_for(std::chrono::seconds{10});
  }

  // As if so much had passed since the last look, all of it the public's, with a queue of ours behind it.
  void count(std::uint64_t down_bytes, std::uint32_t backlog) {
    down_ += down_bytes;
    TrafficCounted counted;
    counted.counts = {{kDownloads, slot_minor(0), down_, down_ / 1000, 0, 0, 0, {}},
                      {kDownloads, leaf_minor(0, 1), 0, 0, 0, 0, 0, {}},
                      {kDownloads, leaf_minor(0, 2), down_, down_ / 1000, 0, backlog, backlog / 1000, {}}};
    give(counted);
  }

  ShapingReport report() { return std::get<ShapingReport>(ask(request(RequestKind::TellShaping)).answer); }

  std::uint64_t down_ = 0;
};

}  // namespace karkara
