// Of whom is borrowed, and who has which address, in numeric time.
#include "agent/mesh/neighbour_feature.h"

#include "common/revoked_certificates.h"
#include "tests/agent/mesh/neighbour_net.h"
#include "tests/agent/mesh/one_neighbour.h"

namespace karkara {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::seconds;

// Three masts in a line; the outer ones have ways out of their own.
class ThreeInALine : public testing::Test {
 protected:
  ThreeInALine() : net_{7} {
    left_ = net_.add("left");
    middle_ = net_.add("middle");
    right_ = net_.add("right");
    net_.mast(left_).own_up = net_.mast(right_).own_up = true;
    net_.link(left_, middle_);
    net_.link(middle_, right_);
    run_for(seconds{3});
  }
  void run_for(Duration time) {
    for (const Instant end = net_.now() + time; net_.now() < end;) {
      net_.step();
    }
  }
  [[nodiscard]] bool gets_out() const { return net_.send_from(middle_).fate == NeighbourNet::Fate::Out; }
  // Until traffic goes by the other one.
  [[nodiscard]] Duration moved_after(std::size_t from) {
    const Instant begun = net_.now();
    while (net_.lender_of(middle_) == from && net_.now() - begun < seconds{10}) {
      net_.step();
    }
    return net_.now() - begun;
  }

  NeighbourNet net_;
  std::size_t left_ = 0;
  std::size_t middle_ = 0;
  std::size_t right_ = 0;
};

TEST_F(ThreeInALine, TheOneWithoutAWayOutBorrows) {
  EXPECT_TRUE(gets_out());
  const auto report = net_.mast(middle_).feature.report(net_.now());
  EXPECT_THAT(report.borrowing, testing::StartsWith("from "));
  EXPECT_EQ(report.state, "does not lend: this site borrows itself");
  EXPECT_EQ(net_.mast(left_).feature.report(net_.now()).state, "lends");
}

TEST_F(ThreeInALine, ALostWayOutMovesTheTrafficWithTheNextHello) {
  const std::size_t lender = *net_.lender_of(middle_);
  net_.mast(lender).own_up = false;
  EXPECT_LE(moved_after(lender), milliseconds{100});
  EXPECT_TRUE(gets_out());
}

TEST_F(ThreeInALine, ASilentLenderIsLeftWithinASecond) {
  const std::size_t lender = *net_.lender_of(middle_);
  run_for(seconds{1});
  net_.mast(lender).dead = true;
  const Duration moved = moved_after(lender);
  EXPECT_LE(moved, seconds{1});
  EXPECT_GE(moved, milliseconds{600}) << "three hellos may be lost";
  EXPECT_TRUE(gets_out());
}

TEST_F(ThreeInALine, AnIdleLenderIsLeftWithinThreeAndAHalfSeconds) {
  net_.mast(middle_).own_up = true;
  run_for(seconds{2});
  const std::size_t lender = *net_.lender_of(middle_);
  net_.mast(lender).dead = true;
  const Duration moved = moved_after(lender);
  EXPECT_LE(moved, milliseconds{3200}) << "what moves the traffic takes the rest of three and a half";
  EXPECT_GE(moved, milliseconds{2000});
}

TEST_F(ThreeInALine, ABatteryThatRestsLendsNothing) {
  const std::size_t lender = *net_.lender_of(middle_);
  net_.mast(lender).stage = 1;
  EXPECT_LE(moved_after(lender), milliseconds{100});
  EXPECT_EQ(net_.mast(lender).feature.report(net_.now()).state, "does not lend: the battery rests: stage 1");
  EXPECT_TRUE(net_.mast(lender).feature.guests().admitted.empty());
}

TEST_F(ThreeInALine, HellosAreFiveASecondWhileSomethingIsLentAndOneOtherwise) {
  const auto said_in_ten_seconds = [&] {
    std::size_t said = 0;
    // What the middle says to the left one, seen at its tick.
    NeighbourFeature& feature = net_.mast(middle_).feature;
    Surroundings around;
    around.borrowed.active = !net_.mast(middle_).own_up;
    around.own.way = net_.mast(middle_).own_up ? WayOut::Up : WayOut::None;
    for (Instant at = net_.now(); at < net_.now() + seconds{2}; at = at + milliseconds{10}) {
      for (const Effects& effects : {feature.follow(around, at), feature.tick(at)}) {
        for (const Effect& effect : effects) {
          const auto* hello = std::get_if<SayHello>(&effect);
          said += hello != nullptr && hello->to == net_.mast(*net_.lender_of(middle_)).site ? 1 : 0;
        }
      }
    }
    return said;
  };
  EXPECT_GE(said_in_ten_seconds(), 9U);
}

TEST_F(OneNeighbour, ItsOfferIsTheMeshUplinksGateway) {
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt);
  hear(offer());
  EXPECT_EQ(feature_.advice()->gateway, address_of("kollo"));
  EXPECT_EQ(feature_.advice()->address->length, 14);
  Hello nothing = offer();
  nothing.way = WayOut::None;
  hear(nothing);
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt);
}

TEST_F(OneNeighbour, WhatIsBorrowedOrLeadsBackIsRefused) {
  Hello second = offer();
  second.hops = 1;
  hear(second);
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt) << "one hop";
  Hello back = offer();
  back.via = *SiteId::parse("say");
  hear(back);
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt);
  Hello spent = offer();
  spent.credit = 0;
  hear(spent);
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt);
  hear(offer(*IpAddress::parse("10.1.2.3")));
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt) << "an address of somewhere else";
}

TEST_F(OneNeighbour, ALenderThatLedNowhereStaysWhileItIsTheOnlyOne) {
  hear(offer());
  Surroundings down;
  down.borrowed = {true, true, false};
  take(feature_.follow(down, now_));
  EXPECT_EQ(feature_.lender(), kollo_);
  take(feature_.on(NeighbourMet{*SiteId::parse("torodi"), "fe80::2"}, now_));
  take(feature_.on(HelloHeard{*SiteId::parse("torodi"), offer(address_of("torodi"))}, now_));
  EXPECT_EQ(feature_.lender()->text(), "torodi") << "the other one is tried";
}

TEST_F(OneNeighbour, AnsweredTrafficOutweighsHellosThatDoNotCome) {
  hear(offer());
  Surroundings busy;
  busy.borrowed = {false, true, true};
  take(feature_.follow(busy, now_));
  now_ = now_ + seconds{5};
  take(feature_.follow(busy, now_));
  EXPECT_EQ(feature_.lender(), kollo_);
  busy.borrowed.answered = false;
  take(feature_.follow(busy, now_));
  EXPECT_EQ(feature_.lender(), std::nullopt);
}

TEST_F(OneNeighbour, WhoClaimsOurAddressTakesItFromNobody) {
  const IpAddress ours = feature_.guests().transit->address;
  hear(Hello{ours});
  EXPECT_EQ(feature_.guests().transit->address, ours);
  EXPECT_TRUE(all<SetAlarm>().empty());
}

TEST_F(OneNeighbour, ForgedHellosAreAnAlarmForAnHour) {
  const HelloRefused forged{HelloFault::Forged, "fe80::bad", "a wrong signature", 1};
  take(feature_.on(forged, now_));
  take(feature_.on(forged, now_));
  EXPECT_TRUE(all<SetAlarm>().empty()) << "two may be chance";
  take(feature_.on(forged, now_));
  ASSERT_EQ(all<SetAlarm>().size(), 1U);
  EXPECT_TRUE(all<SetAlarm>()[0].raised);
  now_ = now_ + hours{1};
  take(feature_.tick(now_));
  EXPECT_FALSE(all<SetAlarm>().back().raised);
}

TEST_F(OneNeighbour, AnAddressThatDoesNotFollowFromItsIdIsNotItsOwn) {
  hear(offer(address_of("torodi")));
  EXPECT_EQ(feature_.advice()->gateway, std::nullopt);
  EXPECT_EQ(feature_.report(now_).neighbours.at(0).verdict.substr(0, 21), "its address is not th");
  lend();
  EXPECT_TRUE(feature_.guests().admitted.empty()) << "another one's traffic";
  hear(offer(address_of("kollo", 5)));
  EXPECT_EQ(feature_.advice()->gateway, address_of("kollo", 5)) << "after a conflict it may have any of these";
  EXPECT_EQ(feature_.guests().admitted, std::vector{address_of("kollo", 5)});
}

TEST_F(OneNeighbour, WhoIsNotMetForAnHourIsForgottenAndMakesRoomBefore) {
  const auto site = [](std::size_t i) { return *SiteId::parse("mast" + std::to_string(i)); };
  for (std::size_t i = 0; i < 2 * NeighbourFeature::kMostNeighbours; ++i) {
    take(feature_.on(NeighbourMet{site(i), "fe80::2"}, now_));
    take(feature_.on(NeighbourLost{site(i), "gone"}, now_));
    now_ = now_ + seconds{1};
  }
  EXPECT_EQ(feature_.report(now_).neighbours.size(), NeighbourFeature::kMostNeighbours);
  take(feature_.on(NeighbourMet{site(900), "fe80::3"}, now_));
  hear(offer());  // kollo was met all the time, and stayed
  EXPECT_EQ(feature_.lender(), kollo_);
  now_ = now_ + hours{1};
  EXPECT_LE(feature_.next_deadline(), now_);
  take(feature_.tick(now_));
  EXPECT_EQ(feature_.report(now_).neighbours.size(), 2U);
}

TEST_F(OneNeighbour, RevokedCertificatesAreKeptAndHandedOn) {
  lend();
  effects_.clear();
  take(feature_.on(CertificatesRevoked{{"0b", "0a", "no serial", "0b"}}, now_));
  ASSERT_EQ(all<WantHellos>().size(), 1U);
  EXPECT_EQ(all<WantHellos>()[0].revoked, (std::vector<std::string>{"0a", "0b"}));
  ASSERT_EQ(all<Persist>().size(), 1U);
  EXPECT_TRUE(all<Persist>()[0].at_once);
  const std::uint64_t hash = feature_.revoked_hash();
  EXPECT_EQ(hash, hash_of_revoked({"0a", "0b"}));
  NeighbourFeature again{settings(), {.revoked = all<Persist>()[0].bytes}};
  EXPECT_EQ(again.revoked_hash(), hash);
  effects_.clear();
  take(feature_.on(CertificatesRevoked{{"0a", "0b"}}, now_));
  EXPECT_TRUE(effects_.empty()) << "nothing new";
}

// Two sites whose addresses in a small network are the same, the earlier in the alphabet first.
std::pair<SiteId, SiteId> two_with_one_address(const IpPrefix& network) {
  std::map<IpAddress, SiteId> seen;
  for (int i = 0;; ++i) {
    const SiteId site = *SiteId::parse("site" + std::to_string(1000 + i));
    const auto [at, fresh] = seen.emplace(*transit_address(network, site, 0), site);
    if (!fresh) {
      return {at->second, site};
    }
  }
}

TEST(NeighbourAddress, OfTwoThatHearEachOtherTheLaterInTheAlphabetMoves) {
  NeighbourSettings mast = settings();
  mast.transit = *IpPrefix::parse("100.124.0.0/24");
  const auto [first, later] = two_with_one_address(mast.transit);
  const IpAddress shared = *transit_address(mast.transit, first, 0);
  for (const bool moves : {false, true}) {
    mast.site = moves ? later : first;
    const SiteId& other = moves ? first : later;
    NeighbourFeature feature{mast, {}};
    const Instant now{seconds{100}};
    static_cast<void>(feature.on(HelloState{""}, now));
    static_cast<void>(feature.on(NeighbourMet{other, "fe80::1"}, now));
    bool alarmed = false;
    for (const Effect& effect : feature.on(HelloHeard{other, Hello{shared}}, now)) {
      const auto* alarm = std::get_if<SetAlarm>(&effect);
      alarmed = alarmed || (alarm != nullptr && alarm->key == AlarmKey{MessageId::TransitConflict, ""});
    }
    EXPECT_TRUE(alarmed);
    EXPECT_EQ(feature.guests().transit->address != shared, moves);
  }
}

TEST(NeighbourAddress, OfTwoThatDoNotHearEachOtherTheLaterIsToldByTheThirdAndKeepsItsNewAddress) {
  const IpPrefix network = *IpPrefix::parse("100.124.0.0/24");
  const auto [first, later] = two_with_one_address(network);
  const auto settings_for = [&](const SiteId& site) {
    NeighbourSettings mast = settings();
    mast.site = site;
    mast.transit = network;
    return mast;
  };
  const Instant now{seconds{100}};
  NeighbourFeature middle{settings_for(*SiteId::parse("amid")), {}};
  static_cast<void>(middle.on(HelloState{""}, now));
  const IpAddress shared = *transit_address(network, first, 0);
  std::map<SiteId, std::optional<IpAddress>> told;
  for (const SiteId& site : {first, later}) {
    static_cast<void>(middle.on(NeighbourMet{site, "fe80::1"}, now));
  }
  for (const SiteId& site : {first, later}) {
    for (const Effect& effect : middle.on(HelloHeard{site, Hello{shared}}, now)) {
      if (const auto* said = std::get_if<SayHello>(&effect)) {
        told[said->to] = said->hello.taken;
      }
    }
  }
  EXPECT_EQ(told[first], std::nullopt);
  EXPECT_EQ(told[later], shared);

  NeighbourFeature mover{settings_for(later), {}};
  static_cast<void>(mover.on(HelloState{""}, now));
  static_cast<void>(mover.on(NeighbourMet{*SiteId::parse("amid"), "fe80::2"}, now));
  Hello hello{*transit_address(network, *SiteId::parse("amid"), 0)};
  hello.taken = shared;
  std::string kept;
  for (const Effect& effect : mover.on(HelloHeard{*SiteId::parse("amid"), hello}, now)) {
    const auto* persisted = std::get_if<Persist>(&effect);
    kept = persisted != nullptr && persisted->key == NeighbourFeature::kAddressKey ? persisted->bytes : kept;
  }
  const IpAddress moved = mover.guests().transit->address;
  EXPECT_NE(moved, shared);
  // It may be told once more before its new address was heard.
  static_cast<void>(mover.on(HelloHeard{*SiteId::parse("amid"), hello}, now));
  EXPECT_EQ(mover.guests().transit->address, moved);
  const NeighbourFeature again{settings_for(later), {.address = kept}};
  EXPECT_EQ(again.guests().transit->address, moved) << "also after a restart";
  const NeighbourFeature elsewhere{settings(), {.address = kept}};
  EXPECT_EQ(elsewhere.guests().transit->address, address_of("say")) << "of another network";
  const NeighbourFeature broken{settings_for(later), {.address = "100.124.0.0/24 99999999999"}};
  EXPECT_EQ(broken.guests().transit->address, shared);
}

TEST(TransitAddress, FollowsFromTheIdAndLiesInTheNetwork) {
  const IpPrefix network = *IpPrefix::parse("100.124.0.0/14");
  const auto kollo = transit_address(network, *SiteId::parse("kollo"), 0);
  ASSERT_TRUE(kollo.has_value());
  EXPECT_EQ(kollo, transit_address(network, *SiteId::parse("kollo"), 0));
  EXPECT_NE(kollo, transit_address(network, *SiteId::parse("kollo"), 1));
  EXPECT_TRUE(is_in(network, *kollo));
  EXPECT_FALSE(is_in(network, *IpAddress::parse("100.128.0.1")));
  EXPECT_EQ(transit_address(*IpPrefix::parse("fd00::/48"), *SiteId::parse("kollo"), 0), std::nullopt);
  for (unsigned salt = 0; salt < 200; ++salt) {
    const auto small = transit_address(*IpPrefix::parse("10.0.0.0/30"), *SiteId::parse("kollo"), salt);
    EXPECT_TRUE(small == IpAddress::parse("10.0.0.1") || small == IpAddress::parse("10.0.0.2"));
  }
}

}  // namespace
}  // namespace karkara
