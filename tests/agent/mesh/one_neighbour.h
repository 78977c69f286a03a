// One mast, "say", that may borrow and lend, and a neighbour "kollo" that a test speaks for.
#pragma once

#include <gmock/gmock.h>

#include <string>
#include <vector>

#include "agent/mesh/neighbour_feature.h"
#include "agent/mesh/transit_address.h"

namespace karkara {

inline NeighbourSettings settings() {
  NeighbourSettings settings;
  settings.site = *SiteId::parse("say");
  settings.interface = "bat0";
  settings.transit = *IpPrefix::parse("100.124.0.0/14");
  settings.uplink = *UplinkId::parse("neighbour");
  settings.lending = LendingSettings{};
  return settings;
}

inline IpAddress address_of(const char* site, unsigned salt = 0) {
  return *transit_address(*IpPrefix::parse("100.124.0.0/14"), *SiteId::parse(site), salt);
}

inline Hello offer(const IpAddress& transit = address_of("kollo")) {
  Hello hello;
  hello.transit = transit;
  hello.way = WayOut::Up;
  hello.origin = *SiteId::parse("kollo");
  return hello;
}

class OneNeighbour : public testing::Test {
 protected:
  OneNeighbour() : feature_{settings(), {}} {
    take(feature_.on(HelloState{""}, now_));
    take(feature_.on(NeighbourMet{kollo_, "fe80::1"}, now_));
  }
  void take(Effects effects) {
    for (Effect& effect : effects) {
      effects_.push_back(std::move(effect));
    }
  }
  void hear(const Hello& hello) { take(feature_.on(HelloHeard{kollo_, hello}, now_)); }
  void lend() {
    Surroundings around;
    around.own.way = WayOut::Up;
    around.own.kbit = 800;
    around.wall = wall_;
    take(feature_.follow(around, now_));
  }
  template <class T>
  [[nodiscard]] std::vector<T> all() const {
    std::vector<T> found;
    for (const Effect& effect : effects_) {
      if (const T* one = std::get_if<T>(&effect)) {
        found.push_back(*one);
      }
    }
    return found;
  }
  [[nodiscard]] Hello last_said() const { return all<SayHello>().back().hello; }

  const SiteId kollo_ = *SiteId::parse("kollo");
  Instant now_{std::chrono::seconds{100}};
  WallTime wall_{std::chrono::hours{24 * 20'000}};
  NeighbourFeature feature_;
  Effects effects_;
};

}  // namespace karkara
