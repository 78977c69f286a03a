// Neighbours through the whole site: a hello becomes routes, our own truth becomes an offer, guests a class of traffic.
#include <fmt/format.h>
#include <gmock/gmock.h>

#include <algorithm>

#include "agent/facts/guest_counter.h"
#include "agent/mesh/transit_address.h"
#include "agent/power/shed/shed_memory.h"
#include "agent/power/shed_control.h"
#include "common/fnv1a.h"
#include "tests/agent/site/site_bench.h"

namespace karkara {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

const SiteId kKollo = *SiteId::parse("kollo");
const SiteId kTorodi = *SiteId::parse("torodi");
constexpr std::uint32_t kMesh = 5;

IpAddress address_of(const SiteId& site) {
  return *transit_address(*IpPrefix::parse("100.124.0.0/14"), site, 0);
}

SiteSettings with_neighbours() {
  SiteSettings settings;
  settings.id = *SiteId::parse("sadore");
  UplinkSettings vsat;
  vsat.id = *UplinkId::parse("vsat");
  vsat.interface = "vsat0";
  vsat.preference = 10;
  vsat.rate.down = BitsPerSecond{4e6};
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
  settings.uplink.guests_part = 0.5;
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
  explicit NeighbourSite(const SiteSettings& settings = with_neighbours()) : SiteBench{settings} { begin(); }
  void begin() {
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
  void hear(const SiteId& from, WayOut way) {
    Hello hello;
    hello.transit = address_of(from);
    hello.way = way;
    hello.origin = from;
    give(HelloHeard{from, hello});
  }
  void hear_both() {
    hear(kKollo, WayOut::Up);
    hear(kTorodi, WayOut::Up);
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
  EXPECT_THAT(table(), testing::HasSubstr("counter " + guest_counter(address_of(kKollo), true)));
  const auto [low, high] = std::minmax({address_of(kKollo), address_of(kTorodi)});
  EXPECT_THAT(table(), testing::HasSubstr("ip saddr { " + low.text() + ", " + high.text() + " } goto class0"));
  effects_.clear();
  set_carrier("vsat0", false);
  EXPECT_EQ(said_to(kKollo).way, WayOut::None);
  EXPECT_THAT(table(), testing::HasSubstr("iifname \"bat0\" ct direction original drop"));
}

TEST_F(NeighbourSite, ALostCableLeadsThroughANeighbourAndAWithdrawnOfferThroughTheOther) {
  hear_for(seconds{8});
  EXPECT_EQ(way_out(), IpAddress::parse("10.0.2.1"));
  set_carrier("vsat0", false);
  EXPECT_EQ(way_out(), address_of(kKollo));
  EXPECT_TRUE(said_to(kKollo).borrows);
  EXPECT_TRUE(said_to(kKollo).quick);
  hear(kKollo, WayOut::None);
  EXPECT_EQ(way_out(), address_of(kTorodi));
  EXPECT_FALSE(said_to(kKollo).borrows);
  hear(kTorodi, WayOut::None);
  EXPECT_EQ(way_out(), std::nullopt);
}

TEST_F(NeighbourSite, ASilentLenderIsLeftWithinASecondWhileBorrowing) {
  hear_for(seconds{8});
  set_carrier("vsat0", false);
  for (int i = 0; i < 10; ++i) {
    for (const SiteId& site : {kKollo, kTorodi}) {
      Hello hello;
      hello.transit = address_of(site);
      hello.way = WayOut::Up;
      hello.origin = site;
      hello.quick = site == kKollo;
      give(HelloHeard{site, hello});
    }
    run_for(milliseconds{200});
  }
  ASSERT_EQ(way_out(), address_of(kKollo));
  run_for(milliseconds{800});
  EXPECT_EQ(way_out(), address_of(kTorodi)) << "a second after its last hello";
}

TEST_F(NeighbourSite, WhatALenderPromisesIsLeftWhenNothingComesBack) {
  hear_for(seconds{8});
  set_carrier("vsat0", false);
  ASSERT_EQ(way_out(), address_of(kKollo));
  black_holes_.insert(*UplinkId::parse("neighbour"));
  hear_for(seconds{30});
  const auto notes = all<Note>();
  EXPECT_TRUE(std::ranges::any_of(notes, [](const Note& note) {
    return note.id == MessageId::BorrowingChanged && note.fields.at(1).second == "torodi";
  }));
}

TEST_F(NeighbourSite, OffersWhatTheVillageLeavesOfTheRate) {
  hear_for(seconds{1});
  EXPECT_EQ(said_to(kKollo).spare_kbit, 2000U) << "half of the rate, which nobody uses";
  std::uint64_t all = 0;
  std::uint64_t guest = 0;
  const auto carry_for = [&](Duration time, double village, double guests) {
    for (const Instant end = at_.now + time; at_.now < end;) {
      all += static_cast<std::uint64_t>((village + guests) / 8 * 2);
      guest += static_cast<std::uint64_t>(guests / 8 * 2);
      give(FlowCountersRead{{{"answered0", 1, all}, {guest_counter(address_of(kKollo), false), 1, guest}}});
      for (int i = 0; i < 10; ++i) {
        hear_both();
        run_for(milliseconds{200});
      }
    }
  };
  carry_for(seconds{40}, 3.2e6, 0.5e6);
  EXPECT_NEAR(said_to(kKollo).spare_kbit, 800, 100) << "the village takes the rest";
  carry_for(seconds{40}, 0, 1.9e6);
  EXPECT_NEAR(said_to(kKollo).spare_kbit, 2000, 100) << "what guests use is lent already";
}

TEST_F(NeighbourSite, GuestsReachTheWayOutAloneAndOfTheRouterTheHellos) {
  hear_for(seconds{1});
  const std::string rules = table();
  const auto line_with = [&](const std::string& part) {
    const std::size_t at = rules.find(part);
    const std::size_t begin = at == std::string::npos ? 0 : rules.rfind('\n', at) + 1;
    return at == std::string::npos ? "" : rules.substr(begin, rules.find('\n', at) - begin);
  };
  const std::string private_networks = line_with("192.168.0.0/16");
  EXPECT_THAT(private_networks, testing::HasSubstr("iifname \"bat0\" ct direction original"));
  EXPECT_THAT(private_networks, testing::HasSubstr("10.0.0.0/8"));
  EXPECT_THAT(private_networks, testing::EndsWith("drop"));
  EXPECT_THAT(private_networks, testing::HasSubstr("ip daddr != {")) << "but for the anchors";
  const std::size_t input = rules.find("hook input");
  ASSERT_NE(input, std::string::npos);
  const std::string chain = rules.substr(input, rules.find("\n  }", input) - input);
  EXPECT_THAT(chain, testing::HasSubstr("ip6 saddr fe80::/10 udp dport 7449 accept"));
  EXPECT_THAT(chain, testing::EndsWith("iifname \"bat0\" drop"));
  EXPECT_THAT(chain, testing::Not(testing::HasSubstr("tcp")));
}

TEST_F(NeighbourSite, WhatComesForAGuestThatMayHaveNoMoreIsCountedAndDropped) {
  hear_for(seconds{1});
  hear(kKollo, WayOut::None);
  SiteSettings only_torodi = with_neighbours();
  only_torodi.neighbours->lending->to = {kTorodi};
  reload(only_torodi);
  const std::string rules = table();
  const std::string name = guest_counter(address_of(kKollo), false);
  EXPECT_THAT(rules,
              testing::HasSubstr("oifname \"bat0\" ip daddr " + address_of(kKollo).text() + " counter name " + name));
  EXPECT_THAT(rules, testing::HasSubstr("oifname \"bat0\" ip daddr 100.124.0.0/14 ip daddr != { " +
                                        address_of(kTorodi).text() + " } drop"));
  EXPECT_LT(rules.find("counter name " + name), rules.find("100.124.0.0/14 ip daddr !="));
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

// A stage turns down the access point's radio, which the mesh shares.
SiteSettings with_a_radio_to_turn_down() {
  SiteSettings settings = with_neighbours();
  settings.radios.radios = {{*RadioId::parse("village"), RadioRole::AccessPoint, {"wlan0"}}};
  settings.power.battery =
      BatterySettings{Chemistry::LeadAcid, AmpHours{100}, Volts{12}, Volts{11.4}, std::nullopt, Amps{}};
  settings.power.shedding.stages = {{"night", Percent{45}, std::nullopt, std::nullopt, {ShedRadio{.most = Dbm{10}}}}};
  WifiRadioSettings radio{"mast", "phy3"};
  radio.channel = 6;
  radio.mesh = MeshPointSettings{"mesh0", "karkara"};
  settings.wifi.country = "NE";
  settings.wifi.radios = {radio};
  return settings;
}

class SharedRadioSite : public NeighbourSite {
 protected:
  SharedRadioSite() : NeighbourSite{with_a_radio_to_turn_down()} {
    boot(kBuilt + std::chrono::hours{1}, {{std::string{ShedControl::kStageKey}, to_text(StageMemory{1, "night"})}});
    begin();
  }
  void see_peer() {
    MeshPeerSeen peer{kPeer, PeerLink::Established};
    peer.inactive = seconds{0};
    MeshInterfaceSeen mesh;
    mesh.index = 9;
    mesh.name = "mesh0";
    mesh.mac = kOwn;
    mesh.wiphy = 3;
    mesh.frequency = 2437;
    mesh.peers = {peer};
    give(MeshSeen{{mesh}, {}, {}});
  }
  static WifiSeen wifi_as_configured() {
    WifiRadioSeen radio{3, "phy3", "02:00:00:00:00:03", "platform/a", true, true, true};
    radio.channels = {{2437}};
    WifiInterfaceSeen mesh{9, "mesh0", {}, WifiKind::MeshPoint, true, 2437};
    radio.interfaces = {mesh};
    WifiSeen seen;
    seen.country = "NE";
    seen.radios = {radio};
    seen.marks["mesh0"] = {fmt::format("mesh {:016x}", fnv1a("karkara/2437/20/1")), true};
    return seen;
  }
  const MacAddress kPeer = *MacAddress::parse("02:00:00:00:09:00");
  const MacAddress kOwn = *MacAddress::parse("02:00:00:00:03:00");
};

TEST_F(SharedRadioSite, ToldNeighboursBeforeItIsTurnedDownAndWhichRadioItIs) {
  see_peer();
  run_for(seconds{1});
  EXPECT_EQ(said_to(kKollo).radios, std::vector{kOwn});
  EXPECT_EQ(said_to(kKollo).weaker, std::nullopt);
  effects_.clear();
  give(RadiosSeen{{{3, "phy3", "", "", {{7, "wlan0", true, Dbm{20}, Dbm{20}}}}}});
  EXPECT_EQ(said_to(kKollo).weaker, (WeakerSoon{5, 10}));
  EXPECT_TRUE(all<SetRadioPower>().empty()) << "they have their time";
  run_for(seconds{6});
  EXPECT_FALSE(all<SetRadioPower>().empty());
}

TEST_F(SharedRadioSite, AnAgentThatEndsSaysSoAndTakesNothingDown) {
  see_peer();
  give(wifi_as_configured());
  run_for(seconds{1});
  effects_.clear();
  give(StopAsked{});
  EXPECT_TRUE(said_to(kTorodi).ends);
  EXPECT_TRUE(all<WifiStep>().empty()) << "villages and mesh go on";
}

// The kernel hears it, and its agent says nothing any more: only hellos can tell.
TEST_F(SharedRadioSite, LostHellosAreAReasonToRecoverALinkThatTheKernelCallsWell) {
  see_peer();
  Hello hello{address_of(kKollo)};
  hello.radios = {kPeer};
  give(HelloHeard{kKollo, hello});
  const auto recovery = [&] {
    return std::get<MeshReport>(ask(request(RequestKind::TellMesh)).answer).wifi.recoveries;
  };
  const auto look = [&] {
    run_for(seconds{5});
    see_peer();
    give(wifi_as_configured());
  };
  for (int i = 0; i < 5; ++i) {
    look();
  }
  ASSERT_EQ(recovery().size(), 1U);
  EXPECT_EQ(recovery()[0].state, "nothing to recover");
  look();
  look();
  EXPECT_THAT(recovery()[0].state, testing::HasSubstr("no hello of kollo comes any more"));
  const auto report = std::get<MeshReport>(ask(request(RequestKind::TellMesh)).answer);
  EXPECT_EQ(report.peers.at(0).state, "established");
  EXPECT_EQ(report.peers.at(0).trouble, "heard, but no hello of kollo comes any more");
}

// The router's own traffic may cost money, the village's may not: that alone goes through a neighbour.
SiteSettings with_a_thrifty_village() {
  SiteSettings settings = with_neighbours();
  settings.uplink.uplinks[0].metered = true;
  settings.uplink.classes[1].metered = MeteredUse::Never;
  return settings;
}

class ThriftyNeighbourSite : public NeighbourSite {
 protected:
  ThriftyNeighbourSite() : NeighbourSite{with_a_thrifty_village()} {}
};

TEST_F(ThriftyNeighbourSite, OneClassThatGoesThroughANeighbourIsBorrowing) {
  hear_for(seconds{8});
  ASSERT_EQ(way_out(), IpAddress::parse("10.0.2.1")) << "of the router itself";
  EXPECT_TRUE(said_to(kKollo).borrows);
  EXPECT_EQ(said_to(kKollo).via, kKollo);
  EXPECT_EQ(said_to(kTorodi).way, WayOut::None) << "who borrows does not lend";
}

}  // namespace
}  // namespace karkara
