// Neighbours through the whole site: a hello becomes routes, our own truth becomes an offer, guests a class of traffic.
#include <gmock/gmock.h>

#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SiteId kKollo = *SiteId::parse("kollo");
const SiteId kTorodi = *SiteId::parse("torodi");
constexpr std::uint32_t kMesh = 5;

SiteSettings with_neighbours() {
  SiteSettings settings;
  settings.id = *SiteId::parse("sadore");
  UplinkSettings vsat;
  vsat.id = *UplinkId::parse("vsat");
  vsat.interface = "vsat0";
  vsat.preference = 10;
  UplinkSettings mesh;
  mesh.id = *UplinkId::parse("neighbour");
  mesh.kind = UplinkKind::Mesh;
  mesh.interface = "bat0";
  mesh.preference = 200;
  settings.uplink.uplinks = {vsat, mesh};
  settings.uplink.hold_down = settings.uplink.hold_down_max = seconds{0};
  settings.uplink.min_dwell = seconds{0};
  settings.uplink.switch_back_after = seconds{2};
  ClassSettings guests;
  guests.id = *ClassId::parse("guests");
  guests.guests = true;
  guests.metered = MeteredUse::Never;
  ClassSettings village;
  village.id = *ClassId::parse("village");
  settings.uplink.classes = {guests, village};
  NeighbourSettings neighbours;
  neighbours.site = settings.id;
  neighbours.interface = "bat0";
  neighbours.transit = *IpPrefix::parse("100.124.0.0/14");
  neighbours.uplink = mesh.id;
  neighbours.lending = LendingSettings{};
  settings.neighbours = neighbours;
  return settings;
}

class NeighbourSite : public SiteBench {
 protected:
  NeighbourSite() : SiteBench{with_neighbours()} {
    KernelSnapshot seen = kernel();
    Link mesh;
    mesh.index = kMesh;
    mesh.name = "bat0";
    mesh.admin_up = mesh.carrier = true;
    seen.links.push_back(mesh);
    give(KernelSeen{seen});
    know_anchors();
    give(HelloState{""});
    give(NeighbourMet{kKollo, "fe80::1"});
    give(NeighbourMet{kTorodi, "fe80::2"});
    run_for(seconds{5});
  }
  void hear(const SiteId& from, const char* transit, WayOut way) {
    Hello hello;
    hello.transit = *IpAddress::parse(transit);
    hello.way = way;
    hello.origin = from;
    give(HelloHeard{from, hello});
  }
  void hear_both() {
    hear(kKollo, "100.124.9.9", WayOut::Up);
    hear(kTorodi, "100.124.8.8", WayOut::Up);
  }
  void hear_for(Duration time) {
    for (const Instant end = at_.now + time; at_.now < end;) {
      hear_both();
      run_for(milliseconds{200});
    }
  }
  [[nodiscard]] std::optional<IpAddress> way_out() const {
    const Route* best = nullptr;
    for (const Route& route : kernel_.routes) {
      if (route.table == kChoiceTable && route.destination.is_everything() && (!best || route.metric < best->metric)) {
        best = &route;
      }
    }
    return best ? best->gateway : std::nullopt;
  }
  [[nodiscard]] Hello said_to(const SiteId& site) const {
    Hello last;
    for (const SayHello& said : all<SayHello>()) {
      last = said.to == site ? said.hello : last;
    }
    return last;
  }
  [[nodiscard]] std::string table() const { return site_->wanted_network().nft_ruleset; }
};

TEST_F(NeighbourSite, HasItsAddressOnTheMastsNetworkFromTheStart) {
  const auto& addresses = kernel_.addresses;
  EXPECT_TRUE(
      std::ranges::any_of(addresses, [](const LinkAddress& a) { return a.link == kMesh && a.prefix.length == 14; }));
  ASSERT_FALSE(all<WantHellos>().empty());
  EXPECT_EQ(all<WantHellos>()[0].interface, "bat0");
}

TEST_F(NeighbourSite, LendsWhatIsProvenAndTakesItBackAtOnce) {
  hear_for(seconds{1});
  EXPECT_EQ(said_to(kKollo).way, WayOut::Up);
  EXPECT_THAT(table(), testing::HasSubstr("counter guestup100_124_9_9"));
  EXPECT_THAT(table(), testing::HasSubstr("ip saddr { 100.124.8.8, 100.124.9.9 } goto class0"));
  effects_.clear();
  set_carrier("vsat0", false);
  EXPECT_EQ(said_to(kKollo).way, WayOut::None);
  EXPECT_THAT(table(), testing::HasSubstr("iifname \"bat0\" ct direction original drop"));
}

TEST_F(NeighbourSite, ALostCableLeadsThroughANeighbourAndAWithdrawnOfferThroughTheOther) {
  hear_for(seconds{8});
  EXPECT_EQ(way_out(), IpAddress::parse("10.0.2.1"));
  set_carrier("vsat0", false);
  EXPECT_EQ(way_out(), IpAddress::parse("100.124.9.9"));
  EXPECT_TRUE(said_to(kKollo).borrows);
  EXPECT_TRUE(said_to(kKollo).quick);
  hear(kKollo, "100.124.9.9", WayOut::None);
  EXPECT_EQ(way_out(), IpAddress::parse("100.124.8.8"));
  EXPECT_FALSE(said_to(kKollo).borrows);
  hear(kTorodi, "100.124.8.8", WayOut::None);
  EXPECT_EQ(way_out(), std::nullopt);
}

TEST_F(NeighbourSite, ASilentLenderIsLeftWithinASecondWhileBorrowing) {
  hear_for(seconds{8});
  set_carrier("vsat0", false);
  for (int i = 0; i < 10; ++i) {
    for (const auto& [site, transit] : {std::pair{kKollo, "100.124.9.9"}, std::pair{kTorodi, "100.124.8.8"}}) {
      Hello hello;
      hello.transit = *IpAddress::parse(transit);
      hello.way = WayOut::Up;
      hello.origin = site;
      hello.quick = site == kKollo;
      give(HelloHeard{site, hello});
    }
    run_for(milliseconds{200});
  }
  ASSERT_EQ(way_out(), IpAddress::parse("100.124.9.9"));
  run_for(milliseconds{800});
  EXPECT_EQ(way_out(), IpAddress::parse("100.124.8.8")) << "a second after its last hello";
}

TEST_F(NeighbourSite, WhatALenderPromisesIsLeftWhenNothingComesBack) {
  hear_for(seconds{8});
  set_carrier("vsat0", false);
  ASSERT_EQ(way_out(), IpAddress::parse("100.124.9.9"));
  black_holes_.insert(*UplinkId::parse("neighbour"));
  hear_for(seconds{30});
  const auto notes = all<Note>();
  EXPECT_TRUE(std::ranges::any_of(notes, [](const Note& note) {
    return note.id == MessageId::BorrowingChanged && note.fields.at(1).second == "torodi";
  }));
}

TEST_F(NeighbourSite, TellsOfItsNeighboursAndCountsForgedHellos) {
  hear_for(seconds{1});
  give(HelloRefused{HelloFault::Forged, "fe80::bad", "a wrong signature", 5});
  const auto report = std::get<MeshReport>(ask(request(RequestKind::TellMesh)).answer);
  ASSERT_EQ(report.lending.neighbours.size(), 2U);
  EXPECT_EQ(report.lending.state, "lends");
  EXPECT_EQ(report.lending.borrowing, "kollo stands by");
  const auto status = std::get<SiteStatus>(ask(request(RequestKind::TellStatus)).answer);
  EXPECT_THAT(status.alarms,
              testing::Contains(testing::Field(&AlarmChange::key, AlarmKey{MessageId::HelloForged, "forged"})));
}

TEST_F(NeighbourSite, SaysGoodbyeToItsGuests) {
  hear_for(seconds{1});
  effects_.clear();
  give(StopAsked{});
  EXPECT_EQ(said_to(kKollo).way, WayOut::None);
}

}  // namespace
}  // namespace karkara
